import { Anchor, Box, SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Operation, Outcome } from '#contract/lifecycle.ts'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { outcomes } from './activity.queries.ts'

const route = getRouteApi('/activity/$operationId')
type Fate = Outcome['outcome']
const fates = ['changed', 'already_so', 'refused', 'not_reached'] as const satisfies Fate[]

/** B4: what became of each person of an operation, and why. */
export function OutcomeList({ operation: { id: operationId, remaining } }: { operation: Operation }) {
  const { t } = useTranslation('activity')
  const search = route.useSearch()
  const navigate = useNavigate()
  const asked = useQuery(outcomes(operationId, search))
  const go = (to: { outcome?: Fate; cursor?: string }): void =>
    void navigate({ to: '/activity/$operationId', params: { operationId }, search: to, replace: true })

  const known = fates.filter((outcome) => outcome !== 'not_reached' || remaining > 0)
  const columns: Column<Outcome>[] = [
    { label: t('person'), kind: 'title', render: (person) => <Person person={person} /> },
    { label: t('email'), render: ({ email }) => email },
    { label: t('outcome'), render: ({ outcome }) => t(`outcomes.${outcome}`) },
    { label: t('why'), kind: 'long', render: ({ refusal }) => refusal && t(`refusal.${refusal}`) },
  ]
  return (
    <Stack gap="sm">
      <Box maw="100%" style={{ overflowX: 'auto' }}>
        <SegmentedControl
          aria-label={t('outcome')}
          data={[
            { value: '', label: t('anyOutcome') },
            ...known.map((outcome) => ({ value: outcome, label: t(`outcomes.${outcome}`) })),
          ]}
          value={search.outcome ?? ''}
          onChange={(outcome) => go(outcome ? { outcome } : {})}
          w="fit-content"
        />
      </Box>
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <Text c="dimmed">{t('nobodyOfThis')}</Text>}
      {!asked.isError && asked.data?.items.length !== 0 && (
        <DataTable label={t('outcome')} columns={columns} rows={asked.data?.items} keyOf={({ userId }) => userId} />
      )}
      {asked.data && (
        <Pager
          next={asked.data.next}
          previous={asked.data.previous}
          onPage={(cursor) => go({ ...(search.outcome && { outcome: search.outcome }), cursor })}
        />
      )}
    </Stack>
  )
}

function Person({ person: { userId, name } }: { person: Outcome }) {
  const { t } = useTranslation('activity')
  if (!name) return <Text c="dimmed">{t('deletedPerson')}</Text>
  return (
    <Anchor component={Link} to={`/people/${userId}`} c="inherit" fw={500}>
      {name}
    </Anchor>
  )
}
