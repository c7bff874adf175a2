import { expect, test } from 'vitest'
import { retryDelay } from '../src/live/backoff'

test('the wait doubles up to ten seconds and never ends', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 5_000].map((failures) => retryDelay(failures, 1))).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000])
})

test('chance takes at most half of it', () => {
  expect(retryDelay(6, 0)).toBe(5_000)
  expect(retryDelay(0, 0)).toBe(250)
})
