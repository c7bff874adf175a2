/** What the server checks too, said while somebody types. Each returns the code of what is wrong, or undefined. */

const normal = (text: string) => text.normalize('NFKC').replace(/[\s\-.·•・()–—]/g, '').toUpperCase()

/** Citizen identity numbers after GB 11643: 18 characters, a date, the last one a check of the others. */
export function identityNumberFault(text: string): string | undefined {
  const number = normal(text)
  if (/^\d{15}$/.test(number)) return 'identity-number-15-digits'
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return 'identity-number-invalid'
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)].map(Number) as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  if (year < 1850 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return 'identity-number-date'
  let sum = 0
  for (let i = 0; i < 17; i++) sum += Number(number[i]) * (2 ** (17 - i) % 11)
  return '10X98765432'[sum % 11] === number[17] ? undefined : 'identity-number-check-digit'
}

/** Mobile numbers, and landlines with their area code. */
export function phoneFault(text: string): string | undefined {
  const number = normal(text).replace(/^(\+86|0086)/, '')
  return /^1[3-9]\d{9}$/.test(number) || /^0[1-9]\d{9,10}$/.test(number) ? undefined : 'phone-number-invalid'
}

/** Number plates of mainland China (GA 36). */
export function plateFault(text: string): string | undefined {
  const plate = normal(text)
  const ordinary = /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9学警挂港澳试领]$/
  const newEnergy = /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]([A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJK])$/
  return ordinary.test(plate) || newEnergy.test(plate) || /^使\d{6}$/.test(plate) ? undefined : 'plate-number-invalid'
}

/** The plates on the lines of a text. */
export const platesOf = (text: string) => text.split(/[\n,，、;；]+/).map((line) => line.trim()).filter(Boolean)
