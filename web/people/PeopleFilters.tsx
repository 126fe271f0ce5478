import { Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeopleFilter } from '#contract/people.ts'
import { roles } from '#contract/roles.ts'
import { departmentOptions, departments, groups } from '#web/parts/choices.queries.ts'
import classes from './PeopleFilters.module.css'
import { counts, filterOf, type PeopleSearch, type PeopleSearchChange } from './people.queries.ts'

const pauseMs = 250
const lastSignIns = [
  'never',
  'within_7_days',
  'within_30_days',
  'over_30_days_ago',
  'over_90_days_ago',
] as const satisfies PeopleFilter['lastSignIn'][]

interface PeopleFiltersProps {
  search: PeopleSearch
  onFilter: (change: PeopleSearchChange) => void
  searchField: RefObject<HTMLInputElement | null>
}

/** What stands under the title: search, status with counts, role, department, group, last sign-in. */
export function PeopleFilters({ search, onFilter, searchField }: PeopleFiltersProps) {
  const { t } = useTranslation(['people', 'parts'])
  const allDepartments = useQuery(departments()).data?.items ?? []
  const allGroups = useQuery(groups()).data?.items ?? []
  const isFiltered = Object.keys(filterOf(search)).length > 0
  const one = <T,>(value: T | null): [T] | undefined => (value === null ? undefined : [value])

  return (
    <div className={classes.filters}>
      <StatusChips search={search} onFilter={onFilter} />
      <Group gap="xs">
        <SearchField
          value={search.search ?? ''}
          onSearch={(text) => onFilter({ search: text || undefined })}
          field={searchField}
        />
        <Select
          aria-label={t('role')}
          placeholder={t('anyRole')}
          data={roles.map((role) => ({ value: role, label: t(`parts:role.${role}`) }))}
          value={first(search.role)}
          onChange={(role) => onFilter({ role: one(role) })}
          clearable
          className={classes.choice}
        />
        <Select
          aria-label={t('department')}
          placeholder={t('anyDepartment')}
          data={departmentOptions(allDepartments)}
          value={first(search.departmentId)}
          onChange={(id) => onFilter({ departmentId: one(id) })}
          searchable
          clearable
          className={classes.choice}
        />
        <Select
          aria-label={t('group')}
          placeholder={t('anyGroup')}
          data={allGroups.map(({ id, name }) => ({ value: id, label: name }))}
          value={first(search.groupId)}
          onChange={(id) => onFilter({ groupId: one(id) })}
          searchable
          clearable
          className={classes.choice}
        />
        <Select
          aria-label={t('lastSignIn')}
          placeholder={t('anyTime')}
          data={lastSignIns.map((value) => ({ value, label: t(`signIn.${value}`) }))}
          value={search.lastSignIn ?? null}
          onChange={(lastSignIn) => onFilter({ lastSignIn: lastSignIn ?? undefined })}
          clearable
          className={classes.choice}
        />
        {isFiltered && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconX size={16} />}
            onClick={() =>
              onFilter({
                search: undefined,
                status: undefined,
                role: undefined,
                departmentId: undefined,
                groupId: undefined,
                lastSignIn: undefined,
              })
            }
          >
            {t('clearFilters')}
          </Button>
        )}
      </Group>
    </div>
  )
}

const first = <T,>(values: T | T[] | undefined): T | null =>
  Array.isArray(values) ? (values[0] ?? null) : (values ?? null)

const chips = ['active', 'inactive', 'leaving', 'waiting'] as const

function StatusChips({ search, onFilter }: Pick<PeopleFiltersProps, 'search' | 'onFilter'>) {
  const { t } = useTranslation('people')
  const told = useQuery(counts(search)).data
  const chosen = first(search.status)
  const chip = (status: (typeof chips)[number] | null, count: number | undefined) => (
    <Button
      key={status ?? 'all'}
      size="compact-sm"
      radius="xl"
      variant={chosen === status ? 'filled' : 'default'}
      aria-pressed={chosen === status}
      onClick={() => onFilter({ status: status === null ? undefined : [status] })}
    >
      {t(status ?? 'all')}
      <span className={classes.count}>{count?.toLocaleString('en') ?? ' '}</span>
    </Button>
  )
  return (
    <Group gap="xs" role="group" aria-label={t('status')}>
      {chip(null, told?.all)}
      {chips.map((status) => chip(status, told?.[status]))}
    </Group>
  )
}

function SearchField({
  value,
  onSearch,
  field,
}: {
  value: string
  onSearch: (text: string) => void
  field: RefObject<HTMLInputElement | null>
}) {
  const { t } = useTranslation('people')
  const [text, setText] = useState(value)
  const search = useDebouncedCallback(onSearch, pauseMs)
  // The address may change by itself: the back button, or "Clear filters".
  const [known, setKnown] = useState(value)
  if (known !== value) {
    setKnown(value)
    setText(value)
  }
  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={t('search')}
      title={t('searchKey')}
      placeholder={t('search')}
      leftSection={<IconSearch size={16} />}
      className={classes.search}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value.trim())
      }}
    />
  )
}
