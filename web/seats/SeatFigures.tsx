import { Card, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { getSeats } from '#contract/seats.ts'
import { ask } from '#web/api/ask.ts'
import { Failure } from '#web/parts/Failure.tsx'

/** Limit, used, free or over, waiting, leaving: each as a figure. */
export function SeatFigures() {
  const { t } = useTranslation('seats')
  const asked = useQuery(ask(getSeats, {}))
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={88} />
  const { limit, used, free, overBy, waiting, leavingSoon } = asked.data
  const shown = (figure: number): string => figure.toLocaleString('en')
  const figures = [
    [t('limit'), limit === null ? t('unlimited') : shown(limit)],
    [t('used'), shown(used)],
    overBy > 0 ? [t('over'), shown(overBy)] : [t('free'), free === null ? t('unlimited') : shown(free)],
    [t('waiting'), shown(waiting)],
    [t('leavingSoon'), shown(leavingSoon)],
  ] as const
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md" w="100%">
      {figures.map(([label, figure]) => (
        <Card key={label} padding="md">
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text fz="xl" fw={600}>
            {figure}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  )
}
