/** The shapes of the public API. Absent means unknown, and unknown is never zero. Instants are ISO 8601 with offset. */

export type PlaceKind = 'parkingLot' | 'scenicArea' | 'community'
export type KindPath = 'parking-lots' | 'scenic-areas' | 'communities'
export type CountedKindPath = Exclude<KindPath, 'communities'>
export type PlaceState = 'unknown' | 'open' | 'closed' | 'stale'
export type Level = 'comfortable' | 'busy' | 'warning' | 'critical' | 'full'
export type Purpose = 'general' | 'accessible' | 'charging' | 'family'
export type Weekday = 'sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday'

/** Orders the views of one topic: the highest (epoch, version) is the newest. */
export interface Revision {
  epoch: number
  version: number
}

/** Local wall-clock times as HH:mm; closing at or before opening means past midnight. */
export interface OpeningPeriod {
  opens: string
  closes: string
}

export interface OpeningHours {
  weekly?: { day: Weekday; periods?: OpeningPeriod[] }[]
  exceptions?: { date: string; periods?: OpeningPeriod[]; reason?: string }[]
}

export interface ZoneView {
  id: string
  name: string
  nameEn?: string
  purpose?: Purpose
  capacity?: number
  occupied?: number
  free?: number
  level?: Level
  countedAt?: string
  stale?: boolean
}

export interface ScheduledChange {
  effectiveAt: string
  zone?: string
  capacity?: number
  rules?: object
}

export interface OccupancyView extends Revision {
  topic: string
  kind: 'parkingLot' | 'scenicArea'
  id: string
  name: string
  nameEn?: string
  timeZone: string
  address?: string
  city?: string
  district?: string
  street?: string
  community?: string
  state: PlaceState
  operation?: 'automatic' | 'open' | 'closed'
  operationReason?: string
  level?: Level
  occupied?: number
  capacity?: number
  free?: number
  percent?: number
  overCapacity?: boolean
  countedAt?: string
  simulated?: boolean
  zones?: ZoneView[]
  openingHours?: OpeningHours
  rules: { staleAfterMinutes: number }
  scheduled?: ScheduledChange[]
  grade?: string
  gates?: { id: string; name: string; nameEn?: string }[]
  dailyCapacity?: number
  maxHeightCentimetres?: number
}

export interface PlaceSummary extends Revision {
  topic: string
  kind: PlaceKind
  id: string
  name: string
  nameEn?: string
  city?: string
  district?: string
  street?: string
  community?: string
  state: PlaceState
  level?: Level
  occupied?: number
  capacity?: number
  free?: number
  percent?: number
  overCapacity?: boolean
  countedAt?: string
  simulated?: boolean
}

/** The sum over the places of one kind that are open with a fresh figure and a known capacity. */
export interface OccupancySum {
  places: number
  reporting: number
  occupied: number
  capacity: number
  free: number
}

export interface CommunityView extends Revision {
  topic: string
  id: string
  name: string
  nameEn?: string
  timeZone: string
  city?: string
  district?: string
  street?: string
  buildings?: { id: string; name: string; nameEn?: string }[]
  facilities?: { type: string; name: string; nameEn?: string }[]
  places?: PlaceSummary[]
  parkingLots: OccupancySum
  scenicAreas: OccupancySum
  simulated?: boolean
  missingPlaces?: string[]
}

export type AnyView = OccupancyView | CommunityView

export interface PlacePage {
  items: PlaceSummary[]
  total: number
  page: number
  pageSize: number
}

/** Today in one-minute buckets against the mean at each hour of the same weekdays before. */
export interface Trend {
  date: string
  today: { at: string; occupied: number; min: number; max: number }[]
  usual: { at: string; occupied: number }[]
  usualDays: number
}

export interface ServerInfo {
  name: string
  version: string
  now: string
  simulation: boolean
}

/** A push or the answer to a watch; no view means that the place does not exist yet. */
export interface TopicUpdate {
  topic: string
  epoch?: number
  version?: number
  view?: AnyView | null
  code?: string
}
