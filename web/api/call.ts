import { call as callAt, type CallOptions } from '#client/call.ts'
import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { accessEnded } from './access.ts'
import { Refused } from './refused.ts'

/** The server that the page came from, by the session of its cookie. */
const here = {}

/**
 * Calls the API as the contract tells it. That the access is over is told to the shell.
 *
 * @throws Refused, also when the server cannot be reached (`unavailable`)
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: Call<E>,
  options: CallOptions = {},
): Promise<Answer<E>> {
  return callAt(here, endpoint, input, options).catch((error: unknown) => {
    const code = error instanceof Refused ? error.code : undefined
    const isEnd = code === 'not_signed_in' || code === 'account_inactive'
    if (isEnd && endpoint.access !== 'public') accessEnded(code)
    throw error
  })
}
