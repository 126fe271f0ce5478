import { useSuspenseQuery, type QueryClient } from '@tanstack/react-query'
import { getMe, getWelcome, type Me } from '#contract/sign-in.ts'
import { ask } from './ask.ts'

export const me = () => ({ ...ask(getMe, {}), staleTime: 5 * 60_000 })

/** Who I am. Every signed-in page may ask: the router has the answer before it shows one. */
export const useMe = (): Me => useSuspenseQuery(me()).data

/** Forgets all that was learnt or sent in somebody's name. What stands at this address, anybody may know. */
export function forget(queryClient: QueryClient): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== getWelcome.path })
  queryClient.getMutationCache().clear()
}
