import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AnyView, TopicUpdate } from '../src/api/types'
import { LiveClient } from '../src/live/liveClient'
import type { Transport, TransportEvents } from '../src/live/transport'

/** A server in memory: what it would answer, and the connections it has. */
class FakeServer {
  up = true
  silent = false
  readonly views = new Map<string, TopicUpdate>()
  readonly connections: { events: TransportEvents; topics: Set<string>; log: string[]; stopped: boolean }[] = []

  set(topic: string, epoch: number, version: number) {
    this.views.set(topic, { topic, epoch, version, view: { topic, epoch, version } as AnyView })
  }

  push(topic: string) {
    const { events } = this.connections.at(-1)!
    events.contact()
    events.changed(this.views.get(topic)!, 'push')
  }

  connect = (events: TransportEvents): Transport => {
    const connection = { events, topics: new Set<string>(), log: [] as string[], stopped: false }
    const alive = () => (this.up && !this.silent ? Promise.resolve() : Promise.reject(new Error('down')))
    return {
      name: 'signalr',
      start: async () => {
        await alive()
        this.connections.push(connection)
      },
      watch: async (topics) => {
        await alive()
        connection.log.push(`watch ${topics}`)
        topics.forEach((topic) => connection.topics.add(topic))
        expect(connection.topics.size).toBeLessThanOrEqual(3)
        return topics.map((topic) => this.views.get(topic) ?? { topic, view: null })
      },
      unwatch: async (topics) => {
        await alive()
        connection.log.push(`unwatch ${topics}`)
        topics.forEach((topic) => connection.topics.delete(topic))
      },
      probe: async () => {
        await alive()
        events.contact()
      },
      stop: () => (connection.stopped = true),
    }
  }
}

let server: FakeServer
let client: LiveClient
const never = () => ({ name: 'sse', start: () => Promise.reject(new Error('blocked')), stop: () => undefined }) as unknown as Transport
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers()
  const target = { addEventListener: () => undefined }
  vi.stubGlobal('document', target)
  vi.stubGlobal('window', target)
  server = new FakeServer()
  client = new LiveClient(server.connect, never)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function listen(topic: string) {
  const heard: (string | null)[] = []
  const stop = client.subscribe(topic, (view) => heard.push(view && `${view.epoch}.${view.version}`))
  return { heard, stop }
}

test('a topic is heard from its first answer and then from pushes, newest only', async () => {
  server.set('a/a', 1, 5)
  const { heard } = listen('a/a')
  client.start()
  await pass(0)
  server.set('a/a', 1, 7)
  server.push('a/a')
  server.set('a/a', 1, 6)
  server.push('a/a')
  expect(heard).toEqual(['1.5', '1.7'])
})

test('a place that does not exist is said to, and appears when it is created', async () => {
  const { heard } = listen('a/a')
  client.start()
  await pass(0)
  server.set('a/a', 1, 1)
  server.push('a/a')
  expect(heard).toEqual([null, '1.1'])
})

test('after a lost connection everything is watched again and the gap is filled', async () => {
  const states: boolean[] = []
  client.onConnected = (now) => states.push(now)
  server.set('a/a', 1, 1)
  const { heard } = listen('a/a')
  client.start()
  await pass(0)
  server.up = false
  server.connections[0]!.events.lost()
  await pass(120_000)
  server.set('a/a', 2, 1)
  server.up = true
  await pass(10_000)
  expect(heard).toEqual(['1.1', '2.1'])
  expect(states).toEqual([true, false, true])
  expect(server.connections.map((one) => one.stopped)).toEqual([true, false])
})

test('a connection that is silently dead is noticed within ten seconds', async () => {
  const states: boolean[] = []
  client.onConnected = (now) => states.push(now)
  listen('a/a')
  client.start()
  await pass(0)
  server.silent = true
  await pass(10_000)
  expect(states).toEqual([true, false])
})

test('pages of topics never exceed the limit: less is asked before more', async () => {
  const first = ['a/a', 'a/b', 'a/c'].map(listen)
  client.start()
  await pass(0)
  first.forEach(({ stop }) => stop())
  ;['a/d', 'a/e', 'a/f'].forEach(listen)
  await pass(10)
  expect(server.connections[0]!.log).toEqual(['watch a/a,a/b,a/c', 'unwatch a/a,a/b,a/c', 'watch a/d,a/e,a/f'])
  expect(client.stats()).toMatchObject({ topics: 3, watched: 3, listeners: 3 })
})

