import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listUsers, type PersonRow } from '#contract/people.ts'
import { ask } from '#web/api/ask.ts'

interface PeoplePickerProps {
  label: string
  description?: string
  value: string[]
  onChange: (ids: string[]) => void
  /** Only people of this status can be chosen. */
  status?: 'active'
  exceptId?: string
}

const pauseMs = 250
const shown = 20

const wordsOf = ({ firstName, lastName, email }: PersonRow): string => `${firstName} ${lastName} · ${email}`

/** Finds people by a part of their name or e-mail; the server searches, since there may be a million. */
export function PeoplePicker({ label, description, value, onChange, status, exceptId }: PeoplePickerProps) {
  const { t } = useTranslation('parts')
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, pauseMs)
  // Who was chosen keeps a name, also when another search no longer finds them.
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map())
  const asked = useQuery({
    ...ask(listUsers, {
      limit: shown,
      ...(search.trim() && { search: search.trim() }),
      ...(status && { status: [status] }),
    }),
    placeholderData: keepPreviousData,
  })
  const found = (asked.data?.items ?? []).filter(({ id }) => id !== exceptId)
  const options = new Map([
    ...value.map((id): [string, string] => [id, names.get(id) ?? id]),
    ...found.map((person): [string, string] => [person.id, wordsOf(person)]),
  ])

  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={value.length === 0 ? t('findPeople') : ''}
      data={[...options].map(([id, words]) => ({ value: id, label: words }))}
      filter={({ options: all }) => all}
      value={value}
      onChange={(ids) => {
        setNames(new Map(ids.map((id) => [id, options.get(id) ?? id])))
        onChange(ids)
      }}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={t('nobodyFound')}
      hidePickedOptions
      data-autofocus
    />
  )
}
