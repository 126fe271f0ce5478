import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { reportByDepartment } from '#contract/reports.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { RateReport } from './RateReport.tsx'
import { report } from './reports.queries.ts'
import type { ReportProps } from './ReportsPage.tsx'

/** Progress by department. */
export function DepartmentsReport({ search }: ReportProps) {
  const { t } = useTranslation('reports')
  const asked = useQuery(report(reportByDepartment, search))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  const nameOf = ({ name }: { name: string }) => name || t('noDepartment')
  return (
    <RateReport
      label={t('tabs.departments')}
      rows={asked.data?.items}
      nameOf={nameOf}
      keyOf={({ departmentId }) => departmentId ?? ''}
      first={{ label: t('department'), kind: 'title', render: nameOf }}
      more={[{ label: t('peopleCount'), kind: 'number', render: ({ people }) => people.toLocaleString('en') }]}
    />
  )
}
