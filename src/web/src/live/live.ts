import { shallowReactive, shallowRef, watch, onScopeDispose, type Ref } from 'vue'
import type { AnyView } from '../api/types'
import { resync, serverNow } from '../time/serverClock'
import { LiveClient } from './liveClient'

/** The one connection of the page. */
export const live = new LiveClient()

/** Whether the connection works at this moment. */
export const connected = shallowRef(false)

/** When the server last gave a sign of life, by its own clock in milliseconds; 0 if it never did. Not reactive: the ticker reads it. */
export let lastContact = 0

/** Since when, by the server's clock in milliseconds, the host cannot confirm that its figures are the newest; undefined when it can. */
export const unconfirmedSince = shallowRef<number>()

/** When the page last gave up a connection because its host asked for it, in milliseconds of `performance.now()`. */
export let movingSince = -Infinity

live.onStatus = (since) => (unconfirmedSince.value = since === null ? undefined : Date.parse(since))
live.onMoving = () => (movingSince = performance.now())
live.onContact = () => (lastContact = serverNow())
live.onConnected = (now) => {
  connected.value = now
  if (now) resync()
}

/** The views of the topics, kept up to date: null does not exist, undefined is not known yet. */
export function useTopics(topics: Ref<readonly string[]>): Map<string, AnyView | null> {
  const views = shallowReactive(new Map<string, AnyView | null>())
  const subscriptions = new Map<string, () => void>()
  const follow = (wanted: readonly string[]) => {
    for (const [topic, stop] of subscriptions) {
      if (wanted.includes(topic)) continue
      stop()
      subscriptions.delete(topic)
      views.delete(topic)
    }
    for (const topic of wanted) {
      if (!subscriptions.has(topic)) subscriptions.set(topic, live.subscribe(topic, (view) => views.set(topic, view)))
    }
  }
  watch(topics, follow, { immediate: true })
  onScopeDispose(() => follow([]))
  return views
}
