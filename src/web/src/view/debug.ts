import { live } from '../live/live'

type Sizes = () => Record<string, number | string>

const sources: Record<string, Sizes> = {}

/** Lets a part of the page tell the sizes of what it holds, for the test that they stay small. */
export function reportSizes(name: string, sizes: Sizes) {
  sources[name] = sizes
}

/** With `?debug=1`, `window.__coordination.stats()` tells the sizes of everything that could grow. */
export function exposeStats() {
  if (new URLSearchParams(location.search).get('debug') !== '1') return
  const stats = () => ({ ...live.stats(), ...Object.fromEntries(Object.entries(sources).map(([name, sizes]) => [name, sizes()])) })
  Object.assign(window, { __coordination: { stats } })
}
