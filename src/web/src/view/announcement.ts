import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** A figure that changes every second would never let a screen reader finish. */
const atMostEveryMs = 10_000

/** The newest text, at most once in ten seconds. */
export function useAnnouncement(text: Ref<string>): Ref<string> {
  const spoken = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  const speak = () => {
    spoken.value = text.value
    timer = setTimeout(() => {
      timer = undefined
      if (spoken.value !== text.value) speak()
    }, atMostEveryMs)
  }
  watch(text, () => timer === undefined && speak(), { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
  return spoken
}
