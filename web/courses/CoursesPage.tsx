import { Button, Group, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconBook, IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addCourse, CourseState } from '#contract/courses.ts'
import { allows } from '#contract/roles.ts'
import { useMe } from '#web/api/me.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { CourseRows } from './CourseRows.tsx'
import { type CoursesSearch, page } from './courses.queries.ts'
import { NewCourseDialog } from './NewCourseDialog.tsx'

const route = getRouteApi('/courses')
const typingMs = 250
const states = ['all', ...CourseState.options] as const

/** The courses of the account. */
export function CoursesPage() {
  const { t } = useTranslation('courses')
  const { role } = useMe()
  const search: CoursesSearch = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(page(search))
  const [isAdding, setIsAdding] = useState(false)
  const mayMake = allows(addCourse.access, role)
  const add = mayMake && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
      {t('add')}
    </Button>
  )
  const items = asked.data?.items ?? []
  const isFiltered = search.search !== undefined || search.state !== undefined || search.cursor !== undefined
  return (
    <>
      <PageTitle title={t('title')} subtitle={t('subtitle')} action={add || undefined} />
      <Filters
        search={search}
        onFilter={(filter) => void navigate({ to: '/courses', search: filter, replace: true })}
      />
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess && items.length === 0 && (
        <EmptyState
          icon={isFiltered ? IconSearch : IconBook}
          title={t(isFiltered ? 'noneFound' : 'none')}
          text={t(isFiltered ? 'noneFoundText' : mayMake ? 'noneText' : 'noneYetText')}
          action={(!isFiltered && add) || undefined}
        />
      )}
      {(asked.isPending || items.length > 0) && <CourseRows items={asked.data?.items} />}
      {asked.data && (
        <Pager
          next={asked.data.next}
          previous={asked.data.previous}
          onPage={(cursor) => void navigate({ to: '/courses', search: { ...search, cursor } })}
        />
      )}
      {isAdding && <NewCourseDialog onClose={() => setIsAdding(false)} />}
    </>
  )
}

interface FiltersProps {
  search: CoursesSearch
  onFilter: (filter: CoursesSearch) => void
}

function Filters({ search, onFilter }: FiltersProps) {
  const { t } = useTranslation('courses')
  const [typed, setTyped] = useState(search.search ?? '')
  const filter = (text: string, state: CourseState | undefined): void =>
    onFilter({ ...(text.trim() && { search: text.trim() }), ...(state && { state }) })
  const filterSoon = useDebouncedCallback((text: string) => filter(text, search.state), typingMs)
  return (
    <Group gap="sm" mb="md">
      <TextInput
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<IconSearch size={16} />}
        flex="1 1 200px"
        maw={320}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          filterSoon(event.currentTarget.value)
        }}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('filterState')}
        data={states.map((state) => ({ value: state, label: t(state === 'all' ? 'all' : `state.${state}`) }))}
        value={search.state ?? 'all'}
        onChange={(state) =>
          filter(
            typed,
            CourseState.options.find((one) => one === state),
          )
        }
      />
    </Group>
  )
}
