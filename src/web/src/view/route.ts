import type { KeyHolderKind } from '../api/identity'
import type { CountedKindPath } from '../api/types'

/** The parts of one's own account, each a screen of its own. */
export const accountParts = ['overview', 'contact', 'security', 'delegates', 'looks', 'data'] as const
export type AccountPart = (typeof accountParts)[number]

export type Route =
  | { page: 'home' }
  | { page: 'screen'; kind: CountedKindPath; id: string }
  | { page: 'community'; id: string }
  | { page: 'sign-in' | 'register' | 'new-password' | 'people' | 'audit' | 'demo' | 'privacy' }
  | { page: 'account'; part: AccountPart }
  | { page: 'person'; id: string }
  | { page: 'keys'; kind: KeyHolderKind }
  | { page: 'unknown' }

const slug = '[a-z0-9]+(?:-[a-z0-9]+)*'
const screen = new RegExp(`^/screens/(scenic-areas|parking-lots)/(${slug})/?$`)
const community = new RegExp(`^/communities/(${slug})/?$`)
const person = /^\/people\/([0-9a-f-]{36})\/?$/
const account = /^\/account(?:\/([a-z]+))?\/?$/

/** Which page an address means. Links are ordinary ones, so a page has one address for as long as it lives. */
export function routeOf(path: string): Route {
  if (path === '/' || path === '/index.html') return { page: 'home' }
  const [, kind, place] = screen.exec(path) ?? []
  if (kind && place) return { page: 'screen', kind: kind as CountedKindPath, id: place }
  const [, id] = community.exec(path) ?? []
  if (id) return { page: 'community', id }
  const [, someone] = person.exec(path) ?? []
  if (someone) return { page: 'person', id: someone }
  const own = account.exec(path)
  if (own) {
    const part = accountParts.find((one) => one === (own[1] ?? 'overview'))
    return part ? { page: 'account', part } : { page: 'unknown' }
  }
  switch (path.replace(/^\/|\/$/g, '')) {
    case 'sign-in': return { page: 'sign-in' }
    case 'register': return { page: 'register' }
    case 'new-password': return { page: 'new-password' }
    case 'people': return { page: 'people' }
    case 'devices': return { page: 'keys', kind: 'devices' }
    case 'programs': return { page: 'keys', kind: 'programs' }
    case 'audit': return { page: 'audit' }
    case 'demo': return { page: 'demo' }
    case 'privacy': return { page: 'privacy' }
    default: return { page: 'unknown' }
  }
}

/** The page of a topic. */
export const pageOf = (topic: string) => (topic.startsWith('communities/') ? `/${topic}` : `/screens/${topic}`)
