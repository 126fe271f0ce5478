import { Anchor, Badge, Group, Select, Stack } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type ListedOperation, OperationKind } from '#contract/lifecycle.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { operations } from './activity.queries.ts'
import { Counts, KindOf } from './OperationWords.tsx'

const route = getRouteApi('/activity')

/** Requests that changed people, the newest first. */
export function OperationList() {
  const { t } = useTranslation('activity')
  const search = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(operations(search))
  const filter = (kind: OperationKind | null): void =>
    void navigate({ to: '/activity', search: { ...(kind && { kind }) } })
  const isEmpty = asked.data?.items.length === 0
  return (
    <Stack gap="md">
      <Select
        aria-label={t('what')}
        placeholder={t('anyKind')}
        data={OperationKind.options.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
        value={search.kind ?? null}
        onChange={(kind) => filter(kind)}
        clearable
        maw={280}
      />
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {isEmpty && search.kind && <EmptyState icon={IconActivity} title={t('noneOfKind')} text={t('noneOfKindText')} />}
      {isEmpty && !search.kind && (
        <EmptyState icon={IconActivity} title={t('noOperations')} text={t('noOperationsText')} />
      )}
      {!asked.isError && !isEmpty && <Rows items={asked.data?.items} />}
      {asked.data && (
        <Pager
          next={asked.data.next}
          previous={asked.data.previous}
          onPage={(cursor) => void navigate({ to: '/activity', search: { ...search, cursor } })}
        />
      )}
    </Stack>
  )
}

function Rows({ items }: { items: readonly ListedOperation[] | undefined }) {
  const { t } = useTranslation('activity')
  const columns: Column<ListedOperation>[] = [
    {
      label: t('what'),
      kind: 'title',
      render: (operation) => (
        <Group gap="xs">
          <Anchor component={Link} to={`/activity/${operation.id}`} c="inherit" fw={500}>
            <KindOf operation={operation} />
          </Anchor>
          {operation.state !== 'finished' && (
            <Badge variant="light" size="sm">
              {t(`states.${operation.state}`)}
            </Badge>
          )}
          {operation.undoneBy && (
            <Badge variant="default" size="sm">
              {t('wasUndone')}
            </Badge>
          )}
        </Group>
      ),
    },
    { label: t('result'), render: (operation) => <Counts operation={operation} /> },
    { label: t('who'), render: ({ by }) => by ?? t('nobody') },
    { label: t('when'), render: ({ startedAt }) => <Ago at={startedAt} /> },
    { label: t('reason'), kind: 'long', render: ({ reason }) => reason && <span title={reason}>{reason}</span> },
  ]
  return <DataTable label={t('tabOperations')} columns={columns} rows={items} keyOf={({ id }) => id} minWidth={880} />
}
