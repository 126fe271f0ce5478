import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { reportCompletions } from '#contract/reports.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { OverTime } from './OverTime.tsx'
import { report } from './reports.queries.ts'
import type { ReportProps } from './ReportsPage.tsx'

/** Completions over time. */
export function CompletionsReport({ search }: ReportProps) {
  const { t } = useTranslation('reports')
  const asked = useQuery(report(reportCompletions, search))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  return (
    <OverTime
      label={t('tabs.completions')}
      rows={asked.data?.items}
      series={[{ name: 'completions', label: t('completions'), color: 'green.7' }]}
    />
  )
}
