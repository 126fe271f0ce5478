import { Button, Skeleton, Stack, Text, Timeline } from '@mantine/core'
import {
  IconCalendarEvent,
  IconCalendarOff,
  IconCrown,
  IconLock,
  IconUserCheck,
  IconUserOff,
  IconUserPlus,
} from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type LifecycleEvent, listEvents } from '#contract/lifecycle.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { showDate, showInstant } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'

const icons = {
  added: IconUserPlus,
  deactivated: IconUserOff,
  scheduled: IconCalendarEvent,
  date_cleared: IconCalendarOff,
  date_moved: IconCalendarEvent,
  activated: IconUserCheck,
  deleted: IconUserOff,
  owner_changed: IconCrown,
  sign_in_refused: IconLock,
} as const

/** H1: everything that changed whether somebody is in, the newest first. */
export function HistoryTab({ userId }: { userId: string }) {
  const { t } = useTranslation('people')
  const history = useInfiniteQuery({
    queryKey: [listEvents.tag, listEvents.path, { userId }],
    queryFn: ({ pageParam, signal }) =>
      call(listEvents, { userId, limit: 20, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  if (history.isLoadingError) return <Failure error={history.error} onRetry={() => void history.refetch()} />
  if (history.isPending) return <Skeleton height={240} maw={560} />
  const events = history.data.pages.flatMap((page) => page.items)
  if (events.length === 0) return <Text c="dimmed">{t('noHistory')}</Text>
  return (
    <Stack gap="md" maw={640} align="flex-start">
      <Timeline bulletSize={24} lineWidth={2} active={-1}>
        {events.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </Timeline>
      {history.hasNextPage && (
        <Button variant="default" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('loadMore')}
        </Button>
      )}
    </Stack>
  )
}

function Event({ event }: { event: LifecycleEvent }) {
  const { t } = useTranslation('people')
  const { account } = useMe()
  const Icon = icons[event.change]
  const dates = { to: event.toDate ? showDate(event.toDate) : '', from: event.fromDate ? showDate(event.fromDate) : '' }
  return (
    <Timeline.Item bullet={<Icon size={14} />} title={t(`event.${event.change}`, dates)}>
      <Text size="sm" c="dimmed" component="div">
        <Ago at={event.happenedAt} /> {byWhom(event, t)}
        {event.reason && ` · ${event.reason}`}
      </Text>
      {event.dueAt && (
        <Text size="sm" c="dimmed">
          {t('dueAt', {
            due: showInstant(event.dueAt, account.timeZone),
            recorded: showInstant(event.happenedAt, account.timeZone),
          })}
        </Text>
      )}
    </Timeline.Item>
  )
}

function byWhom({ cause, byName }: LifecycleEvent, t: ReturnType<typeof useTranslation<'people'>>['t']): string {
  if (cause === 'schedule') return byName ? t('byScheduleOf', { name: byName }) : t('bySchedule')
  return byName ? t('byName', { name: byName }) : ''
}
