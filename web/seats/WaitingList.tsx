import { Anchor, Button, Stack, Text } from '@mantine/core'
import { IconArmchair } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listUsers, type PersonRow } from '#contract/people.ts'
import { allows } from '#contract/roles.ts'
import { ask } from '#web/api/ask.ts'
import { useMe } from '#web/api/me.ts'
import { ActivateDialog } from '#web/lifecycle/ActivateDialog.tsx'
import type { Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'

const route = getRouteApi('/seats')

/** T3: who waits for a seat, in their order. */
export function WaitingList() {
  const { t } = useTranslation('seats')
  const { cursor } = route.useSearch()
  const navigate = useNavigate()
  const seesAll = allows('account', useMe().role)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const asked = useQuery({
    ...ask(listUsers, { status: ['waiting'], sort: 'statusSince', ...(cursor && { cursor }) }),
    placeholderData: keepPreviousData,
  })
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.data?.items.length === 0)
    return (
      <EmptyState
        icon={IconArmchair}
        title={t(seesAll ? 'nobodyWaits' : 'nobodyOfYoursWaits')}
        text={t('nobodyWaitsText')}
      />
    )
  const columns: Column<PersonRow>[] = [
    {
      label: t('name'),
      kind: 'title',
      render: ({ id, firstName, lastName }) => (
        <Anchor component={Link} to={`/people/${id}`} c="inherit" fw={500}>
          {firstName} {lastName}
        </Anchor>
      ),
    },
    { label: t('email'), kind: 'long', render: ({ email }) => email },
    { label: t('since'), render: ({ statusSince }) => <Ago at={statusSince} /> },
    {
      label: t('actions'),
      kind: 'actions',
      render: ({ id, firstName, lastName }) => (
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => setChosen({ users: { ids: [id] }, count: 1, name: `${firstName} ${lastName}` })}
        >
          {t('activate')}
        </Button>
      ),
    },
  ]
  // The place in the queue is known on the first page only: a page marker tells no number.
  if (!cursor) columns.unshift({ label: t('place'), kind: 'number', render: (_, place) => place + 1 })
  return (
    <Stack gap="md">
      <Text>{t('waitingText')}</Text>
      <DataTable
        label={t('tabWaiting')}
        columns={columns}
        rows={asked.data?.items}
        keyOf={({ id }) => id}
        minWidth={560}
      />
      {asked.data && (
        <Pager
          next={asked.data.next}
          previous={asked.data.previous}
          onPage={(next) => void navigate({ to: '/seats', search: { tab: 'waiting', cursor: next } })}
        />
      )}
      {chosen && <ActivateDialog opened chosen={chosen} onClose={() => setChosen(null)} />}
    </Stack>
  )
}
