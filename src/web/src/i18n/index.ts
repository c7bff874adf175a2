import { computed } from 'vue'
import { language } from '../view/preferences'
import { en } from './en'
import { zh } from './zh'

/** The words of the chosen language. */
export const t = computed(() => (language.value === 'en' ? en : zh))

const numbers = computed(() => new Intl.NumberFormat(t.value.htmlLang))

/** A whole number with its thousands set apart. */
export const numberText = (value: number) => numbers.value.format(Math.round(value))

/** The name in the chosen language, as far as there is one. */
export const nameOf = (named: { name: string; nameEn?: string }) => (language.value === 'en' && named.nameEn) || named.name

/** The language that a name is really written in, for screen readers; undefined where it is that of the page. */
export const langOf = (named: { nameEn?: string }) => (language.value === 'en' && !named.nameEn ? 'zh-CN' : undefined)

const instants = new Map<string, Intl.DateTimeFormat>()

function instantFormat(kind: 'time' | 'moment' | 'date' | 'full', timeZone?: string): Intl.DateTimeFormat {
  const key = `${t.value.htmlLang} ${kind} ${timeZone}`
  let made = instants.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(t.value.htmlLang, {
      timeZone,
      ...(kind !== 'date' && { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
      ...(kind !== 'time' && { month: 'short', day: 'numeric' }),
      ...((kind === 'date' || kind === 'full') && { year: 'numeric' }),
    })
    if (instants.size > 50) instants.clear()
    instants.set(key, made)
  }
  return made
}

/** HH:mm at an instant in milliseconds, in the place's time zone or the device's. */
export const timeText = (instant: number, timeZone?: string) => instantFormat('time', timeZone).format(instant)

/** Month, day, HH:mm. */
export const momentText = (instant: number, timeZone?: string) => instantFormat('moment', timeZone).format(instant)

/** Year, month, day. */
export const dateText = (instant: number, timeZone?: string) => instantFormat('date', timeZone).format(instant)

/** Year, month, day, HH:mm. */
export const fullText = (instant: number, timeZone?: string) => instantFormat('full', timeZone).format(instant)
