import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr'
import type { AnyView, Revision, TopicUpdate } from '../api/types'
import { within, type Transport, type TransportEvents } from './transport'

const startWithinMs = 8_000
const answerWithinMs = 8_000
const probeWithinMs = 4_000

/**
 * A connection to the hub: one WebSocket without the negotiation of SignalR before it, so that any balancer of connections will do,
 * without a memory of who is where; a network that blocks WebSockets has the plain stream. SignalR is not asked to reconnect: the client
 * makes a new connection each time, so that there is one way back and not two.
 */
export function signalRTransport(events: TransportEvents): Transport {
  const connection: HubConnection = new HubConnectionBuilder()
    .withUrl('/live', { transport: HttpTransportType.WebSockets, skipNegotiation: true })
    .configureLogging(LogLevel.None)
    .build()
  let ended = false
  let heardStatus = false

  connection.on('changed', (topic: string, revision: Revision, view: AnyView | null) => {
    if (ended) return
    events.contact()
    events.changed({ topic, epoch: revision.epoch, version: revision.version, view }, 'push')
  })
  connection.on('status', ({ unconfirmedSince }: { unconfirmedSince?: string | null }) => {
    if (ended) return
    heardStatus = true
    events.status(unconfirmedSince ?? null)
  })
  connection.on('goodbye', ({ reconnectAfterMs }: { reconnectAfterMs: number }) => {
    if (!ended) events.goodbye(reconnectAfterMs)
  })
  connection.onclose(() => {
    if (ended) return
    ended = true
    events.lost()
  })

  async function ask<T>(ms: number, method: string, ...args: unknown[]): Promise<T> {
    const answer = await within(ms, connection.invoke<T>(method, ...args))
    if (ended) return answer
    events.contact()
    // A host that has something to say about its figures says it before any answer.
    if (!heardStatus) {
      heardStatus = true
      events.status(null)
    }
    return answer
  }

  return {
    name: 'signalr',
    start: () => within(startWithinMs, connection.start()),
    watch: (topics) => ask<TopicUpdate[]>(answerWithinMs, 'Watch', topics),
    unwatch: (topics) => ask<void>(answerWithinMs, 'Unwatch', topics),
    // Nothing to unwatch: the smallest question there is. The protocol's own pings come too seldom to notice a dead connection soon.
    probe: () => ask<void>(probeWithinMs, 'Unwatch', []),
    stop() {
      ended = true
      for (const name of ['changed', 'status', 'goodbye']) connection.off(name)
      connection.stop().catch(() => undefined)
    },
  }
}
