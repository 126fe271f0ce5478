import { queryOptions, type QueryClient } from '@tanstack/react-query'
import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { call } from './call.ts'

/**
 * A question to the server, as TanStack Query wants it. Whoever asks the same shares the answer.
 *
 * The key is `[tag, path, input]`: `[listUsers.tag]` means all that is known of people, `[listUsers.tag, listUsers.path]`
 * every page of the list.
 */
export const ask = <E extends Endpoint>(endpoint: E, input: Call<E>) =>
  queryOptions<Answer<E>>({
    queryKey: [endpoint.tag, endpoint.path, input],
    queryFn: ({ signal }) => call(endpoint, input, { signal }),
  })

/**
 * After any change of people, seats, groups or departments: what is on screen is asked again, the rest when it is
 * next looked at. One status touches nearly every screen, and one's own role and date, so that a finer choice would
 * forget one.
 */
export const askAgain = (queryClient: QueryClient): Promise<void> => queryClient.invalidateQueries()
