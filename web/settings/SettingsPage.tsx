import { Skeleton, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { getAccount, listTimeZones } from '#contract/accounts.ts'
import { ask } from '#web/api/ask.ts'
import { Connections } from '#web/connections/Connections.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { MailLog } from '#web/mail/MailLog.tsx'
import { Templates } from '#web/mail/Templates.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Provisioning } from '#web/provisioning/Provisioning.tsx'
import { ChangeLimit } from '#web/seats/ChangeLimit.tsx'
import { SeatFigures } from '#web/seats/SeatFigures.tsx'
import { Providers } from '#web/single-sign-on/Providers.tsx'
import { Tokens } from '#web/tokens/Tokens.tsx'
import { Webhooks } from '#web/webhooks/Webhooks.tsx'
import { AccountForm } from './AccountForm.tsx'
import { FieldsTab } from './FieldsTab.tsx'
import { Ownership } from './Ownership.tsx'
import { SecondStepRule } from './SecondStepRule.tsx'

const route = getRouteApi('/settings')
type Tab =
  | 'account'
  | 'plan'
  | 'fields'
  | 'mail'
  | 'mail-log'
  | 'connections'
  | 'tokens'
  | 'webhooks'
  | 'provisioning'
  | 'single-sign-on'

export function SettingsPage() {
  const { t } = useTranslation([
    'settings',
    'mail',
    'connections',
    'tokens',
    'webhooks',
    'provisioning',
    'single-sign-on',
  ])
  const { tab = 'account' } = route.useSearch()
  const navigate = useNavigate()
  return (
    <>
      <PageTitle
        title={t('title')}
        tabs={
          <Tabs value={tab} onChange={(next) => void navigate({ to: '/settings', search: { tab: next as Tab } })}>
            <Tabs.List>
              <Tabs.Tab value="account">{t('tabAccount')}</Tabs.Tab>
              <Tabs.Tab value="plan">{t('tabPlan')}</Tabs.Tab>
              <Tabs.Tab value="fields">{t('tabFields')}</Tabs.Tab>
              <Tabs.Tab value="mail">{t('mail:tabTemplates')}</Tabs.Tab>
              <Tabs.Tab value="mail-log">{t('mail:tabLog')}</Tabs.Tab>
              <Tabs.Tab value="connections">{t('connections:title')}</Tabs.Tab>
              <Tabs.Tab value="tokens">{t('tokens:title')}</Tabs.Tab>
              <Tabs.Tab value="webhooks">{t('webhooks:title')}</Tabs.Tab>
              <Tabs.Tab value="provisioning">{t('provisioning:title')}</Tabs.Tab>
              <Tabs.Tab value="single-sign-on">{t('single-sign-on:title')}</Tabs.Tab>
            </Tabs.List>
          </Tabs>
        }
      />
      {tab === 'account' && <AccountTab />}
      {tab === 'plan' && (
        <Stack gap="lg" align="flex-start">
          <SeatFigures />
          <ChangeLimit />
        </Stack>
      )}
      {tab === 'fields' && <FieldsTab />}
      {tab === 'mail' && <Templates />}
      {tab === 'mail-log' && <MailLog />}
      {tab === 'connections' && <Connections />}
      {tab === 'tokens' && <Tokens kind="account" />}
      {tab === 'webhooks' && <Webhooks />}
      {tab === 'provisioning' && <Provisioning />}
      {tab === 'single-sign-on' && <Providers />}
    </>
  )
}

function AccountTab() {
  const account = useQuery(ask(getAccount, {}))
  const zones = useQuery({ ...ask(listTimeZones, {}), staleTime: Infinity })
  const error = account.error ?? zones.error
  if (account.isLoadingError || zones.isLoadingError)
    return <Failure error={error} onRetry={() => void Promise.all([account.refetch(), zones.refetch()])} />
  if (!account.data || !zones.data) return <Skeleton height={420} maw={720} />
  return (
    <Stack gap="xl" maw={720}>
      <AccountForm account={account.data} zones={zones.data.items} />
      <SecondStepRule />
      <Ownership owner={account.data.owner} />
    </Stack>
  )
}
