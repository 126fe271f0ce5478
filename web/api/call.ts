import { namesInPath, type Answer, type Call, type Endpoint } from '#contract/endpoint.ts'
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
  const { address, rest } = addressOf(endpoint, input)
  const hasBody = endpoint.method === 'POST' || endpoint.method === 'PATCH'
  const headers = new Headers({ accept: 'application/json' })
  if (hasBody) headers.set('content-type', 'application/json')
  if (idempotencyKey) headers.set('idempotency-key', idempotencyKey)

  try {
    return await fetch(hasBody ? address : address + queryOf(rest), {
      method: endpoint.method,
      credentials: 'same-origin',
      headers,
      body: hasBody ? JSON.stringify(rest) : null,
      signal: signal ?? null,
      keepalive,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Refused('unavailable', { title: 'The server does not answer. Check your connection, then try again.' })
  }
}

function addressOf(endpoint: Endpoint, input: object): { address: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...input }
  let address: string = endpoint.path
  for (const name of namesInPath(endpoint.path)) {
    address = address.replace(`:${name}`, encodeURIComponent(String(rest[name])))
    delete rest[name]
  }
  return { address, rest }
}

function queryOf(input: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one))
    }
  }
  return query.size > 0 ? `?${query}` : ''
}
