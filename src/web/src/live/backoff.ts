const firstMs = 500
const longestMs = 10_000

/**
 * How long to wait before the next attempt, in milliseconds: doubling from half a second to ten seconds, for ever. Up to half of it is left
 * to chance, so that a server that comes back is not met by every screen of the city at once.
 * @param failures Attempts that failed since the last success, from 1.
 * @param random 0 to 1.
 */
export function retryDelay(failures: number, random: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 10))
  return ceiling * (0.5 + random / 2)
}
