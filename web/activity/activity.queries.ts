import { keepPreviousData } from '@tanstack/react-query'
import type { Answer, Input } from '#contract/endpoint.ts'
import { getOperation, listEvents, listOperations, listOutcomes } from '#contract/lifecycle.ts'
import { ask } from '#web/api/ask.ts'

type Part<T> = { [Name in keyof T]?: T[Name] | undefined }
const told = <T extends object>(input: T): T =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T

export const operations = (search: Part<Pick<Input<typeof listOperations>, 'kind' | 'cursor'>>) => ({
  ...ask(listOperations, told({ kind: search.kind, cursor: search.cursor }) as object),
  placeholderData: keepPreviousData,
})
export const events = (search: Part<Pick<Input<typeof listEvents>, 'userId' | 'change' | 'cause' | 'cursor'>>) => ({
  ...ask(
    listEvents,
    told({ userId: search.userId, change: search.change, cause: search.cause, cursor: search.cursor }) as object,
  ),
  placeholderData: keepPreviousData,
})
/** Asked again every second while it is under way. */
export const operation = (operationId: string) => ({
  ...ask(getOperation, { operationId }),
  refetchInterval: ({ state: { data } }: { state: { data: Answer<typeof getOperation> | undefined } }) =>
    data?.state === 'running' ? 1_000 : data?.state === 'paused' ? 5_000 : false,
})
export const outcomes = (
  operationId: string,
  search: Part<Pick<Input<typeof listOutcomes>, 'outcome' | 'cursor'>>,
) => ({
  ...ask(listOutcomes, { operationId, ...(told({ outcome: search.outcome, cursor: search.cursor }) as object) }),
  placeholderData: keepPreviousData,
})
