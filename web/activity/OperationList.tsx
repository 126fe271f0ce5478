import { Anchor, Badge, Group, Select, Skeleton, Stack, Table, Text } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Operation, OperationKind } from '#contract/lifecycle.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { showDate } from '#web/parts/dates.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { operations } from './activity.queries.ts'

const route = getRouteApi('/activity')

/** Requests that changed people, the newest first. */
export function OperationList() {
  const { t } = useTranslation('activity')
  const search = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(operations(search))
  return (
    <Stack gap="md">
      <Select
        aria-label={t('what')}
        placeholder={t('anyKind')}
        data={OperationKind.options.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        value={search.kind ?? null}
        onChange={(kind) => void navigate({ to: '/activity', search: { ...(kind && { kind: kind as OperationKind }) } })}
        clearable
        maw={280}
      />
      {asked.isPending && <Skeleton height={320} />}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <EmptyState icon={IconActivity} title={t('noOperations')} text={t('noOperationsText')} />}
      {asked.data && asked.data.items.length > 0 && <Rows items={asked.data.items} />}
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

function Rows({ items }: { items: readonly Operation[] }) {
  const { t } = useTranslation('activity')
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table highlightOnHover aria-label={t('tabOperations')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('what')}</Table.Th>
            <Table.Th>{t('result')}</Table.Th>
            <Table.Th>{t('who')}</Table.Th>
            <Table.Th>{t('when')}</Table.Th>
            <Table.Th>{t('reason')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((operation) => (
            <Table.Tr key={operation.id}>
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  <Anchor component={Link} to={`/activity/${operation.id}`} c="inherit" fw={500}>
                    <KindOf operation={operation} />
                  </Anchor>
                  {operation.undoneBy && (
                    <Badge variant="default" size="sm">
                      {t('wasUndone')}
                    </Badge>
                  )}
                </Group>
              </Table.Td>
              <Table.Td>
                <Counts operation={operation} />
              </Table.Td>
              <Table.Td>{operation.by ?? t('nobody')}</Table.Td>
              <Table.Td>
                <Ago at={operation.startedAt} />
              </Table.Td>
              <Table.Td>
                <Text lineClamp={1}>{operation.reason}</Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

export function KindOf({ operation: { kind, deactivationDate } }: { operation: Operation }) {
  const { t } = useTranslation('activity')
  const isDated = kind === 'schedule' && deactivationDate !== null
  return <>{isDated ? t('kindWith', { kind: t(`kind.${kind}`), date: showDate(deactivationDate) }) : t(`kind.${kind}`)}</>
}

/** "38 changed · 1 already so · 1 refused" */
export function Counts({ operation: { changed, alreadySo, refused } }: { operation: Operation }) {
  const { t } = useTranslation('activity')
  const parts = [
    t('changed', { count: changed }),
    alreadySo > 0 && t('already', { count: alreadySo }),
    refused > 0 && t('refused', { count: refused }),
  ]
  return <>{parts.filter(Boolean).join(' · ')}</>
}
