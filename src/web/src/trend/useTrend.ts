import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { getTrend } from '../api/rest'
import type { OccupancyView, Trend } from '../api/types'
import { startOfDay } from '../time/zoned'
import { now } from '../view/ticker'
import { reportSizes } from '../view/debug'
import { addLive, align, minutesOf, type Minutes, type TrendSeries } from './series'

const refreshMs = 60_000
const retryMs = 10_000

export interface TrendModel {
  trend: Trend
  series: TrendSeries
  /** The day's first second and the next day's. */
  from: number
  to: number
}

/** Today against the usual: read every minute, and carried on with each live view in between. */
export function useTrend(topic: string, view: Ref<OccupancyView | null | undefined>): Ref<TrendModel | undefined> {
  const model = shallowRef<TrendModel>()
  let trend: Trend | undefined
  let minutes: Minutes = new Map()
  let timer: ReturnType<typeof setTimeout>
  let disposed = false

  const dayStart = () => startOfDay(trend!.date, view.value!.timeZone) / 1000

  function show() {
    if (!trend || !view.value) return
    const gap = view.value.rules.staleAfterMinutes * 60
    const from = dayStart()
    const series = align(minutes, trend.usual, gap, Math.min(Math.floor(now.value / 1000), from + 86_400))
    model.value = { trend, series, from, to: from + 86_400 }
  }

  function carryOn() {
    const { countedAt, occupied } = view.value ?? {}
    if (trend && countedAt !== undefined && occupied !== undefined && addLive(minutes, Date.parse(countedAt), occupied, dayStart())) show()
  }

  async function refresh() {
    let next = retryMs
    try {
      if (view.value) {
        trend = await getTrend(topic)
        minutes = minutesOf(trend)
        carryOn()
        show()
        next = refreshMs
      }
    } catch {
      // The lines stay as they are until the server answers again.
    }
    // Not all the screens of a city in the same second.
    if (!disposed) timer = setTimeout(refresh, next * (0.9 + Math.random() * 0.2))
  }

  watch(() => view.value !== null && view.value !== undefined, (exists) => {
    if (!exists) return
    clearTimeout(timer)
    void refresh()
  }, { immediate: true })
  watch(view, carryOn)
  onScopeDispose(() => {
    disposed = true
    clearTimeout(timer)
  })
  reportSizes('trend', () => ({ minutes: minutes.size, usual: trend?.usual.length ?? 0, points: model.value?.series[0].length ?? 0 }))
  return model
}
