import { computed, type ComputedRef } from 'vue'
import { language } from '../view/preferences'

/** The words of a part of the pages in the chosen language. They come with the part, so that a wall screen does not carry all of them. */
export const words = <T>(zh: T, en: T): ComputedRef<T> => computed(() => (language.value === 'en' ? en : zh))
