/**
 * Where to go after signing in: only a path of this site. Anything that a browser could take for another site, such as `//elsewhere` or
 * `/\elsewhere`, leads to the fallback, and so does the way back to signing in.
 */
export function localPath(wanted: string | null | undefined, fallback = '/account'): string {
  if (!wanted || !wanted.startsWith('/') || /[\\\u0000-\u001f]/.test(wanted)) return fallback
  let address: URL
  try {
    address = new URL(wanted, 'http://here.invalid')
  } catch {
    return fallback
  }
  const path = address.pathname + address.search + address.hash
  if (address.origin !== 'http://here.invalid' || path.startsWith('//')) return fallback
  return /^\/(sign-in|register|new-password)\b/.test(path) ? fallback : path
}

/** The page to sign in on, and back to `path` from there. */
export const signInAddress = (path: string) => `/sign-in?returnTo=${encodeURIComponent(localPath(path, '/'))}`
