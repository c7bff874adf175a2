import type { Trend } from '../api/types'

/** Columns as the chart takes them: seconds since 1970, today's figures, the usual ones. Null is a gap. */
export type TrendSeries = [number[], (number | null)[], (number | null)[]]

/** Most one-minute buckets of a day; one of them has 25 hours. */
const maxMinutes = 25 * 60

/** Today's minutes, kept short: at most one figure a minute and one day. Times in seconds since 1970. */
export type Minutes = Map<number, number>

export const minutesOf = (trend: Trend): Minutes =>
  new Map(trend.today.slice(-maxMinutes).map((point) => [Date.parse(point.at) / 1000, point.occupied]))

/** Puts a live figure into its minute. A figure of another day is left to the next refresh. Returns whether anything changed. */
export function addLive(minutes: Minutes, countedAt: number, occupied: number, dayStart: number): boolean {
  const second = Math.floor(countedAt / 60_000) * 60
  if (second < dayStart || second >= dayStart + maxMinutes * 60 || minutes.get(second) === occupied) return false
  minutes.set(second, occupied)
  return true
}

/**
 * Puts both lines on one time axis. Between two figures of today further apart than `gapSeconds` nothing was known, and nothing is drawn.
 * A fresh last figure holds until `until` (seconds).
 */
export function align(minutes: Minutes, usual: Trend['usual'], gapSeconds: number, until: number): TrendSeries {
  const today = new Map<number, number | null>()
  let last: [number, number] | undefined
  for (const point of [...minutes].sort((a, b) => a[0] - b[0])) {
    if (last && point[0] - last[0] > gapSeconds) today.set(last[0] + gapSeconds, null)
    today.set(...point)
    last = point
  }
  let end = last?.[0] ?? -Infinity
  if (last && until > end && until - end <= gapSeconds) today.set((end = until), last[1])
  const usually = new Map(usual.map((point) => [Date.parse(point.at) / 1000, point.occupied]))
  const times = [...new Set([...today.keys(), ...usually.keys()])].sort((a, b) => a - b)
  let known: number | null = null
  return [
    times,
    times.map((time) => {
      // Where only the other line has a point, this one goes on as it was; before its start and after its end it has none.
      if (today.has(time)) known = today.get(time) ?? null
      return time <= end ? known : null
    }),
    times.map((time) => usually.get(time) ?? null),
  ]
}

/** The usual figure at an instant in seconds, between the hours around it; null outside of them. */
export function usualAt(usual: Trend['usual'], second: number): number | null {
  let before: [number, number] | undefined
  for (const point of usual) {
    const at = Date.parse(point.at) / 1000
    if (at === second) return point.occupied
    if (at > second) {
      // More than an hour apart is a gap, not a slope.
      if (!before || at - before[0] > 5400) return null
      return before[1] + ((point.occupied - before[1]) * (second - before[0])) / (at - before[0])
    }
    before = [at, point.occupied]
  }
  return before && second - before[0] < 3600 ? before[1] : null
}

/** Two figures that count and zeros after them: a mean of a few days is no more exact than that. `value` is 0 or more. */
export function roughly(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1)
  return Math.round(value / step) * step
}
