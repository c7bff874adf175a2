import { getServer } from '../api/rest'
import type { TopicUpdate } from '../api/types'
import { SseParser } from './sseParser'
import { within, type Transport, type TransportEvents } from './transport'

const startWithinMs = 8_000
const probeWithinMs = 4_000
/** The server sends a heartbeat every 15 s; a stream silent for longer than two of them is dead. */
const silentAfterMs = 35_000

/**
 * Server-sent events, for networks that let nothing through but plain requests. Read with `fetch` and not with `EventSource`, which hides
 * the heartbeat, so that a dead stream is noticed. The topics are in the address: another set of topics is another request.
 */
export function sseTransport(events: TransportEvents): Transport {
  const topics = new Set<string>()
  let stream: AbortController | undefined
  let lastByte = performance.now()
  let ended = false

  function lost() {
    if (ended) return
    ended = true
    stream?.abort()
    events.lost()
  }

  async function open(): Promise<void> {
    stream?.abort()
    if (topics.size === 0) return
    const mine = (stream = new AbortController())
    const query = [...topics].map((topic) => `topic=${encodeURIComponent(topic)}`).join('&')
    const response = await within(
      startWithinMs,
      fetch(`/api/live?${query}`, { signal: mine.signal, headers: { accept: 'text/event-stream' }, cache: 'no-store' }),
    )
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`)
    lastByte = performance.now()
    events.contact()
    void read(response.body.getReader(), mine)
  }

  async function read(reader: ReadableStreamDefaultReader<Uint8Array>, mine: AbortController) {
    const parser = new SseParser()
    const answered = new Set<string>()
    const decoder = new TextDecoder()
    let heardStatus = false
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done || ended || mine !== stream) break
        lastByte = performance.now()
        events.contact()
        for (const { event, data } of parser.push(decoder.decode(value, { stream: true }))) {
          if (event === 'goodbye') events.goodbye((JSON.parse(data) as { reconnectAfterMs: number }).reconnectAfterMs)
          if (event === 'status') {
            heardStatus = true
            events.status((JSON.parse(data) as { unconfirmedSince?: string | null }).unconfirmedSince ?? null)
          }
          if (event !== 'changed') continue
          // Each stream may come from another host; one that has something to say about its figures says it before the first.
          if (!heardStatus) {
            heardStatus = true
            events.status(null)
          }
          const update = JSON.parse(data) as TopicUpdate
          events.changed(update, answered.has(update.topic) ? 'push' : 'answer')
          answered.add(update.topic)
        }
      }
    } catch {
      // An aborted, broken or unreadable stream ends the same way.
    }
    if (mine === stream) lost()
  }

  return {
    name: 'sse',
    start: async () => {
      await within(startWithinMs, getServer())
    },
    async watch(more) {
      more.forEach((topic) => topics.add(topic))
      await open()
      return []
    },
    async unwatch(fewer) {
      fewer.forEach((topic) => topics.delete(topic))
      await open()
    },
    async probe() {
      if (topics.size > 0 && performance.now() - lastByte > silentAfterMs) throw new Error('The stream is silent.')
      await within(probeWithinMs, getServer())
      if (!ended) events.contact()
    },
    stop() {
      ended = true
      stream?.abort()
    },
  }
}
