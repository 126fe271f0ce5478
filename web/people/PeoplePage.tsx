import { Button, Group, Skeleton, Stack } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconFileImport, IconPlus, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { lazy, type MouseEvent, Suspense, useCallback, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeopleSort, PersonRow } from '#contract/people.ts'
import type { Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { SeatMeter } from '#web/parts/SeatMeter.tsx'
import { ActionBar } from './ActionBar.tsx'
import { ContextMenu } from './ContextMenu.tsx'
import { KeysDialog } from './KeysDialog.tsx'
import { nameOf } from './name-of.ts'
import { changedSearch, counts, filterOf, page, type PeopleSearch, type PeopleSearchChange } from './people.queries.ts'
import { PeopleCards } from './PeopleCards.tsx'
import { PeopleFilters } from './PeopleFilters.tsx'
import { PeopleMore } from './PeopleMore.tsx'
import { PeopleTable } from './PeopleTable.tsx'
import type { PersonAction } from './PersonMenu.tsx'
import { useTicks } from './selection.ts'
import { usePeopleKeys } from './use-people-keys.ts'

const route = getRouteApi('/people')

// Nobody needs them before they chose what to do.
const SelectByEmail = lazy(async () => ({ default: (await import('./SelectByEmail.tsx')).SelectByEmail }))
const PeopleDialogs = lazy(async () => ({ default: (await import('./PeopleDialogs.tsx')).PeopleDialogs }))

/** Everybody of the account, active and inactive alike (J7), and what can be done with many at once. */
export function PeoplePage() {
  const { t } = useTranslation('people')
  const search: PeopleSearch = route.useSearch()
  const navigate = useNavigate()
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const searchField = useRef<HTMLInputElement>(null)
  const ticks = useTicks(filterOf(search))
  const people = useQuery(page(search))
  const matching = useQuery(counts(search)).data?.matching ?? 0
  const [dialog, setDialog] = useState<{ action: PersonAction; chosen: Chosen } | null>(null)
  const [menu, setMenu] = useState<{ person: PersonRow; x: number; y: number } | null>(null)
  const [showsKeys, setShowsKeys] = useState(false)
  const [selectsByEmail, setSelectsByEmail] = useState(false)

  const go = (change: PeopleSearchChange): void =>
    void navigate({ to: '/people', search: changedSearch(search, change) })
  const filter = (change: PeopleSearchChange): void => go({ ...change, cursor: undefined })
  const sortBy = (sort: PeopleSort): void => {
    const isSame = sort === (search.sort ?? 'name')
    go({ sort, direction: isSame && (search.direction ?? 'asc') === 'asc' ? 'desc' : 'asc', cursor: undefined })
  }
  const actOn = useCallback(
    (action: PersonAction, person: PersonRow): void =>
      setDialog({ action, chosen: { users: { ids: [person.id] }, count: 1, name: nameOf(person) } }),
    [],
  )
  const actOnSelected = (action: PersonAction): void =>
    setDialog({ action, chosen: { users: ticks.selection(filterOf(search)), count: ticks.count(matching) } })
  const openMenu = (event: MouseEvent, person: PersonRow): void => {
    event.preventDefault()
    setMenu({ person, x: event.clientX, y: event.clientY })
  }
  usePeopleKeys({
    searchField,
    onTick: (id) => ticks.set([id], !ticks.has(id)),
    onEscape: ticks.clear,
    onHelp: () => setShowsKeys(true),
  })

  const items = people.data?.items ?? []
  const list = {
    people: items,
    ticks,
    sort: search.sort ?? ('name' as const),
    direction: search.direction ?? ('asc' as const),
    onSort: sortBy,
    onAction: actOn,
  }
  return (
    <>
      <ActionBar
        ticks={ticks}
        matching={matching}
        onPage={items.length}
        isPageTicked={items.length > 0 && items.every(({ id }) => ticks.has(id))}
        onAction={actOnSelected}
      />
      <PageTitle
        title={t('title')}
        subtitle={<SeatMeter />}
        action={
          <Group gap="xs">
            <PeopleMore search={search} onSelectByEmail={() => setSelectsByEmail(true)} />
            <Button component={Link} to="/people/import" variant="default" leftSection={<IconFileImport size={16} />}>
              {t('import')}
            </Button>
            <Button component={Link} to="/people/add" leftSection={<IconPlus size={16} />}>
              {t('add')}
            </Button>
          </Group>
        }
      />
      <PeopleFilters search={search} isPhone={isPhone} onFilter={filter} onSort={sortBy} searchField={searchField} />
      {people.isPending && <LoadingRows />}
      {people.isError && <Failure error={people.error} onRetry={() => void people.refetch()} />}
      {people.isSuccess && items.length === 0 && (
        <EmptyState icon={IconUsers} title={t('noneFound')} text={t('noneFoundText')} />
      )}
      {items.length > 0 && (isPhone ? <PeopleCards {...list} /> : <PeopleTable {...list} onContextMenu={openMenu} />)}
      {people.data && (
        <Pager next={people.data.next} previous={people.data.previous} onPage={(cursor) => go({ cursor })} />
      )}

      <ContextMenu at={menu} onClose={() => setMenu(null)} onAction={actOn} />
      {dialog && (
        <Suspense>
          <PeopleDialogs {...dialog} onClose={() => setDialog(null)} onDone={ticks.clear} />
        </Suspense>
      )}
      {selectsByEmail && (
        <Suspense>
          <SelectByEmail
            onSelect={(ids) => {
              ticks.clear()
              ticks.set(ids, true)
            }}
            onClose={() => setSelectsByEmail(false)}
          />
        </Suspense>
      )}
      <KeysDialog opened={showsKeys} onClose={() => setShowsKeys(false)} />
    </>
  )
}

const rowsLoading = 12

function LoadingRows() {
  return (
    <Stack gap={4} aria-hidden>
      {Array.from({ length: rowsLoading }, (_, place) => (
        <Skeleton key={place} height={36} />
      ))}
    </Stack>
  )
}
