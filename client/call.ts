import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { requestOf } from '#contract/request.ts'
import { refusedBy, unreachable } from './refused.ts'

/** Where the server is, and what lets in there. */
export interface Door {
  /** Such as `https://learn.example.org`. Left out: the origin of the page. */
  readonly url?: string
  /** An API token. Left out: the cookie of whoever signed in at this origin. */
  readonly token?: string
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Goes on when the page is left: for the last word of a player. */
  readonly keepalive?: boolean
  /** The same key sent twice is done once: give one to what must not happen twice. */
  readonly idempotencyKey?: string
}

/**
 * Calls an endpoint of the API as the contract tells it.
 *
 * @throws Refused, also when the server cannot be reached (`unavailable`); whatever the signal was aborted with
 */
export async function call<E extends Endpoint>(
  door: Door,
  endpoint: E,
  input: Call<E>,
  options?: CallOptions,
): Promise<Answer<E>> {
  return (await (await send(door, endpoint, input, options)).json()) as Answer<E>
}

/** The whole response, for files: nothing of its body has been read. @throws as `call` does */
export async function send<E extends Endpoint>(
  { url, token }: Door,
  endpoint: E,
  input: Call<E>,
  { signal, keepalive = false, idempotencyKey }: CallOptions = {},
): Promise<Response> {
  const { method, path, body } = requestOf(endpoint, input)
  const headers = new Headers({ accept: 'application/json' })
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (body !== null) headers.set('content-type', 'application/json')
  if (idempotencyKey) headers.set('idempotency-key', idempotencyKey)

  const address = url === undefined ? path : new URL(path, url).href
  const response = await fetch(address, {
    method,
    credentials: 'same-origin',
    headers,
    body,
    signal: signal ?? null,
    keepalive,
  }).catch((error: unknown) => {
    throw signal?.aborted ? error : unreachable(error, url)
  })
  if (!response.ok) throw await refusedBy(response)
  return response
}
