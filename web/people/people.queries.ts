import { keepPreviousData, type QueryClient } from '@tanstack/react-query'
import type { Input } from '#contract/endpoint.ts'
import { getSeats } from '#contract/seats.ts'
import { countUsers, getUser, listUsers, type PeopleFilter } from '#contract/people.ts'
import { ask } from '#web/api/ask.ts'

export type PeopleSearch = Partial<Omit<Input<typeof listUsers>, 'limit'>>
/** Undefined takes a part out again. */
export type PeopleSearchChange = { [Part in keyof PeopleSearch]: PeopleSearch[Part] | undefined }

export const changedSearch = (search: PeopleSearch, change: PeopleSearchChange): PeopleSearch =>
  Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined))

/** The filter alone: what "all that match" means, and what is counted. */
export function filterOf({
  search,
  status,
  role,
  departmentId,
  groupId,
  lastSignIn,
}: PeopleSearch): Partial<PeopleFilter> {
  const filter = { search, status, role, departmentId, groupId, lastSignIn }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

export const page = (search: PeopleSearch) => ({ ...ask(listUsers, search), placeholderData: keepPreviousData })
export const counts = (search: PeopleSearch) => ({
  ...ask(countUsers, filterOf(search)),
  placeholderData: keepPreviousData,
})
/** Asks for what the page shows, for it to find. */
export function askFirst(queryClient: QueryClient, search: PeopleSearch): void {
  void queryClient.prefetchQuery(page(search))
  void queryClient.prefetchQuery(counts(search))
  void queryClient.prefetchQuery(ask(getSeats, {}))
}

export const person = (userId: string) => ask(getUser, { userId })
