import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { type Leaving, reportLifecycle } from '#contract/reports.ts'
import { useMe } from '#web/api/me.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showInstant } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { OverTime } from './OverTime.tsx'
import { report } from './reports.queries.ts'
import type { ReportProps } from './ReportsPage.tsx'

type Row = z.output<typeof Leaving>

/** Who came, left and returned: when, why and by whom (H1). */
export function LifecycleReport({ search, onSearch }: ReportProps) {
  const { t } = useTranslation(['reports', 'activity'])
  const { account } = useMe()
  const asked = useQuery(report(reportLifecycle, search))
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  const columns: Column<Row>[] = [
    {
      label: t('person'),
      kind: 'title',
      render: ({ userId, name }) => (
        <Anchor component={Link} to={`/people/${userId}?tab=history`} c="inherit" fw={500}>
          {name}
        </Anchor>
      ),
    },
    { label: t('change'), render: ({ change }) => t(`changes.${change}`) },
    { label: t('when'), render: ({ at }) => showInstant(at, account.timeZone) },
    { label: t('cause'), render: ({ cause }) => t(`causes.${cause}`) },
    { label: t('byWhom'), render: ({ by }) => by },
    { label: t('reason'), kind: 'long', render: ({ reason }) => reason },
    { label: t('statusNow'), render: ({ status }) => t(`statuses.${status}`) },
  ]
  const isFirstPage = search.cursor === undefined
  return (
    <>
      {isFirstPage && asked.data && (
        <OverTime
          label={t('byMonth')}
          rows={asked.data.months}
          series={[
            { name: 'added', label: t('changes.added'), color: 'accent.6' },
            { name: 'activated', label: t('changes.activated'), color: 'green.7' },
            { name: 'deactivated', label: t('changes.deactivated'), color: 'gray.6' },
          ]}
        />
      )}
      <DataTable
        label={t('tabs.lifecycle')}
        columns={columns}
        rows={asked.data?.items}
        keyOf={({ eventId }) => eventId}
        minWidth={920}
      />
      {asked.data && <Pager {...asked.data} onPage={(cursor) => onSearch({ cursor })} />}
    </>
  )
}
