import type { CommunityView, KindPath, PlacePage, ServerInfo, Trend } from './types'

/** Longest wait for an answer in milliseconds; a request that hangs must not hold up a screen for ever. */
const timeoutMs = 8_000

/** An answer that is not 2xx. */
export class HttpError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`)
  }
}

async function get<T>(url: string): Promise<T> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    const response = await fetch(url, { signal: abort.signal, headers: { accept: 'application/json' }, cache: 'no-store' })
    if (!response.ok) throw new HttpError(response.status)
    return (await response.json()) as T
  } finally {
    clearTimeout(timer)
  }
}

export interface PlaceQuery {
  query?: string
  district?: string
  state?: string
  level?: string
  page?: number
  pageSize?: number
}

export const getServer = () => get<ServerInfo>('/api/server')

export const getTrend = (topic: string) => get<Trend>(`/api/${topic}/trend`)

export function getPlaces(kind: KindPath, query: PlaceQuery): Promise<PlacePage> {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value))
  }
  return get<PlacePage>(`/api/${kind}?${parameters}`)
}

export const getCommunity = (id: string) => get<CommunityView>(`/api/communities/${id}`)
