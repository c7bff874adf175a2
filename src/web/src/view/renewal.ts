import { serverInfo } from '../time/serverClock'

/** Longest wait in milliseconds, so that the screens of a city do not all come at once. */
const spreadMs = 60_000

let firstVersion: string | undefined
let renewing = false

/**
 * A wall screen runs for months and outlives the server it was loaded from. When the server answers with another version than at the
 * beginning, the page loads itself again to get that version's pages, but only once it has seen that they can be had.
 */
export function renewWhenChanged() {
  const version = serverInfo.value?.version
  firstVersion ??= version
  if (renewing || version === undefined || version === firstVersion) return
  renewing = true
  setTimeout(async () => {
    try {
      const page = await fetch(location.href, { cache: 'no-store' })
      if (page.ok) location.reload()
    } catch {
      // The server went away again; the next version it tells leads here again.
    }
    renewing = false
  }, Math.random() * spreadMs)
}
