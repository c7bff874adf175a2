import { computed, shallowRef } from 'vue'
import { connected, lastContact, movingSince, unconfirmedSince } from '../live/live'
import { keepInStep, serverNow } from '../time/serverClock'
import { renewWhenChanged } from './renewal'

/** How long a connection may be away before the page says so: a quick reconnect is nobody's concern. */
const graceMs = 3_000
/** A host that is being replaced sends its screens to another: that takes a blink, and only where it does not is it said. */
const movingGraceMs = 2_000
/** After this long it is no move any more. */
const movingMs = 15_000
const openedAt = performance.now()

/** Now by the server's clock in milliseconds, once a second: the one timer behind every age on the page. */
export const now = shallowRef(serverNow())

/** What the page says about its connection. */
export const connection = computed<'fine' | 'moving' | 'lost' | 'never'>(() => {
  if (connected.value) return 'fine'
  const instant = now.value
  const moving = performance.now() - movingSince
  if (moving < movingMs) return moving < movingGraceMs ? 'fine' : 'moving'
  if (lastContact === 0) return performance.now() - openedAt > graceMs ? 'never' : 'fine'
  return instant - lastContact > graceMs ? 'lost' : 'fine'
})

/** Whether what is shown is known to be the newest: news would reach us, and the server can confirm them. */
export const trusted = computed(() => connection.value === 'fine' && unconfirmedSince.value === undefined)

/** Starts the timer; it ends with the page. */
export function startTicker() {
  const tick = () => {
    now.value = serverNow()
    void keepInStep().then(renewWhenChanged)
  }
  tick()
  setInterval(tick, 1_000)
}
