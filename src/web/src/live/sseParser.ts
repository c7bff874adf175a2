export interface ServerSentEvent {
  event: string
  data: string
}

/** Longest event in characters; a stream that sends more without an end is broken. */
const maxBuffered = 4_000_000

/** Takes the text of an event stream in any pieces and gives back its whole events; comments give none. */
export class SseParser {
  private buffer = ''
  private event = ''
  private data: string[] = []

  push(text: string): ServerSentEvent[] {
    this.buffer += text
    if (this.buffer.length > maxBuffered) throw new Error('An event has no end.')
    const events: ServerSentEvent[] = []
    for (;;) {
      const end = this.buffer.search(/\r\n|\n|\r(?!$)/)
      if (end < 0) return events
      const line = this.buffer.slice(0, end)
      this.buffer = this.buffer.slice(end + (this.buffer.startsWith('\r\n', end) ? 2 : 1))
      const done = this.line(line)
      if (done) events.push(done)
    }
  }

  private line(line: string): ServerSentEvent | undefined {
    if (line === '') {
      const done = this.data.length > 0 ? { event: this.event || 'message', data: this.data.join('\n') } : undefined
      this.event = ''
      this.data = []
      return done
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.event = value
    else if (field === 'data') this.data.push(value)
    return undefined
  }
}
