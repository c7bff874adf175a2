import { watchEffect } from 'vue'

/** Keeps the title of the page as `text` says. */
export const useTitle = (text: () => string) => watchEffect(() => (document.title = text()))
