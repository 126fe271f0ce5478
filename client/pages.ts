import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { call, type CallOptions, type Door } from './call.ts'

interface Page {
  readonly items: readonly unknown[]
  readonly next: string | null
}
/** The lists among the endpoints, by what they answer with. */
type Listed<E extends Endpoint> = Answer<E> extends Page ? Answer<E>['items'] : never

/**
 * Every page of a list from `input` on, one after the other: `for await (const people of pages(door, listUsers, {}))`.
 *
 * @throws as `call` does
 */
export async function* pages<E extends Endpoint>(
  door: Door,
  endpoint: E,
  input: Call<E>,
  options?: CallOptions,
): AsyncGenerator<Listed<E>> {
  let cursor: string | null = null
  do {
    const { items, next } = (await call(
      door,
      endpoint,
      { ...input, ...(cursor !== null && { cursor }) },
      options,
    )) as Page
    yield items as Listed<E>
    cursor = next
  } while (cursor !== null)
}
