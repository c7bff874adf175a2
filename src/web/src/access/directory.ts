import { computed, shallowRef } from 'vue'
import { getCommunity, getPlaces } from '../api/rest'
import type { KindPath, PlaceSummary } from '../api/types'
import { nameOf } from '../i18n'
import { a } from '../i18n/access'
import { covers, scopeKind, type Location, type ScopeKind } from './rules'

/** A scope that can be chosen, in words, and where it lies. */
export interface ScopeChoice {
  scope: string
  kind: ScopeKind
  name: string
  at: Location
}

const pageSize = 200
const places = shallowRef<PlaceSummary[]>([])
const buildings = shallowRef(new Map<string, { id: string; name: string; nameEn?: string }[]>())
let reading: Promise<void> | undefined

/** Reads the places once; scopes are shown by their paths until they are here. */
export function readDirectory(): Promise<void> {
  reading ??= (async () => {
    const kinds: KindPath[] = ['communities', 'parking-lots', 'scenic-areas']
    const pages = await Promise.all(kinds.map((kind) => getPlaces(kind, { pageSize })))
    places.value = pages.flatMap((page) => page.items)
  })().catch(() => {
    reading = undefined
  })
  return reading
}

const asked = new Set<string>()

/** Reads the buildings of a community once, for scopes that are one. */
export async function readBuildings(community: string) {
  if (asked.has(community)) return
  asked.add(community)
  const found = await getCommunity(community).catch(() => undefined)
  if (found) buildings.value = new Map(buildings.value).set(community, found.buildings ?? [])
}

const byTopic = computed(() => new Map(places.value.map((place) => [place.topic, place])))

const locationOf = (place: PlaceSummary): Location => ({
  path: place.topic, city: place.city, district: place.district, street: place.street,
  community: place.topic.startsWith('communities/') ? place.id : place.community,
})

/** A scope or place in words. The name of a building comes a little later than the others. */
export function scopeName(scope: string | null | undefined): string {
  if (!scope) return ''
  const parts = scope.split('/')
  switch (scopeKind(scope)) {
    case 'everywhere': return a.value.everywhere
    case 'district': case 'street': return parts.slice(1).join(' ')
    case 'building': {
      void readBuildings(parts[1] ?? '')
      const community = byTopic.value.get(`communities/${parts[1]}`)
      const building = buildings.value.get(parts[1] ?? '')?.find((one) => one.id === parts[3])
      return [community ? nameOf(community) : parts[1], building ? nameOf(building) : parts[3]].join(' ')
    }
    default: {
      const place = byTopic.value.get(scope)
      return place ? nameOf(place) : scope
    }
  }
}

/** All scopes that there are, districts and streets as the places name them. */
export const allScopes = computed<ScopeChoice[]>(() => {
  const choices = new Map<string, ScopeChoice>()
  const add = (scope: string, at: Location) => choices.set(scope, { scope, kind: scopeKind(scope), name: scopeName(scope), at })
  add('*', {})
  for (const { city, district, street } of places.value) {
    if (city && district) add(`districts/${city}/${district}`, { city, district })
    if (city && district && street) add(`streets/${city}/${district}/${street}`, { city, district, street })
  }
  for (const place of places.value) {
    const at = locationOf(place)
    add(place.topic, at)
    if (at.community === undefined || place.topic !== `communities/${at.community}`) continue
    for (const building of buildings.value.get(at.community) ?? []) {
      add(`${place.topic}/buildings/${building.id}`, { ...at, building: building.id })
    }
  }
  return [...choices.values()]
})

/** Communities and counted places that lie in one of the scopes, for lists by place. */
export const placesIn = (scopes: readonly string[]) =>
  allScopes.value.filter((choice) => ['community', 'place'].includes(choice.kind) && scopes.some((scope) => covers(scope, choice.at)))
