import { Anchor, Card, Group, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { getSeats } from '#contract/seats.ts'
import { allows } from '#contract/roles.ts'
import { ask } from '#web/api/ask.ts'
import { useMe } from '#web/api/me.ts'
import { Failure } from '#web/parts/Failure.tsx'

interface FigureProps {
  label: string
  /** Null: there is no limit. */
  figure: number | null
  isBad?: boolean
  /** Where those counted, or more of their kind, are listed, and what that list is called. */
  list?: { to: string; name: string }
}

/** Limit, used, free or over, waiting, leaving: each as a figure, of the whole account. */
export function SeatFigures() {
  const { t } = useTranslation('seats')
  const asked = useQuery(ask(getSeats, {}))
  // Others see lists of their own people only, which are not those counted.
  const seesAll = allows('account', useMe().role)
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={88} />
  const { limit, used, free, overBy, waiting, leavingSoon } = asked.data
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md" w="100%">
      <Figure label={t('limit')} figure={limit} />
      <Figure label={t('used')} figure={used} />
      {overBy > 0 ? <Figure label={t('over')} figure={overBy} isBad /> : <Figure label={t('free')} figure={free} />}
      <Figure
        label={t('waiting')}
        figure={waiting}
        {...(seesAll && { list: { to: '/seats?tab=waiting', name: t('show') } })}
      />
      <Figure
        label={t('leavingSoon')}
        figure={leavingSoon}
        {...(seesAll && { list: { to: '/people?status=leaving', name: t('allWithDate') } })}
      />
    </SimpleGrid>
  )
}

function Figure({ label, figure, isBad = false, list }: FigureProps) {
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
        {list && figure !== 0 && (
          <Anchor component={Link} to={list.to} size="sm" ms="auto" aria-label={`${list.name}: ${label}`}>
            {list.name}
          </Anchor>
        )}
      </Group>
    </Card>
  )
}
