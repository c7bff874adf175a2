import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError, attached, request } from '../src/api/request'

const answers: Response[] = []
const sent: { url: string; init: RequestInit }[] = []
const problem = (status: number, code: string, headers: HeadersInit = {}) => new Response(JSON.stringify({ code, detail: 'so it is', field: 'x' }), { status, headers })
const before = { ...attached }

beforeEach(() => {
  answers.length = sent.length = 0
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, init })
    const answer = answers.shift()
    if (!answer) throw new TypeError('no network')
    return answer
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  Object.assign(attached, before)
})

test('a token that is no longer good is renewed once, and the request sent again with the new one', async () => {
  let token = 'old'
  attached.headers = () => ({ 'x-antiforgery': token })
  attached.renewToken = async () => Boolean((token = 'new'))
  answers.push(problem(400, 'antiforgery'), new Response('{"done":true}'))
  expect(await request('POST', '/api/x', { a: 1 })).toEqual({ done: true })
  expect(sent.map(({ init }) => (init.headers as Record<string, string>)['x-antiforgery'])).toEqual(['old', 'new'])
})

test('one that is refused again is not tried for ever', async () => {
  attached.renewToken = async () => true
  answers.push(problem(400, 'antiforgery'), problem(400, 'antiforgery'), new Response('{}'))
  await expect(request('DELETE', '/api/x')).rejects.toMatchObject({ code: 'antiforgery' })
  expect(sent).toHaveLength(2)
})

test('a person who has to show again who she is is asked, and what she wanted goes on', async () => {
  attached.signInAgain = async () => true
  answers.push(problem(403, 'sign-in-again-required'), new Response(null, { status: 204 }))
  await expect(request('DELETE', '/api/me/sessions/a')).resolves.toBeUndefined()
  expect(sent.map(({ url }) => url)).toEqual(['/api/me/sessions/a', '/api/me/sessions/a'])
})

test('when she does not, it is not done', async () => {
  attached.signInAgain = async () => false
  answers.push(problem(403, 'sign-in-again-required'), new Response(null, { status: 204 }))
  await expect(request('DELETE', '/api/me/sessions/a')).rejects.toMatchObject({ code: 'sign-in-again-required' })
  expect(sent).toHaveLength(1)
})

test('the end of a session is told, and the request fails with it', async () => {
  const ended = vi.fn()
  attached.sessionEnded = ended
  answers.push(problem(401, 'session-ended'))
  await expect(request('GET', '/api/me')).rejects.toMatchObject({ status: 401, code: 'session-ended' })
  expect(ended).toHaveBeenCalledOnce()
})

test('a problem keeps its code, its field and when to come back', async () => {
  answers.push(problem(429, 'locked-out', { 'retry-after': '60' }))
  await expect(request('POST', '/api/session', {})).rejects.toMatchObject({ code: 'locked-out', field: 'x', retryAfterSeconds: 60, message: 'so it is' })
})

test('no answer is said as such', async () => {
  const failure = await request('GET', '/api/me').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ApiError)
  expect(failure).toMatchObject({ status: 0, code: 'offline' })
})

test('an answer that is a page is none of this server, and not the absence of one', async () => {
  answers.push(new Response('<!doctype html>'))
  await expect(request('GET', '/api/session')).rejects.toMatchObject({ status: 200, code: 'not-json' })
})

test('an answer without a body is none', async () => {
  answers.push(new Response(null, { status: 204 }))
  expect(await request('DELETE', '/api/session')).toBeUndefined()
})
