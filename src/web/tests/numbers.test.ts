import { expect, test } from 'vitest'
import { identityNumberFault, phoneFault, plateFault, platesOf } from '../src/forms/numbers'

test('an identity number is told from one with a wrong letter, date or length', () => {
  expect(identityNumberFault('11010519491231002X')).toBeUndefined()
  expect(identityNumberFault(' 110105 19491231 002x ')).toBeUndefined()
  expect(identityNumberFault('110105194912310021')).toBe('identity-number-check-digit')
  expect(identityNumberFault('11010519490231002X')).toBe('identity-number-date')
  expect(identityNumberFault('110105491231002')).toBe('identity-number-15-digits')
  expect(identityNumberFault('abc')).toBe('identity-number-invalid')
})

test.each(['13800138000', '+86 138 0013 8000', '010-62345678', '０１０62345678'])('%s is a phone number', (text) => expect(phoneFault(text)).toBeUndefined())
test.each(['12345678901', '1380013800', '62345678'])('%s is no phone number', (text) => expect(phoneFault(text)).toBe('phone-number-invalid'))

test.each(['京A12345', '京a·12345', '京AD12345', '沪A12345D', '粤B1234学', '使123456'])('%s is a plate', (text) => expect(plateFault(text)).toBeUndefined())
test.each(['A12345', '京A1234', '京I12345', '京A1234O'])('%s is no plate', (text) => expect(plateFault(text)).toBe('plate-number-invalid'))

test('plates come one per line, or between commas of either kind', () => expect(platesOf('京A12345\n 京A12346 ，京A12347, ')).toEqual(['京A12345', '京A12346', '京A12347']))
