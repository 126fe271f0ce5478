import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter, IconSearch, IconSortAscending, IconSortDescending, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type PeopleFilter, PeopleSort } from '#contract/people.ts'
import { roles } from '#contract/roles.ts'
import { departmentOptions, departments, groups } from '#web/parts/choices.queries.ts'
import { AskedSelect } from './AskedSelect.tsx'
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
  isPhone: boolean
  onFilter: (change: PeopleSearchChange) => void
  onSort: (sort: PeopleSort) => void
  searchField: RefObject<HTMLInputElement | null>
}

/** What stands under the title: search, status with counts, role, department, group, last sign-in; on a phone the order, too. */
export function PeopleFilters({ search, isPhone, onFilter, onSort, searchField }: PeopleFiltersProps) {
  const { t } = useTranslation('people')
  const { role, departmentId, groupId, lastSignIn } = search
  const chosen = [role, departmentId, groupId, lastSignIn].filter((part) => part !== undefined).length
  // On a phone the people come first.
  const [isOpen, setIsOpen] = useState(chosen > 0)
  const isFiltered = Object.keys(filterOf(search)).length > 0

  return (
    <div className={classes.filters}>
      <Group justify="space-between" gap="xs" mih={30}>
        <StatusChips search={search} onFilter={onFilter} />
        {isFiltered && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
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
      <Group gap="xs">
        <SearchField
          value={search.search ?? ''}
          onSearch={(text) => onFilter({ search: text || undefined })}
          field={searchField}
        />
        {isPhone && (
          <Button
            variant="default"
            className={classes.fold}
            leftSection={<IconFilter size={16} />}
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            {t(chosen > 0 ? 'filtersChosen' : 'filters', { chosen })}
          </Button>
        )}
        {(isOpen || !isPhone) && <Choices search={search} onFilter={onFilter} />}
        {isOpen && isPhone && <Order search={search} onSort={onSort} />}
      </Group>
    </div>
  )
}

type Filtering = Pick<PeopleFiltersProps, 'search' | 'onFilter'>

function Choices({ search, onFilter }: Filtering) {
  const { t } = useTranslation(['people', 'parts'])
  const one = <T,>(value: T | null): [T] | undefined => (value === null ? undefined : [value])
  return (
    <>
      <Select
        aria-label={t('role')}
        placeholder={t('anyRole')}
        data={roles.map((role) => ({ value: role, label: t(`parts:role.${role}`) }))}
        value={first(search.role)}
        onChange={(role) => onFilter({ role: one(role) })}
        clearable
        className={classes.choice}
      />
      <AskedSelect
        aria-label={t('department')}
        placeholder={t('anyDepartment')}
        question={departments()}
        options={({ items }) => departmentOptions(items)}
        value={first(search.departmentId)}
        onChange={(id) => onFilter({ departmentId: one(id) })}
        className={classes.choice}
      />
      <AskedSelect
        aria-label={t('group')}
        placeholder={t('anyGroup')}
        question={groups()}
        options={({ items }) => items.map(({ id, name }) => ({ value: id, label: name }))}
        value={first(search.groupId)}
        onChange={(id) => onFilter({ groupId: one(id) })}
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
    </>
  )
}

const sorts = PeopleSort.options.filter((sort) => sort !== 'statusSince')

/** What the heads of the columns are where there are columns. */
function Order({ search, onSort }: Pick<PeopleFiltersProps, 'search' | 'onSort'>) {
  const { t } = useTranslation('people')
  const { sort = 'name', direction = 'asc' } = search
  return (
    <Group gap="xs" wrap="nowrap" className={classes.order}>
      <Select
        aria-label={t('sortBy')}
        data={sorts.map((value) => ({ value, label: t('sortedBy', { key: t(value) }) }))}
        value={sort}
        onChange={(value) => value && value !== sort && onSort(value)}
        allowDeselect={false}
        flex={1}
      />
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t(direction === 'asc' ? 'ascending' : 'descending')}
        onClick={() => onSort(sort)}
      >
        {direction === 'asc' ? <IconSortAscending size={18} /> : <IconSortDescending size={18} />}
      </ActionIcon>
    </Group>
  )
}

const first = <T,>(values: T | T[] | undefined): T | null =>
  Array.isArray(values) ? (values[0] ?? null) : (values ?? null)

const chips = ['active', 'inactive', 'leaving', 'waiting'] as const

function StatusChips({ search, onFilter }: Filtering) {
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
