import { computed, shallowRef } from 'vue'
import { connected, lastContact } from '../live/live'
import { keepInStep, serverNow } from '../time/serverClock'
import { renewWhenChanged } from './renewal'

/** How long a connection may be away before the page says so: a quick reconnect is nobody's concern. */
const graceMs = 3_000
const openedAt = performance.now()

/** Now by the server's clock in milliseconds, once a second: the one timer behind every age on the page. */
export const now = shallowRef(serverNow())

/** What the page says about its connection. */
export const connection = computed<'fine' | 'lost' | 'never'>(() => {
  if (connected.value) return 'fine'
  const instant = now.value
  if (lastContact === 0) return performance.now() - openedAt > graceMs ? 'never' : 'fine'
  return instant - lastContact > graceMs ? 'lost' : 'fine'
})

/** Starts the timer; it ends with the page. */
export function startTicker() {
  const tick = () => {
    now.value = serverNow()
    void keepInStep().then(renewWhenChanged)
  }
  tick()
  setInterval(tick, 1_000)
}
