import { Alert, Skeleton, Stack } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { getSeats } from '#contract/seats.ts'
import { ask } from '#web/api/ask.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { FillFromWaiting } from './FillFromWaiting.tsx'
import { LeavingNext } from './LeavingNext.tsx'
import { SeatFigures } from './SeatFigures.tsx'

const SeatChart = lazy(async () => ({ default: (await import('./SeatChart.tsx')).SeatChart }))
const chartHeight = 440

export function SeatsOverview() {
  const asked = useQuery(ask(getSeats, {}))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={480} />
  return (
    <Stack gap="lg">
      {asked.data.overBy > 0 && <OverLimit overBy={asked.data.overBy} />}
      <SeatFigures />
      <Suspense fallback={<Skeleton height={chartHeight} />}>
        <SeatChart />
      </Suspense>
      <LeavingNext />
      <FillFromWaiting seats={asked.data} />
    </Stack>
  )
}

/** T5 */
function OverLimit({ overBy }: { overBy: number }) {
  const { t } = useTranslation('seats')
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />} title={t('overBy', { count: overBy })}>
      {t('overText', { count: overBy })}
    </Alert>
  )
}
