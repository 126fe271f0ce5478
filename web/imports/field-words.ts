import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { importFields } from '#contract/imports.ts'
import { customFields } from '#web/parts/choices.queries.ts'

/** What a column can hold, with its name on screen: the fields of everybody, and those of the account. */
export function useFieldNames(): ReadonlyMap<string, string> {
  const { t } = useTranslation('imports')
  const items = useQuery(customFields()).data?.items ?? []
  return new Map([
    ...importFields.map((field) => [field, t(`field.${field}`)] as const),
    ...items.map(({ key, label }) => [`custom.${key}`, label] as const),
  ])
}
