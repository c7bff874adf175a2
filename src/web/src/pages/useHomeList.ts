import { computed, onScopeDispose, reactive, shallowRef, watch } from 'vue'
import { getPlaces } from '../api/rest'
import type { KindPath, PlacePage, PlaceSummary } from '../api/types'
import { connected } from '../live/live'

export const kinds: readonly KindPath[] = ['communities', 'parking-lots', 'scenic-areas']

/** Places on a page of one kind; and of each kind where all are shown. Only these are watched, far below the limit of a connection. */
const pageSize = 24
const groupSize = 8
/** Places read to learn which districts there are. */
const districtSample = 200
/** New places and changed filters' matches appear with the next reading of the list; the figures themselves are live. */
const refreshMs = 30_000
/** As long as there is nothing, the first place should not be waited for. */
const refreshEmptyMs = 3_000
const typingMs = 250

export interface Choice {
  kind: KindPath | 'all'
  query: string
  district: string
  state: string
  level: string
  page: number
}

function choiceOf(search: string): Choice {
  const parameters = new URLSearchParams(search)
  const kind = kinds.find((one) => one === parameters.get('kind')) ?? 'all'
  const text = (name: string) => (parameters.get(name) ?? '').slice(0, 80)
  const page = Math.max(1, Math.floor(Number(parameters.get('page')) || 1))
  return { kind, query: text('query'), district: text('district'), state: text('state'), level: text('level'), page }
}

/** The list of the first page: what was chosen (kept in the address), what was found, and how it is read again. */
export function useHomeList() {
  const choice = reactive(choiceOf(location.search))
  const pages = shallowRef<Partial<Record<KindPath, PlacePage>>>()
  const districts = shallowRef<string[]>([])
  const failed = shallowRef(false)
  let asked = 0
  let timer: ReturnType<typeof setTimeout>

  const filtered = computed(() => Boolean(choice.query || choice.district || choice.state || choice.level))
  const shownKinds = computed(() => kinds.filter((kind) => choice.kind === 'all' || choice.kind === kind))
  const pageCount = computed(() => {
    const page = choice.kind === 'all' ? undefined : pages.value?.[choice.kind]
    return page ? Math.max(1, Math.ceil(page.total / pageSize)) : 1
  })
  const topics = computed(() => shownKinds.value.flatMap((kind) => itemsOf(kind).map((place) => place.topic)))

  function itemsOf(kind: KindPath): PlaceSummary[] {
    return pages.value?.[kind]?.items ?? []
  }

  async function load() {
    clearTimeout(timer)
    const mine = ++asked
    const { kind: chosen, page, ...filters } = choice
    try {
      const found = await Promise.all(
        kinds.map((kind) => {
          const size = chosen === 'all' ? groupSize : kind === chosen ? pageSize : 1
          return getPlaces(kind, { ...filters, query: filters.query.trim(), page: kind === chosen ? page : 1, pageSize: size })
        }),
      )
      if (mine !== asked) return
      pages.value = Object.fromEntries(kinds.map((kind, i) => [kind, found[i]]))
      failed.value = false
      // Fewer places than before: the page that was shown may be gone.
      if (choice.page > pageCount.value) choice.page = pageCount.value
    } catch {
      if (mine !== asked) return
      failed.value = true
    }
    const nothing = !filtered.value && kinds.every((kind) => pages.value?.[kind]?.total === 0)
    timer = setTimeout(load, nothing ? refreshEmptyMs : refreshMs)
  }

  async function learnDistricts() {
    try {
      const samples = await Promise.all(kinds.map((kind) => getPlaces(kind, { pageSize: districtSample })))
      const names = samples.flatMap((sample) => sample.items.map((place) => place.district ?? ''))
      districts.value = [...new Set([...names, choice.district])].filter(Boolean).sort((a, b) => a.localeCompare(b, 'zh'))
    } catch {
      // The choice of districts comes with the next connection.
    }
  }

  function keepInAddress() {
    const address = new URL(location.href)
    for (const [name, value] of Object.entries(choice)) {
      if (value === '' || value === 'all' || value === 1) address.searchParams.delete(name)
      else address.searchParams.set(name, String(value))
    }
    history.replaceState(null, '', address)
  }

  watch(() => [choice.kind, choice.query, choice.district, choice.state, choice.level], () => (choice.page = 1))
  watch(choice, keepInAddress)
  watch(() => [choice.kind, choice.district, choice.state, choice.level, choice.page], load, { flush: 'post' })
  watch(() => choice.query, () => {
    clearTimeout(timer)
    timer = setTimeout(load, typingMs)
  })
  watch(connected, (now) => {
    if (!now) return
    void load()
    void learnDistricts()
  })
  void load()
  void learnDistricts()
  onScopeDispose(() => clearTimeout(timer))

  const reset = () => Object.assign(choice, { query: '', district: '', state: '', level: '' })
  return { choice, pages, districts, failed, filtered, shownKinds, pageCount, topics, itemsOf, reset }
}
