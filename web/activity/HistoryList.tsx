import { Anchor, Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconHistory, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Input } from '#contract/endpoint.ts'
import { Change, type LifecycleEvent, type listEvents } from '#contract/lifecycle.ts'
import { StatusCause } from '#contract/people.ts'
import { useMe } from '#web/api/me.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showDate, showInstant } from '#web/parts/dates.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { events } from './activity.queries.ts'

const route = getRouteApi('/activity')
type Asked = Pick<Input<typeof listEvents>, 'userId' | 'change' | 'cause' | 'cursor'>
type Filters = { [Name in keyof Asked]?: Asked[Name] | undefined }

/** H1: every change of every person, the newest first. */
export function HistoryList() {
  const { t } = useTranslation('activity')
  const { userId, change, cause, cursor } = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(events({ userId, change, cause, cursor }))
  const go = (to: Filters): void => {
    const search = Object.fromEntries(
      Object.entries({ userId, change, cause, ...to }).filter(([, value]) => value !== undefined),
    )
    void navigate({ to: '/activity', search: { tab: 'history', ...search } })
  }
  const isEmpty = asked.data?.items.length === 0
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Select
          aria-label={t('change')}
          placeholder={t('anyChange')}
          data={Change.options.map((one) => ({ value: one, label: t(`changes.${one}`) }))}
          value={change ?? null}
          onChange={(one) => go({ change: one ?? undefined })}
          clearable
        />
        <Select
          aria-label={t('filterCause')}
          placeholder={t('anyCause')}
          data={StatusCause.options.map((one) => ({ value: one, label: t(`cause.${one}`) }))}
          value={cause ?? null}
          onChange={(one) => go({ cause: one ?? undefined })}
          clearable
        />
        {userId && (
          <Button variant="default" leftSection={<IconX size={16} />} onClick={() => go({ userId: undefined })}>
            {t('everybody')}
          </Button>
        )}
      </Group>
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {isEmpty && (change || cause) && (
        <EmptyState icon={IconHistory} title={t('noHistory')} text={t('noHistoryText')} />
      )}
      {isEmpty && !change && !cause && (
        <EmptyState icon={IconHistory} title={t('noHistoryYet')} text={t('noHistoryYetText')} />
      )}
      {!asked.isError && !isEmpty && <Rows items={asked.data?.items} />}
      {asked.data && (
        <Pager next={asked.data.next} previous={asked.data.previous} onPage={(next) => go({ cursor: next })} />
      )}
    </Stack>
  )
}

function Rows({ items }: { items: readonly LifecycleEvent[] | undefined }) {
  const { t } = useTranslation('activity')
  const columns: Column<LifecycleEvent>[] = [
    { label: t('happened'), kind: 'title', render: (event) => <Happened event={event} /> },
    { label: t('who'), render: (event) => <Who event={event} /> },
    { label: t('when'), render: (event) => <When event={event} /> },
    { label: t('reason'), kind: 'long', render: ({ reason }) => reason && <span title={reason}>{reason}</span> },
    {
      label: t('ofOperation'),
      kind: 'actions',
      render: ({ operationId }) =>
        operationId && (
          <Anchor component={Link} to={`/activity/${operationId}`} size="sm">
            {t('details')}
          </Anchor>
        ),
    },
  ]
  return <DataTable label={t('tabHistory')} columns={columns} rows={items} keyOf={({ id }) => id} minWidth={880} />
}

/** "Lea Learner was deactivated" */
function Happened({ event: { change, userId, userName, fromDate, toDate } }: { event: LifecycleEvent }) {
  const { t } = useTranslation('activity')
  const name = userName || t('deletedPerson')
  const dates = { to: toDate ? showDate(toDate) : '', from: fromDate ? showDate(fromDate) : '' }
  return (
    <>
      {change === 'deleted' || !userName ? (
        <Text component="span" fw={500}>
          {name}
        </Text>
      ) : (
        <Anchor component={Link} to={`/people/${userId}`} c="inherit" fw={500}>
          {name}
        </Anchor>
      )}{' '}
      {t(`event.${change}`, dates)}
    </>
  )
}

function Who({ event: { cause, byName } }: { event: LifecycleEvent }) {
  const { t } = useTranslation('activity')
  const schedule = byName ? t('byScheduleOf', { name: byName }) : t('bySchedule')
  return cause === 'schedule' ? schedule : (byName ?? t('nobody'))
}

const onTimeMs = 60_000

/** When it was written down; and when it was due, if the clock came late. Access had ended then already (S1). */
function When({ event: { happenedAt, dueAt } }: { event: LifecycleEvent }) {
  const { t } = useTranslation('activity')
  const { account } = useMe()
  const isLate = dueAt !== null && Date.parse(happenedAt) - Date.parse(dueAt) > onTimeMs
  return (
    <>
      <Ago at={happenedAt} />
      {isLate && (
        <Text size="xs" c="dimmed">
          {t('due', { due: showInstant(dueAt, account.timeZone) })}
        </Text>
      )}
    </>
  )
}
