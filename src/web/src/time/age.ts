import type { Messages } from '../i18n/zh'

/** How long ago in words, coarse on purpose: a wall that counts seconds is restless. `ms` below zero (clocks differ) is just now. */
export function ageWords(ms: number, words: Messages['age']): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 10) return words.now
  if (seconds < 60) return words.seconds(Math.floor(seconds / 10) * 10)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return words.minutes(minutes)
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return words.hours(hours)
  return words.days(Math.floor(hours / 24))
}
