import type { CountedKindPath } from '../api/types'

export type Route =
  | { page: 'home' }
  | { page: 'screen'; kind: CountedKindPath; id: string }
  | { page: 'community'; id: string }
  | { page: 'unknown' }

const slug = '[a-z0-9]+(?:-[a-z0-9]+)*'
const screen = new RegExp(`^/screens/(scenic-areas|parking-lots)/(${slug})/?$`)
const community = new RegExp(`^/communities/(${slug})/?$`)

/** Which page an address means. Links are ordinary ones, so a page has one address for as long as it lives. */
export function routeOf(path: string): Route {
  if (path === '/' || path === '/index.html') return { page: 'home' }
  const [, kind, place] = screen.exec(path) ?? []
  if (kind && place) return { page: 'screen', kind: kind as CountedKindPath, id: place }
  const [, id] = community.exec(path) ?? []
  return id ? { page: 'community', id } : { page: 'unknown' }
}

/** The page of a topic. */
export const pageOf = (topic: string) => (topic.startsWith('communities/') ? `/${topic}` : `/screens/${topic}`)
