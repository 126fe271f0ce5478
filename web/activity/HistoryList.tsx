import { Anchor, Group, Select, Skeleton, Stack, Table, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Change, type LifecycleEvent } from '#contract/lifecycle.ts'
import { StatusCause } from '#contract/people.ts'
import { useMe } from '#web/api/me.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { showDate, showInstant } from '#web/parts/dates.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { events } from './activity.queries.ts'

const route = getRouteApi('/activity')

/** H1: every change of every person, the newest first. */
export function HistoryList() {
  const { t } = useTranslation('activity')
  const { change, cause, cursor } = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(events({ change, cause, cursor }))
  const go = (to: { change?: Change | undefined; cause?: StatusCause | undefined; cursor?: string | undefined }): void => {
    const search = Object.fromEntries(Object.entries({ change, cause, ...to }).filter(([, value]) => value !== undefined))
    void navigate({ to: '/activity', search: { tab: 'history', ...search } })
  }
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Select
          aria-label={t('change')}
          placeholder={t('anyChange')}
          data={Change.options.map((one) => ({ value: one, label: t(`changes.${one}`) }))}
          value={change ?? null}
          onChange={(one) => go({ change: (one as Change | null) ?? undefined })}
          clearable
        />
        <Select
          aria-label={t('reason')}
          placeholder={t('anyCause')}
          data={StatusCause.options.map((one) => ({ value: one, label: t(`cause.${one}`) }))}
          value={cause ?? null}
          onChange={(one) => go({ cause: (one as StatusCause | null) ?? undefined })}
          clearable
        />
      </Group>
      {asked.isPending && <Skeleton height={320} />}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <EmptyState icon={IconHistory} title={t('noHistory')} text={t('noHistoryText')} />}
      {asked.data && asked.data.items.length > 0 && <Rows items={asked.data.items} />}
      {asked.data && <Pager next={asked.data.next} previous={asked.data.previous} onPage={(next) => go({ cursor: next })} />}
    </Stack>
  )
}

function Rows({ items }: { items: readonly LifecycleEvent[] }) {
  const { t } = useTranslation('activity')
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table highlightOnHover aria-label={t('tabHistory')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('person')}</Table.Th>
            <Table.Th>{t('who')}</Table.Th>
            <Table.Th>{t('when')}</Table.Th>
            <Table.Th>{t('reason')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((event) => (
            <Row key={event.id} event={event} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Row({ event }: { event: LifecycleEvent }) {
  const { t } = useTranslation('activity')
  const { account } = useMe()
  const dates = { to: event.toDate ? showDate(event.toDate) : '', from: event.fromDate ? showDate(event.fromDate) : '' }
  const schedule = event.byName ? t('byScheduleOf', { name: event.byName }) : t('bySchedule')
  return (
    <Table.Tr>
      <Table.Td>
        {event.change === 'deleted' ? (
          event.userName
        ) : (
          <Anchor component={Link} to={`/people/${event.userId}`} c="inherit" fw={500}>
            {event.userName || t('deletedPerson')}
          </Anchor>
        )}{' '}
        {t(`event.${event.change}`, dates)}
      </Table.Td>
      <Table.Td>{event.cause === 'schedule' ? schedule : (event.byName ?? t('nobody'))}</Table.Td>
      <Table.Td>
        <Ago at={event.happenedAt} />
        {event.dueAt && (
          <Text size="xs" c="dimmed">
            {t('due', { due: showInstant(event.dueAt, account.timeZone) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text lineClamp={1}>{event.reason}</Text>
      </Table.Td>
    </Table.Tr>
  )
}
