import { expect, test } from 'vitest'
import type { OpeningHours, Weekday } from '../src/api/types'
import { hoursToday, nextOpening } from '../src/time/openingHours'
import { localTime, startOfDay } from '../src/time/zoned'

const zone = 'Asia/Shanghai'
const at = (text: string) => Date.parse(text)
const days: Weekday[] = ['tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
/** Closed on Mondays; late on Saturdays; shut on the holiday. */
const hours: OpeningHours = {
  weekly: days.map((day) => ({ day, periods: [{ opens: '13:00', closes: day === 'saturday' ? '02:00' : '17:30' }, { opens: '08:30', closes: '11:30' }] })),
  exceptions: [{ date: '2026-05-07', periods: [], reason: '设备检修' }],
}

test('the day is that of the place, not of the reader', () => {
  // 20:00 on Wednesday in London is Thursday in Shanghai, the day of the exception.
  expect(hoursToday(hours, at('2026-05-06T20:00:00+01:00'), zone)).toEqual({ periods: [], reason: '设备检修' })
  expect(hoursToday(hours, at('2026-05-06T20:00:00+01:00'), 'Europe/London')!.periods).toEqual(['08:30–11:30', '13:00–17:30'])
})

test('periods past midnight end in the next day, and the end of the day is 24:00', () => {
  expect(hoursToday(hours, at('2026-05-09T12:00:00+08:00'), zone)!.periods).toEqual(['08:30–11:30', '13:00–02:00'])
  const daily: OpeningHours = { weekly: [{ day: 'saturday', periods: [{ opens: '00:00', closes: '00:00' }] }] }
  expect(hoursToday(daily, at('2026-05-09T12:00:00+08:00'), zone)!.periods).toEqual(['00:00–24:00'])
})

test('no hours means always open, a weekday not named is closed', () => {
  expect(hoursToday(undefined, 0, zone)).toBeUndefined()
  expect(hoursToday(hours, at('2026-05-11T12:00:00+08:00'), zone)!.periods).toEqual([])
})

test('the next opening skips what is past, closed days and exceptions', () => {
  expect(nextOpening(hours, at('2026-05-08T12:00:00+08:00'), zone)).toEqual({ days: 0, at: '13:00' })
  expect(nextOpening(hours, at('2026-05-06T18:00:00+08:00'), zone)).toEqual({ days: 2, at: '08:30' })
  expect(nextOpening(hours, at('2026-05-10T18:00:00+08:00'), zone)).toEqual({ days: 2, at: '08:30' })
})

test('what is open now, also since yesterday, has no next opening', () => {
  expect(nextOpening(hours, at('2026-05-08T09:00:00+08:00'), zone)).toBeUndefined()
  expect(nextOpening(hours, at('2026-05-10T01:59:00+08:00'), zone)).toBeUndefined()
  expect(nextOpening(hours, at('2026-05-10T02:00:00+08:00'), zone)).toEqual({ days: 0, at: '08:30' })
  expect(nextOpening({ weekly: [] }, at('2026-05-08T09:00:00+08:00'), zone)).toBeUndefined()
})

test('a day begins at local midnight, also around a change of the clocks', () => {
  expect(startOfDay('2026-05-08', zone)).toBe(at('2026-05-08T00:00:00+08:00'))
  expect(startOfDay('2026-03-29', 'Europe/Berlin')).toBe(at('2026-03-29T00:00:00+01:00'))
  expect(startOfDay('2026-03-30', 'Europe/Berlin')).toBe(at('2026-03-30T00:00:00+02:00'))
  expect(startOfDay('2026-10-26', 'Europe/Berlin')).toBe(at('2026-10-26T00:00:00+01:00'))
  expect(localTime(at('2026-05-08T23:05:00+08:00'), zone)).toEqual({ date: '2026-05-08', minutes: 23 * 60 + 5 })
})
