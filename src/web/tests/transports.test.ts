import { afterEach, expect, test, vi } from 'vitest'
import type { TransportEvents } from '../src/live/transport'

const hub = vi.hoisted(() => ({
  url: undefined as unknown,
  handlers: new Map<string, (...args: never[]) => void>(),
  answer: [] as unknown,
}))
vi.mock('@microsoft/signalr', () => {
  const connection = {
    on: (name: string, handler: (...args: never[]) => void) => hub.handlers.set(name, handler),
    off: (name: string) => hub.handlers.delete(name),
    onclose: () => undefined,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    invoke: () => Promise.resolve(hub.answer),
  }
  class HubConnectionBuilder {
    withUrl(...url: unknown[]) {
      hub.url = url
      return this
    }
    configureLogging() {
      return this
    }
    build = () => connection
  }
  return { HubConnectionBuilder, HttpTransportType: { WebSockets: 1 }, LogLevel: { None: 6 } }
})
const { signalRTransport } = await import('../src/live/signalRTransport')
const { sseTransport } = await import('../src/live/sseTransport')

afterEach(() => vi.unstubAllGlobals())

/** What a transport tells, in one line each. */
function listener() {
  const told: string[] = []
  const events: TransportEvents = {
    changed: ({ topic, version }) => told.push(`changed ${topic} ${version}`),
    status: (since) => told.push(`status ${since}`),
    goodbye: (ms) => told.push(`goodbye ${ms}`),
    contact: () => undefined,
    lost: () => told.push('lost'),
  }
  return { told, events }
}

/** A stream of the server in these pieces, which then stays open. */
function streamOf(...pieces: string[]) {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => pieces.forEach((piece) => controller.enqueue(new TextEncoder().encode(piece))),
  })
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body)))
}

test('the hub is one web socket without a negotiation, so that no balancer has to remember anybody', () => {
  signalRTransport(listener().events)
  expect(hub.url).toEqual(['/live', { transport: 1, skipNegotiation: true }])
})

test('a hub that says nothing of its figures confirms them with its first answer', async () => {
  const { told, events } = listener()
  const transport = signalRTransport(events)
  await transport.watch(['a/a'])
  await transport.watch(['a/b'])
  expect(told).toEqual(['status null'])
})

test('a hub that cannot confirm its figures says so first, and each change', async () => {
  const { told, events } = listener()
  const transport = signalRTransport(events)
  hub.handlers.get('status')!({ unconfirmedSince: '2026-05-01T00:00:00+00:00' } as never)
  await transport.watch(['a/a'])
  hub.handlers.get('status')!({ unconfirmedSince: null } as never)
  hub.handlers.get('goodbye')!({ reconnectAfterMs: 300 } as never)
  expect(told).toEqual(['status 2026-05-01T00:00:00+00:00', 'status null', 'goodbye 300'])
  transport.stop()
  expect(hub.handlers.size).toBe(0)
})

test('a stream tells the same, in its order', async () => {
  const { told, events } = listener()
  streamOf(
    'retry: 2000\n\nevent: status\ndata: {"unconfirmedSince":"2026-05-01T00:00:00+00:00"}\n\n',
    'event: changed\ndata: {"topic":"a/a","epoch":1,"version":7,"view":{}}\n\n',
    'retry: 250\nevent: goodbye\ndata: {"reconnectAfterMs":4000}\n\n',
    'event: status\ndata: {"unconfirmedSince":null}\n\n',
  )
  const transport = sseTransport(events)
  await transport.watch(['a/a'])
  await vi.waitFor(() => expect(told).toHaveLength(4))
  expect(told).toEqual(['status 2026-05-01T00:00:00+00:00', 'changed a/a 7', 'goodbye 4000', 'status null'])
  transport.stop()
})

test('a stream that begins with a view confirms its figures', async () => {
  const { told, events } = listener()
  streamOf('event: changed\ndata: {"topic":"a/a","epoch":1,"version":7,"view":{}}\n\n')
  const transport = sseTransport(events)
  await transport.watch(['a/a'])
  await vi.waitFor(() => expect(told).toEqual(['status null', 'changed a/a 7']))
  transport.stop()
})
