import { expect, test } from 'vitest'
import { en } from '../src/i18n/en'
import { zh } from '../src/i18n/zh'
import { ageWords } from '../src/time/age'

test.each([
  [-5_000, '刚刚'], [0, '刚刚'], [9_999, '刚刚'], [10_000, '10 秒前'], [59_999, '50 秒前'], [60_000, '1 分钟前'], [3_599_999, '59 分钟前'],
  [3_600_000, '1 小时前'], [86_399_999, '23 小时前'], [86_400_000, '1 天前'], [40 * 86_400_000, '40 天前'],
])('an age of %d ms is said as %s', (ms, words) => expect(ageWords(ms, zh.age)).toBe(words))

test('an age is said in English too', () => expect(ageWords(125_000, en.age)).toBe('2 min ago'))

test('both languages have the same words', () => {
  const keys = (value: object, path = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]) => (inner && typeof inner === 'object' ? keys(inner, `${path}${key}.`) : [path + key]))
  expect(keys(en).sort()).toEqual(keys(zh).sort())
})
