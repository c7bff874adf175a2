/** Longest wait for an answer in milliseconds; a request that hangs must not hold up a page for ever. */
const timeoutMs = 15_000

/** RFC 9457 problem details as this server writes them. */
interface Problem {
  code?: string
  detail?: string
  field?: string
}

/** Why a request was not done: the server's own word, or that none was had. */
export class ApiError extends Error {
  /**
   * @param status The HTTP status; 0 when there was no answer.
   * @param code Stable code of the problem; `offline` when there was no answer.
   * @param field The part of the request that is meant, if one is.
   * @param retryAfterSeconds When to try again, if the server said so.
   */
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly field?: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(detail)
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** What goes with every request; the session fills it in. */
export const attached = {
  /** Headers for a request. */
  headers: (_method: Method, _url: string): Record<string, string> => ({}),
  /** Called when the server says that the session is over. */
  sessionEnded: () => undefined as void,
  /** Gets a new anti-forgery token; whether there is another one now. */
  renewToken: async () => false,
  /** Asks the person to show once more who she is; whether she did. */
  signInAgain: async () => false,
}

/**
 * One request as JSON. An anti-forgery token that is no longer good is renewed once; a person who has to show again who she is is asked, and the
 * request goes on.
 * @throws {ApiError} for everything that is not 2xx, and when nothing answers.
 */
export async function request<T>(method: Method, url: string, body?: unknown): Promise<T> {
  try {
    return await send<T>(method, url, body).catch(async (error: unknown) => {
      if (error instanceof ApiError && error.code === 'antiforgery' && (await attached.renewToken())) return await send<T>(method, url, body)
      if (error instanceof ApiError && error.code === 'sign-in-again-required' && (await attached.signInAgain())) return await send<T>(method, url, body)
      throw error
    })
  } catch (error) {
    if (isSessionOver(error)) attached.sessionEnded()
    throw error
  }
}

/** Whether nobody is signed in any more: the session has ended, or its cookie is gone, as after signing out in another tab. */
export const isSessionOver = (error: unknown) => error instanceof ApiError && (error.code === 'session-ended' || error.code === 'not-signed-in')

async function send<T>(method: Method, url: string, body: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', ...attached.headers(method, url) }
  if (body !== undefined) headers['content-type'] = 'application/json'
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    const response = await fetch(url, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: abort.signal, cache: 'no-store',
    })
    if (!response.ok) throw await problemOf(response)
    return read<T>(response.status, await response.text())
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(0, 'offline', String(error))
  } finally {
    clearTimeout(timer)
  }
}

function read<T>(status: number, text: string): T {
  if (!text) return undefined as T
  try {
    return JSON.parse(text) as T
  } catch {
    // Somebody else answered: a page of a proxy, or of a server that does not know the path.
    throw new ApiError(status, 'not-json', 'The answer is not JSON.')
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Problem
  const retryAfter = Number(response.headers.get('retry-after'))
  return new ApiError(
    response.status, problem.code ?? `http-${response.status}`, problem.detail ?? '', problem.field, retryAfter > 0 ? retryAfter : undefined,
  )
}
