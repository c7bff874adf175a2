import { shallowRef } from 'vue'

/** A person for whom something is done: 代办. */
export interface Principal {
  subject: string
  name: string
  /** Subject path of who acts: it is for her alone, whoever signs in next. */
  by: string
}

// One tab acts for one person, and only as long as it is open.
const key = 'coordination.acting'

function read(): Principal | undefined {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Partial<Principal> | null
    return found?.subject?.startsWith('accounts/') && found.name && found.by ? { subject: found.subject, name: found.name, by: found.by } : undefined
  } catch {
    return undefined
  }
}

/** For whom this tab acts; undefined for oneself. */
export const acting = shallowRef(read())

export function actFor(principal: Principal) {
  acting.value = principal
  keep()
}

export function stopActing() {
  acting.value = undefined
  keep()
}

function keep() {
  try {
    if (acting.value) sessionStorage.setItem(key, JSON.stringify(acting.value))
    else sessionStorage.removeItem(key)
  } catch {
    // Then it is forgotten at the next page, and the person acts for herself.
  }
}
