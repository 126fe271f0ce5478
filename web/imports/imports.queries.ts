import { keepPreviousData } from '@tanstack/react-query'
import type { FateTold, Import } from '#contract/imports.ts'
import { getImport, listImportRows } from '#contract/imports.ts'
import { ask } from '#web/api/ask.ts'

/** Asked again every second while its rows are looked at. */
export const theImport = (importId: string) => ({
  ...ask(getImport, { importId }),
  refetchInterval: ({ state: { data } }: { state: { data: Import | undefined } }) =>
    data?.state === 'checking' ? 1_000 : false,
})

export const rows = (
  importId: string,
  { fate, cursor }: { fate?: FateTold | undefined; cursor?: string | undefined },
) => ({
  ...ask(listImportRows, { importId, ...(fate && { fate }), ...(cursor && { cursor }) }),
  placeholderData: keepPreviousData,
})

/** The rows as a file. */
export const fileAddress = (importId: string, format: 'csv' | 'xlsx', fate: FateTold | undefined): string =>
  `/api/v1/imports/${importId}/file?format=${format}${fate ? `&fate=${fate}` : ''}`
export const templateAddress = (format: 'csv' | 'xlsx'): string => `/api/v1/import-template?format=${format}`
