import { expect, test } from 'vitest'
import { levels, levelShapes } from '../src/occupancy/levels'
import { readingOf, type Counted } from '../src/occupancy/reading'

const now = Date.parse('2026-05-01T12:00:00+08:00')
const lot = (more: Partial<Counted>): Counted => ({
  kind: 'parkingLot', state: 'open', occupied: 60, capacity: 100, free: 40, level: 'busy', countedAt: '2026-05-01T11:59:30+08:00', ...more,
})
const read = (more: Partial<Counted>, connected = true) => readingOf(lot(more), now, connected)

test('a car park shows its free places, a scenic area its people', () => {
  expect(read({})).toMatchObject({ measure: 'freeSpaces', figure: 40, share: 0.6, level: 'busy', over: 0, age: 30_000, old: false })
  expect(read({ kind: 'scenicArea' })).toMatchObject({ measure: 'people', figure: 60 })
})

test('unknown is never zero', () => {
  const unknown = read({ state: 'unknown', occupied: undefined, free: undefined, level: undefined, countedAt: undefined })
  expect(unknown).toMatchObject({ figure: null, share: null, level: null, age: null, old: false })
  expect(read({ occupied: 0, free: 100, level: 'comfortable', kind: 'scenicArea' }).figure).toBe(0)
})

test('over capacity has no free places and says by how many', () => {
  expect(read({ occupied: 131, capacity: 120, free: 0, level: 'full' })).toMatchObject({ figure: 0, over: 11, level: 'full' })
})

test('without a known capacity there is a count and no level', () => {
  expect(read({ capacity: undefined, free: undefined })).toMatchObject({ measure: 'cars', figure: 60, level: null, share: null, capacity: null })
  expect(read({ capacity: undefined, occupied: undefined, free: 17 })).toMatchObject({ measure: 'freeSpaces', figure: 17, level: null })
})

test('without a connection the figure is old at once and stale when its time is over', () => {
  expect(read({}, false)).toMatchObject({ state: 'open', figure: 40, old: true })
  const forty = { countedAt: '2026-05-01T11:20:00+08:00' }
  expect(read(forty, false)).toMatchObject({ state: 'stale', figure: 40, old: true })
  expect(read(forty, true)).toMatchObject({ state: 'open', old: false })
})

test('a clock ahead of the server makes no negative age', () => {
  expect(read({ countedAt: '2026-05-01T12:00:05+08:00' }).age).toBe(0)
})

test('every level has a shape of its own', () => {
  expect(new Set(levels.map((level) => levelShapes[level])).size).toBe(levels.length)
})
