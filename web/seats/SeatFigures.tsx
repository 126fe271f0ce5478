import { Anchor, Card, Group, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { getSeats } from '#contract/seats.ts'
import { ask } from '#web/api/ask.ts'
import { Failure } from '#web/parts/Failure.tsx'

interface FigureProps {
  label: string
  /** Null: there is no limit. */
  figure: number | null
  isBad?: boolean
  to?: string
}

/** Limit, used, free or over, waiting, leaving: each as a figure. */
export function SeatFigures() {
  const { t } = useTranslation('seats')
  const asked = useQuery(ask(getSeats, {}))
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={88} />
  const { limit, used, free, overBy, waiting, leavingSoon } = asked.data
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md" w="100%">
      <Figure label={t('limit')} figure={limit} />
      <Figure label={t('used')} figure={used} />
      {overBy > 0 ? <Figure label={t('over')} figure={overBy} isBad /> : <Figure label={t('free')} figure={free} />}
      <Figure label={t('waiting')} figure={waiting} to="/seats?tab=waiting" />
      <Figure label={t('leavingSoon')} figure={leavingSoon} to="/people?status=leaving" />
    </SimpleGrid>
  )
}

function Figure({ label, figure, isBad = false, to }: FigureProps) {
  const { t } = useTranslation('seats')
  return (
    <Card padding="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Group gap={6} c={isBad ? 'var(--mantine-color-error)' : 'var(--mantine-color-text)'}>
        {isBad && <IconAlertTriangle size={18} aria-hidden />}
        <Text fz="xl" fw={600}>
          {figure === null ? t('unlimited') : figure.toLocaleString('en')}
        </Text>
        {to && figure !== 0 && (
          <Anchor component={Link} to={to} size="sm" ms="auto" aria-label={`${t('show')}: ${label}`}>
            {t('show')}
          </Anchor>
        )}
      </Group>
    </Card>
  )
}
