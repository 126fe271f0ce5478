import { Alert } from '@mantine/core'
import { IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMe } from '#web/api/me.ts'
import { daysBetween, showInstant } from '#web/parts/dates.ts'

const SOON_DAYS = 14

/** Tells a person in time that their access ends. Nothing without a date. */
export function EndOfAccess() {
  const { t } = useTranslation('portal')
  const { deactivationDate, deactivateAt, account } = useMe()
  if (!deactivationDate || !deactivateAt) return null

  const days = daysBetween(account.today, deactivationDate)
  return (
    <Alert
      role="status"
      color="yellow"
      icon={<IconClock size={18} />}
      title={t('accessEnds', { instant: showInstant(deactivateAt, account.timeZone) })}
      mb="md"
    >
      {days < SOON_DAYS && (days > 0 ? t('endsInDays', { count: days }) : t('endsToday'))}
    </Alert>
  )
}
