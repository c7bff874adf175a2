import { computed, shallowRef } from 'vue'
import { sessions, type Permission, type Session } from '../api/identity'
import { ApiError, attached } from '../api/request'
import { retryDelay } from '../live/backoff'
import { keepPreferences } from '../view/preferences'
import { acting, stopActing } from './acting'
import { askAgain } from './again'

/** Who is signed in here; undefined until the server has said it. */
export const session = shallowRef<Session>()

/** Why it is not known: the server cannot be reached, or does not answer such questions. */
export const sessionFailed = shallowRef<'offline' | 'refused'>()

/** The person is signing out, or could not: the server did not answer. Pages show nothing of hers meanwhile. */
export const leaving = shallowRef<'now' | 'unanswered'>()

/** Whether the person was signed in on this page and is no more, without having asked for it. */
export const sessionEnded = shallowRef(false)

export const signedIn = computed(() => session.value?.signedIn === true)

/** Whether something may be done somewhere, so that it is worth showing; the server decides each time. */
export const may = (permission: Permission) => session.value?.permissions.includes(permission) ?? false

/** Takes what the server said about the session. */
export function takeSession(now: Session) {
  if (acting.value && acting.value.by !== now.subject) stopActing()
  if (signedIn.value && !now.signedIn) sessionEnded.value = true
  if (now.signedIn) sessionEnded.value = false
  session.value = now
  sessionFailed.value = undefined
}

/** Asks who is signed in. */
export async function loadSession(): Promise<boolean> {
  try {
    takeSession(await sessions.get())
    return true
  } catch (error) {
    if (!session.value) sessionFailed.value = error instanceof ApiError && error.status > 0 ? 'refused' : 'offline'
    return false
  }
}

/** Asks until there is an answer. Public pages go on without one; nobody waits for this. */
export async function startSession() {
  attached.headers = (method, url) => {
    const headers: Record<string, string> = {}
    if (method !== 'GET' && session.value?.antiforgeryToken) headers['x-antiforgery'] = session.value.antiforgeryToken
    if (acting.value && canBeDoneForAnother(method, url)) headers['on-behalf-of'] = acting.value.subject
    return headers
  }
  attached.renewToken = loadSession
  attached.sessionEnded = endSession
  attached.signInAgain = askAgain
  watchOtherPages()
  document.addEventListener('visibilitychange', whenSeenAgain)
  for (let failures = 1; !(await loadSession()) && sessionFailed.value === 'offline'; failures++) {
    await new Promise((resolve) => setTimeout(resolve, retryDelay(failures, Math.random())))
  }
}

/** The server no longer knows the session: pages of who is signed in drop what they show. */
function endSession() {
  if (signedIn.value) sessionEnded.value = true
  forget()
}

/** The page knows nobody any more; the token stays, to sign out once more with. */
function forget() {
  stopActing()
  if (session.value) session.value = { ...session.value, signedIn: false, roles: [], permissions: [], subject: undefined, displayName: undefined }
}

/** Other pages of this browser hear of the end at once, and a page that the browser had put aside is not shown as it was. */
const ends = typeof BroadcastChannel === 'function' ? new BroadcastChannel('coordination.session') : undefined

function watchOtherPages() {
  ends?.addEventListener('message', () => signedIn.value && void loadSession())
  addEventListener('pageshow', (event) => event.persisted && session.value && location.reload())
}

/**
 * Signs out for good; the page that is shown afterwards knows nobody. What is on this one goes at once: also when there is no answer, and then the
 * person is told that she has to try again.
 */
export async function signOut() {
  leaving.value = 'now'
  forget()
  try {
    await sessions.signOut()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) {
      leaving.value = 'unanswered'
      return
    }
  }
  ends?.postMessage('ended')
  keepPreferences() // The server's answer has cleared what was stored.
  const isPublic = /^\/($|screens\/|communities\/|privacy)/.test(location.pathname)
  if (isPublic) location.reload()
  else location.assign('/')
}

/** Only what is known about a person can be seen and changed by somebody else. */
const canBeDoneForAnother = (method: string, url: string) =>
  (method === 'GET' && url === '/api/me') || (method === 'PUT' && url === '/api/me/contact')

let askedAt = performance.now()
const askAgainAfterMs = 60_000

/** A tablet that was put away may have been signed out meanwhile. */
function whenSeenAgain() {
  if (document.visibilityState !== 'visible' || !signedIn.value || performance.now() - askedAt < askAgainAfterMs) return
  askedAt = performance.now()
  void loadSession()
}
