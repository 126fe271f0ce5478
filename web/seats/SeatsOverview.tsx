import { Alert, Skeleton, Stack, Switch } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { allows } from '#contract/roles.ts'
import { changeSeats, getSeats, type Seats } from '#contract/seats.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'
import { SeatFigures } from './SeatFigures.tsx'

const SeatChart = lazy(async () => ({ default: (await import('./SeatChart.tsx')).SeatChart }))

export function SeatsOverview() {
  const asked = useQuery(ask(getSeats, {}))
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={480} />
  return (
    <Stack gap="lg">
      {asked.data.overBy > 0 && <OverLimit overBy={asked.data.overBy} />}
      <SeatFigures />
      <Suspense fallback={<Skeleton height={320} />}>
        <SeatChart />
      </Suspense>
      <FillFromWaiting seats={asked.data} />
    </Stack>
  )
}

/** T5 */
function OverLimit({ overBy }: { overBy: number }) {
  const { t } = useTranslation('seats')
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />} title={`${t('over')} ${overBy}`}>
      {t('overText', { count: overBy })}
    </Alert>
  )
}

/** T3: nobody is activated silently, unless the owner wants it. */
function FillFromWaiting({ seats }: { seats: Seats }) {
  const { t } = useTranslation('seats')
  const { role } = useMe()
  const queryClient = useQueryClient()
  const change = useMutation({
    mutationFn: (fillFromWaiting: boolean) => call(changeSeats, { fillFromWaiting }),
    onSuccess: (told) => {
      void askAgain(queryClient)
      toastDone({ title: t(told.fillFromWaiting ? 'fillOn' : 'fillOff') })
    },
    onError: toastRefused,
  })
  return (
    <Switch
      label={t('fill')}
      description={t('fillHelp')}
      checked={seats.fillFromWaiting}
      disabled={!allows(changeSeats.access, role) || change.isPending}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  )
}
