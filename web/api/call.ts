import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { requestOf } from '#contract/request.ts'
import { accessEnded } from './access.ts'
import { Refused, refusedBy } from './refused.ts'

interface CallOptions {
  signal?: AbortSignal
  /** Goes on when the page is left: for the last word of a player. */
  keepalive?: boolean
  /** The same key sent twice is done once: give one to what must not happen twice. */
  idempotencyKey?: string
}

/**
 * Calls the API as the contract tells it.
 *
 * @throws Refused, also when the server cannot be reached (`unavailable`)
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: Call<E>,
  options: CallOptions = {},
): Promise<Answer<E>> {
  const response = await send(endpoint, input, options)
  if (response.ok) return (await response.json()) as Answer<E>

  const refused = await refusedBy(response)
  const isEnd = refused.code === 'not_signed_in' || refused.code === 'account_inactive'
  if (isEnd && endpoint.access !== 'public') accessEnded(refused.code)
  throw refused
}

async function send(
  endpoint: Endpoint,
  input: object,
  { signal, keepalive = false, idempotencyKey }: CallOptions,
): Promise<Response> {
  const { method, path, body } = requestOf(endpoint, input)
  const headers = new Headers({ accept: 'application/json' })
  if (body !== null) headers.set('content-type', 'application/json')
  if (idempotencyKey) headers.set('idempotency-key', idempotencyKey)

  try {
    return await fetch(path, { method, credentials: 'same-origin', headers, body, signal: signal ?? null, keepalive })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Refused('unavailable', { title: 'The server does not answer. Check your connection, then try again.' })
  }
}
