import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { published } from './enrollments.queries.ts'

interface CoursePickerProps {
  label: string
  value: string[]
  onChange: (ids: string[]) => void
  most: number
}

const pauseMs = 250

/** Finds published courses by a part of their title. */
export function CoursePicker({ label, value, onChange, most }: CoursePickerProps) {
  const { t } = useTranslation('enrollments')
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), pauseMs)
  // What was chosen keeps a title, also when another search no longer finds it.
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map())
  const asked = useQuery(published(search))
  const options = new Map([
    ...value.map((id): [string, string] => [id, titles.get(id) ?? id]),
    ...(asked.data?.items ?? []).map(({ id, title }): [string, string] => [id, title]),
  ])
  return (
    <MultiSelect
      label={label}
      placeholder={value.length === 0 ? t('findCourses') : ''}
      data={[...options].map(([id, title]) => ({ value: id, label: title }))}
      filter={({ options: all }) => all}
      value={value}
      onChange={(ids) => {
        setTitles(new Map(ids.map((id) => [id, options.get(id) ?? id])))
        onChange(ids)
      }}
      maxValues={most}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={t('noneFound')}
      hidePickedOptions
      data-autofocus
    />
  )
}
