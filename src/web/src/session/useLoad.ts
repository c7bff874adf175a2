import { onMounted, shallowRef, type ShallowRef } from 'vue'
import { isSessionOver } from '../api/request'
import { errorText } from '../i18n/access'

/** That the session ended is said at the top of the page; what is there stays as it is. */
const textFor = (failure: unknown, shown: boolean) => (shown && isSessionOver(failure) ? '' : errorText(failure))

/** Something read from the server for a page: what, whether it is on its way, why not. */
export interface Loaded<T> {
  value: ShallowRef<T | undefined>
  loading: ShallowRef<boolean>
  error: ShallowRef<string>
  read: () => Promise<void>
}

/** Reads when the page is there, and again when asked; what was read stays while it is read again. */
export function useLoad<T>(get: () => Promise<T>): Loaded<T> {
  const value = shallowRef<T>()
  const loading = shallowRef(true)
  const error = shallowRef('')
  async function read() {
    loading.value = true
    error.value = ''
    try {
      value.value = await get()
    } catch (failure) {
      error.value = textFor(failure, value.value !== undefined)
    } finally {
      loading.value = false
    }
  }
  onMounted(read)
  return { value, loading, error, read }
}

/** A list that comes page by page. */
export function useList<T>(get: (cursor?: string) => Promise<{ items: T[]; next?: string | null }>) {
  const items = shallowRef<T[]>()
  const next = shallowRef<string>()
  const loading = shallowRef(false)
  const error = shallowRef('')
  let turn = 0
  async function page(cursor?: string) {
    const mine = ++turn
    loading.value = true
    error.value = ''
    try {
      const found = await get(cursor)
      if (mine !== turn) return
      items.value = cursor ? [...(items.value ?? []), ...found.items] : found.items
      next.value = found.next ?? undefined
    } catch (failure) {
      if (mine !== turn) return
      error.value = textFor(failure, items.value !== undefined)
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  return { items, next, loading, error, read: () => page(), more: () => page(next.value) }
}
