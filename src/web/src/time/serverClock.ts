import { shallowRef } from 'vue'
import { getServer } from '../api/rest'
import type { ServerInfo } from '../api/types'

const resyncEveryMs = 300_000
const retryEveryMs = 15_000
/** The device's clock against its steady one: a jump means that it slept or was set. */
const jumpMs = 2_000

/** What the server says about itself; undefined until it first answers. */
export const serverInfo = shallowRef<ServerInfo>()

let offset = Date.now() - performance.now()
let deviceOffset = offset
let nextSync = 0
let syncing = false

/** Now by the server's clock, in milliseconds since 1970; by the device's own until the server first answered. */
export const serverNow = () => performance.now() + offset

/** Asks the server for its time if that is due. Called from the one ticker of the page. */
export async function keepInStep(): Promise<void> {
  const device = Date.now() - performance.now()
  if (Math.abs(device - deviceOffset) > jumpMs) {
    // Until the server answers, move with the device: after sleep that is right.
    offset += device - deviceOffset
    deviceOffset = device
    nextSync = 0
  }
  if (syncing || performance.now() < nextSync) return
  syncing = true
  try {
    const asked = performance.now()
    const info = await getServer()
    offset = Date.parse(info.now) - (asked + performance.now()) / 2
    serverInfo.value = info
    nextSync = performance.now() + resyncEveryMs
  } catch {
    nextSync = performance.now() + retryEveryMs
  } finally {
    syncing = false
  }
}

/** Asks again at the next tick: a server that came back may have another clock, or another version. */
export const resync = () => (nextSync = 0)
