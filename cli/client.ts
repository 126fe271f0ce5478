import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { requestOf } from '#contract/request.ts'

/** The server said no, or did not answer. The message says what happened and the way out; decide by the code. */
export class Refused extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** Where the server is, and the API token that lets in there. */
export interface Door {
  /** Such as `https://learn.example.org`. */
  readonly url: string
  readonly token: string
}

/** An endpoint of the contract, called with a token. A key makes it happen once, however often it is sent. @throws Refused */
export async function call<E extends Endpoint>(
  door: Door,
  endpoint: E,
  input: Call<E>,
  key?: string,
): Promise<Answer<E>> {
  return (await (await send(door, endpoint, input, key)).json()) as Answer<E>
}

/** The whole answer, for files. @throws Refused */
export async function send({ url, token }: Door, endpoint: Endpoint, input: object, key?: string): Promise<Response> {
  const { method, path, body } = requestOf(endpoint, input)
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== null && { 'content-type': 'application/json' }),
    ...(key && { 'idempotency-key': key }),
  }
  let response: Response
  try {
    response = await fetch(new URL(path, url), { method, headers, body })
  } catch (error) {
    throw new Refused('unavailable', `${url} does not answer: ${reasonOf(error)}.`)
  }
  if (response.ok) return response
  const told = (await response.json().catch(() => ({}))) as { code?: string; title?: string }
  const { code = 'internal', title = `${url} answered ${response.status}: is Rollcall there?`, ...details } = told
  throw new Refused(code, title, details)
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string }
  return cause?.code ?? cause?.message ?? message
}

/** Every page of a list, one after the other. */
export async function* pages<Item>(
  page: (cursor: string | undefined) => Promise<{ items: Item[]; next: string | null }>,
): AsyncGenerator<Item[]> {
  let cursor: string | undefined
  do {
    const { items, next } = await page(cursor)
    yield items
    cursor = next ?? undefined
  } while (cursor !== undefined)
}
