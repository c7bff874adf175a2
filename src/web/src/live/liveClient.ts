import type { AnyView, TopicUpdate } from '../api/types'
import { retryDelay } from './backoff'
import { judge, type Held } from './revision'
import { signalRTransport } from './signalRTransport'
import { sseTransport } from './sseTransport'
import type { Transport, TransportEvents } from './transport'

type Connect = (events: TransportEvents) => Transport
type Listener = (view: AnyView | null) => void

interface Entry {
  listeners: Set<Listener>
  held?: Held<AnyView>
  /** When an answer older than `held` is believed, in milliseconds of `performance.now()`. */
  believeAt?: number
}

/** A connection that was silent this long is asked for a sign of life; with the transport's own limit a dead one is noticed within 8 s. */
const probeAfterMs = 3_000
/** Longer than a relay takes to catch up with its grain. */
const doubtMs = 10_000
/** Whoever is asked to leave sooner than this waits as after a lost connection. */
const leastStayMs = 1_000
/** How often a client that had to fall back tries the hub again. */
const upgradeAfterMs = 300_000

/**
 * Keeps topics up to date for as long as anybody listens, through any number of lost connections. Everything it holds is bounded by the
 * topics that are listened to.
 */
export class LiveClient {
  private readonly entries = new Map<string, Entry>()
  private readonly watched = new Set<string>()
  private wake: (() => void) | undefined
  private transport: Transport | undefined
  private transportLost = false
  private running = false
  private sessions = 0
  private leaveAt = Infinity
  private lastContact = -Infinity

  /**
   * @param first How to connect.
   * @param fallback How to connect where the first way does not get through.
   */
  constructor(
    private readonly first: Connect = signalRTransport,
    private readonly fallback: Connect = sseTransport,
  ) {}

  /** Called when a connection is made or lost. */
  onConnected: (connected: boolean) => void = () => undefined
  /** Called when the host says since when it cannot confirm its figures, or null that it can; possibly the same as before. */
  onStatus: (unconfirmedSince: string | null) => void = () => undefined
  /** Called just before a connection is given up because its host asked for it: a new one follows at once. */
  onMoving: () => void = () => undefined
  /** Called at every sign of life of the server. */
  onContact: () => void = () => undefined

  /** Listens to a topic; the listener hears at once what is known, and null of a place that does not exist. Returns how to stop. */
  subscribe(topic: string, listener: Listener): () => void {
    const entry = this.entries.get(topic) ?? { listeners: new Set() }
    this.entries.set(topic, entry)
    entry.listeners.add(listener)
    if (entry.held) listener(entry.held.view)
    this.wake?.()
    return () => {
      entry.listeners.delete(listener)
      if (entry.listeners.size === 0 && this.entries.get(topic) === entry) this.entries.delete(topic)
      this.wake?.()
    }
  }

  /** Connects and stays connected; there is no end to it but the end of the page. */
  start() {
    if (this.running) return
    this.running = true
    // A device that wakes up or finds its network again should not wait for a timer.
    const nudge = () => document.visibilityState === 'visible' && this.wake?.()
    document.addEventListener('visibilitychange', nudge)
    window.addEventListener('online', nudge)
    void this.run()
  }

  /** Sizes of everything that could grow. */
  stats() {
    return {
      topics: this.entries.size,
      watched: this.watched.size,
      listeners: [...this.entries.values()].reduce((sum, entry) => sum + entry.listeners.size, 0),
      sessions: this.sessions,
      transport: this.transport?.name ?? 'none',
    }
  }

  private async run() {
    let failures = 0
    let connect = this.first
    for (;;) {
      const end = await this.session(connect)
      if (end === 'asked') {
        // A host that leaves has spread its clients over time already; another wait, or another way in, would only be a gap.
        failures = 0
      } else if (end === 'failed' && connect === this.first && failures > 0) {
        // The hub first, always; the plain stream only where the hub failed twice, so that a restart of the server does not lead there.
        connect = this.fallback
      } else {
        failures = end === 'lost' ? 1 : failures + 1
        connect = this.first
        await this.pause(retryDelay(failures, Math.random()))
      }
    }
  }

