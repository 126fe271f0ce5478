import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { reportByCourse } from '#contract/reports.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { RateReport } from './RateReport.tsx'
import { report } from './reports.queries.ts'
import type { ReportProps } from './ReportsPage.tsx'

/** Progress by course. */
export function CoursesReport({ search }: ReportProps) {
  const { t } = useTranslation('reports')
  const asked = useQuery(report(reportByCourse, search))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  return (
    <RateReport
      label={t('tabs.courses')}
      rows={asked.data?.items}
      nameOf={({ title }) => title}
      keyOf={({ courseId }) => courseId}
      first={{
        label: t('course'),
        kind: 'title',
        render: ({ courseId, title }) => (
          <Anchor component={Link} to={`/courses/${courseId}?tab=people`} c="inherit" fw={500}>
            {title}
          </Anchor>
        ),
      }}
    />
  )
}
