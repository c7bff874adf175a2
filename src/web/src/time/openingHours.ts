import type { OpeningHours, OpeningPeriod, Weekday } from '../api/types'
import { addDays, clockText, localTime } from './zoned'

const weekdays: Weekday[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** The hours of a day as people read them. */
export interface DayHours {
  /** Such as `09:00–17:00`; none means closed all day. */
  periods: string[]
  /** Why the day differs from its weekday, where it says so. */
  reason?: string
}

/** When it opens next: so many days from today, at HH:mm. */
export interface NextOpening {
  days: number
  at: string
}

function dayOf(hours: OpeningHours, date: string): { periods: OpeningPeriod[]; reason?: string } {
  const exception = hours.exceptions?.find((one) => one.date === date)
  if (exception) return { periods: exception.periods ?? [], reason: exception.reason }
  const weekday = weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()]
  return { periods: hours.weekly?.find((one) => one.day === weekday)?.periods ?? [] }
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const endOf = (period: OpeningPeriod) =>
  minutesOf(period.closes) > minutesOf(period.opens) ? minutesOf(period.closes) : minutesOf(period.closes) + 1440

/** A period in words of the day it begins on; past midnight the end is that of the next day. */
function periodText(period: OpeningPeriod): string {
  const end = endOf(period)
  return `${period.opens.slice(0, 5)}–${end === 1440 ? '24:00' : clockText(end % 1440)}`
}

/** Today's hours in the place's own time zone; undefined means always open. */
export function hoursToday(hours: OpeningHours | undefined, now: number, timeZone: string): DayHours | undefined {
  if (!hours) return undefined
  const { periods, reason } = dayOf(hours, localTime(now, timeZone).date)
  return { periods: [...periods].sort((a, b) => minutesOf(a.opens) - minutesOf(b.opens)).map(periodText), reason }
}

/** When the schedule opens next within eight days; undefined if it does not, or if it is open now. */
export function nextOpening(hours: OpeningHours | undefined, now: number, timeZone: string): NextOpening | undefined {
  if (!hours) return undefined
  const { date, minutes } = localTime(now, timeZone)
  const fromYesterday = dayOf(hours, addDays(date, -1)).periods.some((period) => endOf(period) - 1440 > minutes)
  const today = dayOf(hours, date).periods
  if (fromYesterday || today.some((period) => minutesOf(period.opens) <= minutes && minutes < endOf(period))) return undefined
  for (let days = 0; days <= 8; days++) {
    const starts = dayOf(hours, addDays(date, days)).periods.map((period) => minutesOf(period.opens))
    const next = starts.filter((start) => days > 0 || start > minutes).sort((a, b) => a - b)[0]
    if (next !== undefined) return { days, at: clockText(next) }
  }
  return undefined
}
