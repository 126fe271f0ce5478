import { keepPreviousData } from '@tanstack/react-query'
import type { Call, Endpoint } from '#contract/endpoint.ts'
import { type exportReport, reportNames } from '#contract/reports.ts'
import { ask } from '#web/api/ask.ts'

/** What stands in the address of the page: the report, and whom and which time it speaks of. */
export type ReportSearch = Partial<Omit<Call<typeof exportReport>, 'report' | 'format'>> & {
  tab?: Tab
  cursor?: string
}

/** Undefined takes out what stands in the address. */
export type ReportChange = { [Name in keyof ReportSearch]: ReportSearch[Name] | undefined }

export const changedSearch = (search: ReportSearch, change: ReportChange): ReportSearch =>
  Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined))

export const tabs = reportNames.filter((name) => name !== 'enrollments')
export type Tab = (typeof tabs)[number]

/** A report with what of the address it knows of. */
export function report<E extends Endpoint>(endpoint: E, search: ReportSearch) {
  const known = endpoint.input
  const told = Object.fromEntries(
    Object.entries(search).filter(([name, value]) => name in known.shape && value !== undefined),
  )
  return { ...ask(endpoint, told as Call<E>), placeholderData: keepPreviousData }
}

/** The address of a report as a file, with the filters of the page. */
export function fileOf(name: (typeof reportNames)[number], format: 'csv' | 'xlsx', search: ReportSearch): string {
  const query = new URLSearchParams({ format })
  const isOfPage = (key: string) => key === 'tab' || key === 'cursor'
  for (const [key, value] of Object.entries(search)) if (value && !isOfPage(key)) query.set(key, value)
  return `/api/v1/reports/${name}/export?${query}`
}
