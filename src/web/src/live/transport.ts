import type { TopicUpdate } from '../api/types'

/** What a transport tells the client. */
export interface TransportEvents {
  /** A view came: a push, or the answer to a watch where the transport sends answers the same way. */
  changed(update: TopicUpdate, source: 'answer' | 'push'): void
  /** The host cannot confirm its figures since this instant, or null: they are confirmed. Told at least once before the first view. */
  status(unconfirmedSince: string | null): void
  /** The host leaves: a new connection is to be made after so many milliseconds; this one is kept up to date until then. */
  goodbye(afterMs: number): void
  /** The server gave a sign of life. */
  contact(): void
  /** The connection is gone; called at most once, and nothing is called after it. */
  lost(): void
}

/** One connection to the server, used once and thrown away. */
export interface Transport {
  readonly name: 'signalr' | 'sse'
  /** Connects; rejects if that fails. */
  start(): Promise<void>
  /** Watches topics; the answers come back, or by `changed` where the transport has no answers. */
  watch(topics: string[]): Promise<TopicUpdate[]>
  unwatch(topics: string[]): Promise<void>
  /** Asks for a sign of life; rejects if none comes in time. */
  probe(): Promise<void>
  stop(): void
}

/** Rejects if `promise` is not settled within `ms` milliseconds. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
