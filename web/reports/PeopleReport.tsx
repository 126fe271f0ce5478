import { Anchor, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { type PersonProgress, reportByPerson } from '#contract/reports.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import classes from './ReportsPage.module.css'
import { report } from './reports.queries.ts'
import type { ReportProps } from './ReportsPage.tsx'

type Row = z.output<typeof PersonProgress>

/** Progress by person, active and inactive alike (H2). */
export function PeopleReport({ search, onSearch }: ReportProps) {
  const { t } = useTranslation('reports')
  const asked = useQuery(report(reportByPerson, search))
  const [typed, setTyped] = useState(search.search ?? '')
  const find = useDebouncedCallback((text: string) => onSearch({ search: text || undefined }), 250)
  const columns: Column<Row>[] = [
    {
      label: t('person'),
      kind: 'title',
      render: ({ userId, name, email }) => (
        <>
          <Anchor component={Link} to={`/people/${userId}?tab=courses`} c="inherit" fw={500}>
            {name}
          </Anchor>
          <Text size="sm" c="dimmed" truncate maw={230} title={email}>
            {email}
          </Text>
        </>
      ),
    },
    { label: t('status'), render: ({ status }) => t(`statuses.${status}`) },
    { label: t('department'), render: ({ department }) => department },
    { label: t('enrolled'), kind: 'number', render: ({ enrolled }) => enrolled },
    { label: t('completed'), kind: 'number', render: ({ completed }) => completed },
    { label: t('overdue'), kind: 'number', render: ({ overdue }) => overdue },
    {
      label: t('averageScore'),
      kind: 'number',
      render: ({ averageScore }) => averageScore !== null && t('percent', { value: averageScore }),
    },
    { label: t('hours'), kind: 'number', render: ({ seconds }) => (seconds / 3600).toFixed(1) },
    { label: t('lastActivity'), render: ({ lastAt }) => lastAt && <Ago at={lastAt} /> },
  ]
  return (
    <>
      <TextInput
        type="search"
        className={classes.notPrinted}
        aria-label={t('searchPeople')}
        placeholder={t('searchPeople')}
        leftSection={<IconSearch size={16} />}
        maw={320}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          find(event.currentTarget.value)
        }}
      />
      {asked.isError ? (
        <Failure error={asked.error} onRetry={() => void asked.refetch()} />
      ) : asked.data?.items.length === 0 ? (
        <EmptyState icon={IconUsers} title={t('nobody')} text={t('nothingText')} />
      ) : (
        <DataTable
          label={t('tabs.people')}
          columns={columns}
          rows={asked.data?.items}
          keyOf={({ userId }) => userId}
          minWidth={960}
        />
      )}
      {asked.data && <Pager {...asked.data} onPage={(cursor) => onSearch({ cursor })} />}
    </>
  )
}
