import { shallowRef } from 'vue'

/** Set while the person is asked to show once more who she is: what tells whether she did. */
export const askedAgain = shallowRef<(shown: boolean) => void>()

let asking: Promise<boolean> | undefined

/** Asks, once for all that wait for it. */
export function askAgain(): Promise<boolean> {
  asking ??= new Promise<boolean>((resolve) => {
    askedAgain.value = (shown) => {
      askedAgain.value = asking = undefined
      resolve(shown)
    }
  })
  return asking
}
