import { Box, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listScimCalls, type ScimCall } from '#contract/provisioning.ts'
import { ask } from '#web/api/ask.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { usePages } from '#web/parts/use-pages.ts'

const lookEveryMs = 5_000
type Which = 'all' | 'refused'

/** What identity providers asked for lately, and what they were answered. */
export function Calls() {
  const { t } = useTranslation('provisioning')
  const [which, setWhich] = useState<Which>('all')
  const pages = usePages()
  const asked = { which, limit: 20, ...pages.asked }
  const { data, error, isLoadingError, refetch } = useQuery({
    ...ask(listScimCalls, asked),
    refetchInterval: lookEveryMs,
  })
  if (isLoadingError) return <Failure error={error} onRetry={() => void refetch()} />
  const columns: Column<ScimCall>[] = [
    {
      label: t('call'),
      kind: 'title',
      render: ({ method, path, whom }) => (
        <Box maw={360}>
          <Text fw={500} truncate title={decoded(path)}>
            {method} {decoded(path)}
          </Text>
          {whom !== null && (
            <Text c="dimmed" size="sm" truncate>
              {whom}
            </Text>
          )}
        </Box>
      ),
    },
    { label: t('answer'), kind: 'long', render: (one) => <Said call={one} /> },
    { label: t('token'), render: ({ tokenName }) => tokenName ?? <Text c="dimmed">{t('endedToken')}</Text> },
    { label: t('when'), render: ({ happenedAt }) => <Ago at={happenedAt} /> },
  ]
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label={t('which')}
        style={{ alignSelf: 'flex-start' }}
        data={[
          { value: 'all', label: t('all') },
          { value: 'refused', label: t('refused') },
        ]}
        value={which}
        onChange={(next) => {
          setWhich(next)
          pages.toFirst()
        }}
      />
      {data?.items.length === 0 ? (
        which === 'all' ? (
          <EmptyState icon={IconPlugConnected} title={t('noCalls')} text={t('noCallsText')} />
        ) : (
          <Text c="dimmed">{t('noneRefused')}</Text>
        )
      ) : (
        <>
          <DataTable label={t('calls')} columns={columns} rows={data?.items} keyOf={({ id }) => id} minWidth={820} />
          <Pager {...pages.pagerOf(data)} />
        </>
      )}
    </Stack>
  )
}

function Said({ call: { status, detail } }: { call: ScimCall }) {
  return (
    <>
      <Text {...(status >= 400 && { c: 'red' })}>{status}</Text>
      {detail !== null && (
        <Text c="dimmed" size="sm" style={{ whiteSpace: 'normal' }}>
          {detail}
        </Text>
      )}
    </>
  )
}

/** An address as a person reads it. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
