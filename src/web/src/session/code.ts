/** Digits of a one-use code. */
export const codeDigits = 12

/** What was typed as a code, in groups of four as it was handed out; digits of full width are digits too. */
export function groupedCode(typed: string): string {
  const digits = typed.normalize('NFKC').replace(/\D/g, '').slice(0, codeDigits)
  return digits.match(/.{1,4}/g)?.join(' ') ?? ''
}

/** Whether all of it is there. */
export const isWholeCode = (typed: string) => typed.replace(/\D/g, '').length === codeDigits
