import type { Level, PlaceState } from '../api/types'

/** What is known of a place or a zone, from a view, a summary or a zone. */
export interface Counted {
  kind: 'parkingLot' | 'scenicArea'
  state: PlaceState
  level?: Level
  occupied?: number
  capacity?: number
  free?: number
  countedAt?: string
}

/** What the one big number counts. */
export type Measure = 'people' | 'freePeople' | 'freeSpaces' | 'cars'

/** What a screen says about a place: decided here, once, for every page. */
export interface Reading {
  /** As the server says it, or stale where the server could not be heard for so long that it would say so. */
  state: PlaceState
  measure: Measure
  /** The big number; null is unknown and shown as such, never as zero. */
  figure: number | null
  /** How many more are inside than there are places; 0 if none. */
  over: number
  /** Share of the capacity taken, 0 and up; null where a part of it is unknown. */
  share: number | null
  /** Null where the figure or the capacity is unknown. */
  level: Level | null
  capacity: number | null
  /** Milliseconds since it was counted; null if it never was. */
  age: number | null
  /** The figure is not of now: shown greyed, with its age. */
  old: boolean
}

/**
 * @param place What is known.
 * @param now By the server's clock, in milliseconds.
 * @param trusted Whether news would reach us, confirmed.
 * @param staleAfterMinutes After how long without input the place's rules call a figure stale.
 */
export function readingOf(place: Counted, now: number, trusted: boolean, staleAfterMinutes = 30): Reading {
  const age = place.countedAt === undefined ? null : Math.max(0, now - Date.parse(place.countedAt))
  const overdue = age !== null && age > staleAfterMinutes * 60_000
  const state = place.state === 'open' && overdue && !trusted ? 'stale' : place.state
  const known = state !== 'unknown'
  const occupied = known ? (place.occupied ?? null) : null
  const free = known ? (place.free ?? null) : null
  const capacity = place.capacity ?? null
  const [measure, figure] = measured(place.kind, occupied, free)
  return {
    state,
    measure,
    figure,
    over: occupied !== null && capacity !== null ? Math.max(0, occupied - capacity) : 0,
    share: occupied !== null && capacity ? occupied / capacity : null,
    level: figure === null || capacity === null ? null : (place.level ?? null),
    capacity,
    age,
    old: figure !== null && (state === 'stale' || !trusted || (state === 'closed' && overdue)),
  }
}

/** A car park is about free places and a scenic area about people; where only the other count is known, that one is shown by its name. */
function measured(kind: Counted['kind'], occupied: number | null, free: number | null): [Measure, number | null] {
  if (kind === 'parkingLot') return free === null && occupied !== null ? ['cars', occupied] : ['freeSpaces', free]
  return occupied === null && free !== null ? ['freePeople', free] : ['people', occupied]
}
