import { expect, test } from 'vitest'
import { compareRevisions, judge, type Held } from '../src/live/revision'

const view = (epoch: number, version: number): Held<string> => ({ epoch, version, view: `${epoch}.${version}` })
const nothing: Held<string> = { epoch: 0, version: 0, view: null }

test('anything is newer than nothing', () => {
  expect(judge(undefined, view(1, 1), 'push')).toBe('take')
  expect(judge(undefined, nothing, 'answer')).toBe('take')
  expect(judge(nothing, view(1, 1), 'push')).toBe('take')
})

test('the epoch counts before the version', () => {
  expect(judge(view(1, 900), view(2, 1), 'push')).toBe('take')
  expect(judge(view(2, 1), view(1, 900), 'push')).toBe('drop')
})

test('the same view twice changes nothing', () => {
  expect(judge(view(3, 7), view(3, 7), 'push')).toBe('drop')
  expect(judge(view(3, 7), view(3, 7), 'answer')).toBe('drop')
  expect(judge(nothing, nothing, 'answer')).toBe('drop')
})

test('a late push is dropped, an older answer is doubted', () => {
  expect(judge(view(3, 7), view(3, 6), 'push')).toBe('drop')
  expect(judge(view(3, 7), view(3, 6), 'answer')).toBe('doubt')
  expect(judge(view(3, 7), nothing, 'push')).toBe('drop')
  expect(judge(view(3, 7), nothing, 'answer')).toBe('doubt')
})

/** All pushes of one place in any order, some doubled, end on the newest; the same without the rule does not. */
test('whatever the order of pushes, the highest revision is shown in the end', () => {
  let seed = 7
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  let lastWinsWasWrong = 0
  for (let round = 0; round < 300; round++) {
    const sent = Array.from({ length: 12 }, (_, i) => view(1 + Math.floor(i / 5), 1 + (i % 5)))
    const arriving = [...sent, ...sent.slice(0, 4)].sort(() => random() - 0.5)
    let held: Held<string> | undefined
    for (const one of arriving) if (judge(held, one, 'push') === 'take') held = one
    const newest = sent.reduce((a, b) => (compareRevisions(a, b) > 0 ? a : b))
    expect(held).toEqual(newest)
    if (arriving.at(-1)!.view !== newest.view) lastWinsWasWrong++
  }
  expect(lastWinsWasWrong).toBeGreaterThan(100)
})
