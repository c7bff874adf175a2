import { expect, test } from 'vitest'
import { csvOf } from '../src/view/files'

test('a table keeps commas, quotes and lines in their cells', () =>
  expect(csvOf([['a', 'b'], ['1,2', 'say "yes"\nno']])).toBe('\uFEFFa,b\r\n"1,2","say ""yes""\nno"\r\n'))

test('no cell is run as a formula', () => expect(csvOf([['=1+1', '@x', -1]])).toBe("\uFEFF'=1+1,'@x,'-1\r\n"))
