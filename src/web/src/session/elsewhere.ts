import { sessions } from '../api/identity'

/**
 * Goes to sign in at another place, which sends the browser back to a path of this site.
 * @param again Whether that place is to ask although it may remember the person.
 */
export async function goElsewhere(provider: string, returnTo: string, again = false) {
  const { address } = await sessions.external(provider, returnTo, again)
  location.assign(address)
}
