import { onMounted, onScopeDispose, ref } from 'vue'

const idleAfterMs = 5_000

/** Whether the page fills the screen by its own doing. */
export const fullscreen = ref(document.fullscreenElement !== null)

export function toggleFullscreen() {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()
  // Refused by the browser, for instance inside a frame: then it stays as it is.
  done?.catch(() => undefined)
}

/** For wall screens: the key F fills the screen, and the cursor and the controls go away when nobody moves. */
export function useScreenMode() {
  const idle = ref(false)
  let timer: ReturnType<typeof setTimeout>
  const active = () => {
    clearTimeout(timer)
    timer = setTimeout(() => (idle.value = true), idleAfterMs)
    idle.value = false
  }
  const key = (event: KeyboardEvent) => {
    active()
    const typing = event.target instanceof HTMLElement && event.target.closest('input, select, textarea')
    if (event.key.toLowerCase() === 'f' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing) toggleFullscreen()
  }
  const changed = () => {
    fullscreen.value = document.fullscreenElement !== null
    void keepAwake(fullscreen.value)
  }
  onMounted(() => {
    document.addEventListener('pointermove', active)
    document.addEventListener('keydown', key)
    document.addEventListener('fullscreenchange', changed)
    active()
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    document.removeEventListener('pointermove', active)
    document.removeEventListener('keydown', key)
    document.removeEventListener('fullscreenchange', changed)
  })
  return { idle }
}

let lock: WakeLockSentinel | undefined

/** A screen that is filled should not go dark. Where the browser refuses, the device's own settings count. */
async function keepAwake(awake: boolean) {
  try {
    await lock?.release()
    lock = awake ? await navigator.wakeLock?.request('screen') : undefined
  } catch {
    lock = undefined
  }
}
