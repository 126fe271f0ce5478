import { useSuspenseQuery } from '@tanstack/react-query'
import { getMe, type Me } from '#contract/sign-in.ts'
import { ask } from './ask.ts'

export const me = () => ({ ...ask(getMe, {}), staleTime: 5 * 60_000 })

/** Who I am. Every signed-in page may ask: the router has the answer before it shows one. */
export const useMe = (): Me => useSuspenseQuery(me()).data
