import { expect, test } from 'vitest'
import { addLive, align, minutesOf, roughly, usualAt } from '../src/trend/series'

const start = Date.parse('2026-05-01T00:00:00+08:00') / 1000
const point = (minute: number, occupied: number) => ({ at: new Date((start + minute * 60) * 1000).toISOString(), occupied, min: occupied, max: occupied })
const hour = (h: number, occupied: number) => ({ at: new Date((start + h * 3600) * 1000).toISOString(), occupied })

test('a live figure goes into its minute, and only into those of the day', () => {
  const minutes = minutesOf({ date: '2026-05-01', today: [point(0, 5)], usual: [], usualDays: 0 })
  expect(addLive(minutes, (start + 70) * 1000, 7, start)).toBe(true)
  expect(addLive(minutes, (start + 100) * 1000, 7, start)).toBe(false)
  expect(addLive(minutes, (start - 1) * 1000, 9, start)).toBe(false)
  expect([...minutes]).toEqual([[start, 5], [start + 60, 7]])
})

test('a day of live figures stays a day', () => {
  const minutes = new Map<number, number>()
  for (let second = 0; second < 3 * 86_400; second += 20) addLive(minutes, (start + second) * 1000, second, start)
  expect(minutes.size).toBeLessThanOrEqual(25 * 60)
})

test('where nothing was known nothing is drawn', () => {
  const minutes = new Map([[start, 5], [start + 60, 6], [start + 7200, 9]])
  expect(align(minutes, [], 1800, start + 7260)).toEqual([
    [start, start + 60, start + 1860, start + 7200, start + 7260], [5, 6, null, 9, 9], [null, null, null, null, null],
  ])
  expect(align(minutes, [], 1800, start + 20_000)[1]).toEqual([5, 6, null, 9])
})

test('both lines share one time axis', () => {
  const [times, today, usual] = align(new Map([[start + 60, 6], [start + 4000, 8]]), [hour(0, 1), hour(1, 2), hour(2, 3)], 9000, start + 4000)
  expect(times).toEqual([start, start + 60, start + 3600, start + 4000, start + 7200])
  expect(today).toEqual([null, 6, 6, 8, null])
  expect(usual).toEqual([1, null, 2, null, 3])
})

test('the usual figure lies between its hours and is unknown outside of them', () => {
  const usual = [hour(8, 100), hour(9, 200), hour(12, 50)]
  expect(usualAt(usual, start + 8.5 * 3600)).toBe(150)
  expect(usualAt(usual, start + 9 * 3600)).toBe(200)
  expect(usualAt(usual, start + 10.5 * 3600)).toBeNull()
  expect(usualAt(usual, start + 7 * 3600)).toBeNull()
  expect(usualAt(usual, start + 12.5 * 3600)).toBe(50)
  expect(usualAt([], start)).toBeNull()
})

test('a rough figure keeps two places', () => {
  expect([0, 7, 42, 134, 18_988].map(roughly)).toEqual([0, 7, 42, 130, 19_000])
})
