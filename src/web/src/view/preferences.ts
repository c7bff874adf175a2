import { ref, watch, type Ref } from 'vue'

/**
 * A choice of the person or of the wall: taken from the address (`?lang=en`), else from last time, else the default. It is remembered, and
 * changing it changes the address too where the address named it, so that a reload keeps what was chosen last.
 */
function preference<T extends string>(parameter: string, choices: readonly T[], fallback: T): Ref<T> {
  const key = `coordination.${parameter}`
  const known = (value: string | null): T | undefined => choices.find((choice) => choice === value)
  const chosen = ref(known(new URLSearchParams(location.search).get(parameter)) ?? known(read(key)) ?? fallback) as Ref<T>
  write(key, chosen.value)
  watch(chosen, (value) => {
    write(key, value)
    const address = new URL(location.href)
    if (!address.searchParams.has(parameter)) return
    address.searchParams.set(parameter, value)
    history.replaceState(null, '', address)
  })
  return chosen
}

// Storage may be switched off or full; a page works without it.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string) {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Then it is not remembered.
  }
}

export type Language = 'zh' | 'en'
export type Theme = 'auto' | 'light' | 'dark'

export const language = preference<Language>('lang', ['zh', 'en'], 'zh')
export const textSize = preference<'standard' | 'elderly'>('view', ['standard', 'elderly'], 'standard')
export const theme = preference<Theme>('theme', ['auto', 'light', 'dark'], 'auto')

/** Stores the choices once more: they are of the device and not of who was signed in. */
export function keepPreferences() {
  write('coordination.lang', language.value)
  write('coordination.view', textSize.value)
  write('coordination.theme', theme.value)
}
