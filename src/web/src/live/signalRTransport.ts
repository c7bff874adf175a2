import { HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr'
import type { AnyView, Revision, TopicUpdate } from '../api/types'
import { within, type Transport, type TransportEvents } from './transport'

const startWithinMs = 8_000
const answerWithinMs = 8_000
const probeWithinMs = 4_000

/**
 * A connection to the hub. SignalR itself falls back to server-sent events and long polling where WebSockets are blocked. It is not
 * asked to reconnect: the client makes a new connection each time, so that there is one way back and not two.
 */
export function signalRTransport(events: TransportEvents): Transport {
  const connection: HubConnection = new HubConnectionBuilder().withUrl('/live').configureLogging(LogLevel.None).build()
  let ended = false

  connection.on('changed', (topic: string, revision: Revision, view: AnyView | null) => {
    if (ended) return
    events.contact()
    events.changed({ topic, epoch: revision.epoch, version: revision.version, view }, 'push')
  })
  connection.onclose(() => {
    if (ended) return
    ended = true
    events.lost()
  })

  async function ask<T>(ms: number, method: string, ...args: unknown[]): Promise<T> {
    const answer = await within(ms, connection.invoke<T>(method, ...args))
    if (!ended) events.contact()
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
      connection.off('changed')
      connection.stop().catch(() => undefined)
    },
  }
}
