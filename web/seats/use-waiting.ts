import { useQuery } from '@tanstack/react-query'
import { countUsers } from '#contract/people.ts'
import { ask } from '#web/api/ask.ts'

/** How many wait for a seat of those whom the reader manages. The seats themselves tell of the whole account. */
export const useWaiting = (): number => useQuery(ask(countUsers, {})).data?.waiting ?? 0
