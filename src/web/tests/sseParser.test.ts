import { expect, test } from 'vitest'
import { SseParser } from '../src/live/sseParser'

const stream = ': heartbeat\n\nevent: changed\ndata: {"a":1}\n\nevent: changed\r\ndata: {"b":\r\ndata: 2}\r\n\r\ndata:x\n\n'
const events = [{ event: 'changed', data: '{"a":1}' }, { event: 'changed', data: '{"b":\n2}' }, { event: 'message', data: 'x' }]

test.each([1, 2, 3, 7, 1000])('a stream cut every %d characters has the same events', (size) => {
  const parser = new SseParser()
  const found = []
  for (let i = 0; i < stream.length; i += size) found.push(...parser.push(stream.slice(i, i + size)))
  expect(found).toEqual(events)
})

test('an event without an end is refused before it fills the memory', () => {
  const parser = new SseParser()
  expect(() => {
    for (let i = 0; i < 10; i++) parser.push('x'.repeat(1_000_000))
  }).toThrow()
})
