import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { reportSignIns } from '#contract/reports.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { OverTime } from './OverTime.tsx'
import { report } from './reports.queries.ts'
import type { ReportProps } from './ReportsPage.tsx'

/** Sign-ins over time, and those that were refused. */
export function SignInsReport({ search }: ReportProps) {
  const { t } = useTranslation('reports')
  const asked = useQuery(report(reportSignIns, search))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  return (
    <OverTime
      label={t('tabs.sign-ins')}
      rows={asked.data?.items}
      series={[
        { name: 'signIns', label: t('signIns'), color: 'accent.6' },
        { name: 'people', label: t('peopleCount'), color: 'gray.5' },
        { name: 'refused', label: t('refused'), color: 'red.6' },
      ]}
    />
  )
}
