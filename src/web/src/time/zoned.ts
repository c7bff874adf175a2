/** A date and a time of day somewhere, without a zone. `date` is yyyy-MM-dd, `minutes` since midnight. */
export interface LocalTime {
  date: string
  minutes: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string): Intl.DateTimeFormat {
  let made = formats.get(timeZone)
  if (!made) {
    made = new Intl.DateTimeFormat('en-CA', {
      timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    })
    // Pages show a place or a few; the limit is for the one that never ends.
    if (formats.size > 50) formats.clear()
    formats.set(timeZone, made)
  }
  return made
}

/** The wall clock of `timeZone` at an instant in milliseconds since 1970. */
export function localTime(instant: number, timeZone: string): LocalTime {
  const parts: Record<string, string> = {}
  for (const { type, value } of format(timeZone).formatToParts(instant)) parts[type] = value
  return { date: `${parts.year}-${parts.month}-${parts.day}`, minutes: Number(parts.hour) * 60 + Number(parts.minute) }
}

/** The instant at which `date` begins in `timeZone`, in milliseconds since 1970. */
export function startOfDay(date: string, timeZone: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`)
  // The offset before midnight is not always that after it, so the guess is corrected once.
  const offsetAt = (instant: number) => {
    const local = localTime(instant, timeZone)
    return Date.parse(`${local.date}T00:00:00Z`) + local.minutes * 60_000 - instant
  }
  const guess = utc - offsetAt(utc)
  return utc - offsetAt(guess)
}

/** The date `days` after `date`, both yyyy-MM-dd. */
export const addDays = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** HH:mm of a time in minutes since midnight; the end of the day is 24:00. */
export const clockText = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
