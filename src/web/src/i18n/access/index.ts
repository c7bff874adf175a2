import { ApiError } from '../../api/request'
import { words } from '../words'
import { en } from './en'
import { zh } from './zh'

/** Words around every page. */
export const a = words(zh, en)

/** What went wrong, for the person. Codes without words of their own show what the server says. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return a.value.errorOther
  return a.value.error[error.code] ?? (error.message ? a.value.errorDetail(error.message) : a.value.errorOther)
}
