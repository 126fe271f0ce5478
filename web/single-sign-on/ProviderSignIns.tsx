import { Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type IdentityProvider, listProviderSignIns, type ProviderSignIn } from '#contract/single-sign-on.ts'
import { ask } from '#web/api/ask.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'

/** Who came back from a provider, and what became of it. */
export function ProviderSignIns({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const { t } = useTranslation(['single-sign-on', 'parts'])
  const [cursors, setCursors] = useState<string[]>([])
  const cursor = cursors.at(-1)
  const asked = { providerId: provider.id, limit: 20, ...(cursor !== undefined && { cursor }) }
  const { data, error, refetch } = useQuery(ask(listProviderSignIns, asked))
  const columns: Column<ProviderSignIn>[] = [
    {
      label: t('person'),
      kind: 'title',
      render: ({ userName }) => <Text fw={500}>{userName ?? t('nobody')}</Text>,
    },
    { label: t('when'), render: ({ happenedAt }) => <Ago at={happenedAt} /> },
    { label: t('result'), kind: 'long', render: (signIn) => <Result signIn={signIn} /> },
  ]
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('logTitle', { name: provider.name })}
      closeButtonProps={{ 'aria-label': t('parts:close') }}
    >
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data?.items.length === 0 ? (
        <Text c="dimmed">{t('noSignIns')}</Text>
      ) : (
        <Stack gap="md">
          <DataTable label={t('log')} columns={columns} rows={data?.items} keyOf={({ id }) => id} minWidth={520} />
          <Pager
            previous={cursors.length > 0 ? 'back' : null}
            next={data?.next ?? null}
            onPage={(to) => setCursors(to === 'back' ? cursors.slice(0, -1) : [...cursors, to])}
          />
        </Stack>
      )}
    </Modal>
  )
}

const letIn = ['signed_in', 'created', 'linked', 'connected'] as const
const refused = [
  'account_inactive',
  'waits_for_seat',
  'not_connected',
  'identity_taken',
  'sign_in_over',
  'provider_refused',
  'provider_failed',
] as const

function Result({ signIn: { outcome, said } }: { signIn: ProviderSignIn }) {
  const { t } = useTranslation('single-sign-on')
  const known = [...letIn, ...refused].find((one) => one === outcome)
  const isIn = letIn.some((one) => one === outcome)
  return (
    <>
      <Text {...(!isIn && { c: 'red' })}>{known ? t(`outcome.${known}`) : outcome}</Text>
      {said && (
        <Text c="dimmed" style={{ whiteSpace: 'normal' }}>
          {said}
        </Text>
      )}
    </>
  )
}
