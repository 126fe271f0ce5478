import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type IdentityProvider, listProviderSignIns, type ProviderSignIn } from '#contract/single-sign-on.ts'
import { ask } from '#web/api/ask.ts'
import { Ago } from '#web/parts/Ago.tsx'
import type { Column } from '#web/parts/DataTable.tsx'
import { LogDialog } from '#web/parts/LogDialog.tsx'
import { usePages } from '#web/parts/use-pages.ts'

/** Who came back from a provider, and what became of it. */
export function ProviderSignIns({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const { t } = useTranslation('single-sign-on')
  const pages = usePages()
  const page = useQuery(ask(listProviderSignIns, { providerId: provider.id, limit: 20, ...pages.asked }))
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
    <LogDialog
      title={t('logTitle', { name: provider.name })}
      label={t('log')}
      empty={t('noSignIns')}
      columns={columns}
      page={page}
      pager={pages.pagerOf(page.data)}
      onClose={onClose}
    />
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
