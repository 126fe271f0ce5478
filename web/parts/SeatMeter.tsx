import { Progress, Skeleton, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { getSeats, type Seats } from '#contract/seats.ts'
import { ask } from '#web/api/ask.ts'
import classes from './SeatMeter.module.css'

/** "182 of 200 seats used · 6 leave this month", exact at the moment of the answer (T1). `withBar` draws it, too. */
export function SeatMeter({ withBar = false }: { withBar?: boolean }) {
  const { data: seats } = useQuery(ask(getSeats, {}))
  if (!seats) return <Skeleton height={withBar ? 28 : 20} width={withBar ? '100%' : 240} />

  return (
    <div className={classes.meter} data-stacked={withBar || undefined}>
      <SeatWords seats={seats} />
      {withBar && <SeatBar seats={seats} />}
    </div>
  )
}

function SeatWords({ seats }: { seats: Seats }) {
  const { t } = useTranslation('parts')
  const { limit, used, overBy, waiting, leavingThisMonth } = seats
  return (
    <div className={classes.words}>
      <span>{limit === null ? t('seatsUsedUnlimited', { count: used }) : t('seatsUsed', { used, count: limit })}</span>
      {overBy > 0 && (
        <Text component="span" inherit fw={600} className={classes.over}>
          <IconAlertTriangle size={14} aria-hidden /> {t('overLimit', { over: overBy })}
        </Text>
      )}
      {leavingThisMonth > 0 && <span>{t('leaveThisMonth', { count: leavingThisMonth })}</span>}
      {waiting > 0 && <span>{t('waiting', { count: waiting })}</span>}
    </div>
  )
}

function SeatBar({ seats: { limit, used, overBy } }: { seats: Seats }) {
  if (limit === null) return null
  return (
    <Progress
      value={Math.min(100, (used / limit) * 100)}
      size={4}
      mt={6}
      color={overBy > 0 ? 'red' : 'gray'}
      aria-hidden
    />
  )
}