  /** One connection from start to end. Returns how it ended: it never worked, it was lost, or its host asked for it. */
  private async session(connect: Connect): Promise<'failed' | 'lost' | 'asked'> {
    let lived = false
    let startedAt = performance.now()
    this.transportLost = false
    this.leaveAt = Infinity
    this.watched.clear()
    const transport = connect({
      changed: (update, source) => this.transport === transport && this.take(update, source),
      status: (since) => this.transport === transport && this.onStatus(since),
      goodbye: (afterMs) => {
        if (this.transport !== transport) return
        this.leaveAt = Math.min(this.leaveAt, performance.now() + Math.max(0, afterMs))
        this.wake?.()
      },
      contact: () => this.transport === transport && this.contact(),
      lost: () => {
        if (this.transport !== transport) return
        this.transportLost = true
        this.wake?.()
      },
    })
    this.transport = transport
    try {
      await transport.start()
      await this.synchronise(transport)
      lived = true
      this.sessions++
      this.contact()
      this.onConnected(true)
      startedAt = performance.now()
      while (!this.transportLost && performance.now() < this.leaveAt) {
        const rest = Math.min(probeAfterMs, this.leaveAt - performance.now())
        await this.pause(this.entriesMatch() ? Math.max(0, rest) : 0)
        if (this.transportLost || performance.now() >= this.leaveAt) break
        await this.synchronise(transport)
        if (performance.now() - this.lastContact >= probeAfterMs) await transport.probe()
        if (transport.name === 'sse' && performance.now() - startedAt > upgradeAfterMs) break
      }
    } catch {
      // Whatever failed, the way on is the same: a new connection.
    }
    // Also where the host was quicker to close it than we were to leave; but not where that would go round and round.
    const asked = lived && this.leaveAt < Infinity && performance.now() - startedAt >= leastStayMs
    if (asked) this.onMoving()
    this.transport = undefined
    transport.stop()
    if (lived) this.onConnected(false)
    return asked ? 'asked' : lived ? 'lost' : 'failed'
  }

  private entriesMatch(): boolean {
    if (this.entries.size !== this.watched.size) return false
    for (const topic of this.entries.keys()) if (!this.watched.has(topic)) return false
    return true
  }

  /** Makes the server watch what is listened to, no more and no less; first less, because of its limit. */
  private async synchronise(transport: Transport) {
    const now = performance.now()
    const fewer = [...this.watched].filter((topic) => !this.entries.has(topic))
    const more = [...this.entries.keys()].filter((topic) => !this.watched.has(topic))
    const doubted = [...this.entries].filter(([, entry]) => entry.believeAt !== undefined && entry.believeAt <= now).map(([topic]) => topic)
    fewer.forEach((topic) => this.watched.delete(topic))
    more.forEach((topic) => this.watched.add(topic))
    if (fewer.length > 0) await transport.unwatch(fewer)
    const asked = [...new Set([...more, ...doubted])]
    if (asked.length === 0) return
    for (const answer of await transport.watch(asked)) this.take(answer, 'answer')
  }

  private take(update: TopicUpdate, source: 'answer' | 'push') {
    const entry = this.entries.get(update.topic)
    if (!entry) return
    const offered: Held<AnyView> = { epoch: update.epoch ?? 0, version: update.version ?? 0, view: update.view ?? null }
    const verdict = judge(entry.held, offered, source)
    if (verdict === 'doubt' && (entry.believeAt === undefined || performance.now() < entry.believeAt)) {
      entry.believeAt ??= performance.now() + doubtMs
      return
    }
    // An answer as new as what we hold settles a doubt; a late push settles nothing.
    if (source === 'answer' || verdict === 'take') entry.believeAt = undefined
    if (verdict === 'drop') return
    entry.held = offered
    entry.listeners.forEach((listener) => listener(offered.view))
  }

  private contact() {
    this.lastContact = performance.now()
    this.onContact()
  }

  /** Waits, but not when something wakes it. One promise per wait: racing a long-lived one would leak a little each time. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.wake = undefined
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.wake = done
    })
  }
}
