import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import type { listMyHistory } from '#contract/portal.ts'
import { useMe } from '#web/api/me.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showDay } from '#web/parts/dates.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { myHistory } from './portal.queries.ts'

type Round = Answer<typeof listMyHistory>['items'][number]

/** Every round of every course that I have or had. */
export function LearningHistoryPage() {
  const { t } = useTranslation('portal')
  const { account } = useMe()
  const asked = useQuery(myHistory())
  const day = (at: string | null) => at && showDay(at, account.timeZone)
  const columns: Column<Round>[] = [
    {
      label: t('course'),
      kind: 'title',
      render: ({ courseTitle, round }) => (round > 1 ? t('courseRound', { title: courseTitle, round }) : courseTitle),
    },
    {
      label: t('standing'),
      render: ({ state, withdrawnAt }) => (withdrawnAt ? t('withdrawn') : t(`learning.${state}`)),
    },
    { label: t('progress'), kind: 'number', render: ({ progress }) => t('percent', { progress }) },
    {
      label: t('score'),
      kind: 'number',
      render: ({ score }) => score !== null && t('percent', { progress: Math.round(score) }),
    },
    {
      label: t('timeSpent'),
      kind: 'number',
      render: ({ seconds }) => t('minutes', { count: Math.round(seconds / 60) }),
    },
    { label: t('enrolled'), render: ({ enrolledAt }) => day(enrolledAt) },
    { label: t('completed'), render: ({ completedAt }) => day(completedAt) },
  ]
  return (
    <>
      <PageTitle title={t('history')} subtitle={t('historyText')} />
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess && asked.data.items.length === 0 ? (
        <EmptyState icon={IconHistory} title={t('noHistory')} text={t('noCoursesText')} />
      ) : (
        !asked.isError && (
          <DataTable
            label={t('history')}
            columns={columns}
            rows={asked.data?.items}
            keyOf={({ enrollmentId }) => enrollmentId}
            minWidth={720}
          />
        )
      )}
    </>
  )
}
