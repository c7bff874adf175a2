import { expect, test } from 'vitest'
import { groupedCode, isWholeCode } from '../src/session/code'

test.each([
  ['482109375562', '4821 0937 5562'],
  ['4821-0937 5562', '4821 0937 5562'],
  ['４８２１０９３７５５６２', '4821 0937 5562'],
  ['4821 09', '4821 09'],
  ['48210937556277', '4821 0937 5562'],
  ['abc', ''],
])('%s is typed as %s', (typed, shown) => expect(groupedCode(typed)).toBe(shown))

test('a code is whole with twelve digits and not before', () => {
  expect(isWholeCode('4821 0937 5562')).toBe(true)
  expect(isWholeCode('4821 0937 556')).toBe(false)
})