test('an older answer is not believed at once, but when it stays', async () => {
  server.set('a/a', 9, 50)
  const { heard } = listen('a/a')
  client.start()
  await pass(0)
  server.set('a/a', 1, 2)
  server.connections[0]!.events.lost()
  await pass(5_000)
  expect(heard).toEqual(['9.50'])
  await pass(20_000)
  expect(heard).toEqual(['9.50', '1.2'])
})

test('an older answer of a relay that lags is forgotten when it has caught up', async () => {
  server.set('a/a', 9, 50)
  const { heard } = listen('a/a')
  client.start()
  await pass(0)
  server.set('a/a', 9, 49)
  server.connections[0]!.events.lost()
  await pass(2_000)
  server.set('a/a', 9, 50)
  await pass(60_000)
  expect(heard).toEqual(['9.50'])
})

test('a host that does not know that it was replaced pushes in vain', async () => {
  server.set('a/a', 5, 1)
  const { heard } = listen('a/a')
  client.start()
  await pass(0)
  for (let version = 90; version < 100; version++) {
    server.set('a/a', 4, version)
    server.push('a/a')
    await pass(5_000)
  }
  server.set('a/a', 5, 2)
  server.push('a/a')
  expect(heard).toEqual(['5.1', '5.2'])
})

test('after a goodbye it stays until its time and is then on a new connection at once', async () => {
  const states: boolean[] = []
  let moves = 0
  client.onConnected = (now) => states.push(now)
  client.onMoving = () => moves++
  server.set('a/a', 1, 1)
  const { heard } = listen('a/a')
  client.start()
  await pass(2_000)
  server.connections[0]!.events.goodbye(5_000)
  await pass(4_900)
  server.set('a/a', 1, 2)
  server.push('a/a')
  expect(server.connections).toHaveLength(1)
  server.set('a/a', 1, 3)
  await pass(150)
  expect(heard).toEqual(['1.1', '1.2', '1.3'])
  expect(states).toEqual([true, false, true])
  expect(server.connections.map((one) => one.stopped)).toEqual([true, false])
  expect(moves).toBe(1)
})

test('a host that closes before its time was asked for has lost nobody', async () => {
  server.set('a/a', 1, 1)
  listen('a/a')
  client.start()
  await pass(2_000)
  server.connections[0]!.events.goodbye(60_000)
  server.connections[0]!.events.lost()
  await pass(50)
  expect(server.connections).toHaveLength(2)
})

test('hosts that all say goodbye are not gone round and round', async () => {
  listen('a/a')
  client.start()
  for (let i = 0; i < 100; i++) {
    await pass(10)
    server.connections.at(-1)!.events.goodbye(0)
  }
  expect(server.connections.length).toBeLessThan(10)
})

test('a client that had to fall back stays with the plain stream after a goodbye', async () => {
  const first = vi.fn(never)
  client = new LiveClient(first as never, server.connect)
  listen('a/a')
  client.start()
  await pass(10_000)
  const tried = first.mock.calls.length
  server.connections[0]!.events.goodbye(1_000)
  await pass(1_050)
  expect(server.connections).toHaveLength(2)
  expect(first).toHaveBeenCalledTimes(tried)
})

test('what the host says of its figures is passed on, but not what a given-up connection says', async () => {
  const said: (string | null)[] = []
  client.onStatus = (since) => said.push(since)
  listen('a/a')
  client.start()
  await pass(0)
  server.connections[0]!.events.status('2026-05-01T08:00:00+00:00')
  server.connections[0]!.events.lost()
  await pass(2_000)
  server.connections[0]!.events.status('2026-05-01T09:00:00+00:00')
  server.connections[1]!.events.status(null)
  expect(said).toEqual(['2026-05-01T08:00:00+00:00', null])
})

test('a thousand lost connections leave nothing behind', async () => {
  server.set('a/a', 1, 1)
  listen('a/a')
  client.start()
  for (let i = 0; i < 1_000; i++) {
    await pass(1_000)
    server.connections.at(-1)!.events.lost()
  }
  await pass(1_000)
  expect(client.stats()).toMatchObject({ topics: 1, watched: 1, listeners: 1 })
  expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
  expect(server.connections.slice(0, -1).every((one) => one.stopped)).toBe(true)
})
