import { Card, DataList, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '#web/api/me.ts'
import { showInstant } from '#web/parts/dates.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Identities, myIdentities } from '#web/single-sign-on/Identities.tsx'
import { Tokens } from '#web/tokens/Tokens.tsx'
import { MyPasskeys } from './MyPasskeys.tsx'
import { MyPassword } from './MyPassword.tsx'
import { MySecondStep } from './MySecondStep.tsx'
import { Reminders } from './Reminders.tsx'
import { Sessions } from './Sessions.tsx'
import { SignOutEverywhere } from './SignOutEverywhere.tsx'

/** My own account, whatever my role. */
export function MyAccountPage() {
  const { t } = useTranslation(['sign-in', 'tokens'])
  return (
    <>
      <PageTitle title={t('myAccount')} />
      <Stack gap="md" maw={720}>
        <Section title={t('profile')} help={t('profileHelp')}>
          <Profile />
        </Section>
        <Section title={t('password')} help={t('changePasswordHelp')}>
          <MyPassword />
        </Section>
        <Section title={t('secondStep')} help={t('secondStepHelp')}>
          <MySecondStep />
        </Section>
        <Section title={t('passkeys')} help={t('passkeysHelp')}>
          <MyPasskeys />
        </Section>
        <SingleSignOn />
        <Section title={t('reminders')} help={t('remindersHelp')}>
          <Reminders />
        </Section>
        <Section title={t('sessions')} help={t('sessionsHelp')} action={<SignOutEverywhere />}>
          <Sessions />
        </Section>
        <Section title={t('tokens:title')} help={t('tokens:personalText')}>
          <Tokens kind="personal" />
        </Section>
      </Stack>
    </>
  )
}

interface SectionProps {
  title: string
  help: string
  action?: ReactNode
  children: ReactNode
}

function Section({ title, help, action, children }: SectionProps) {
  return (
    <Card component="section">
      <Group justify="space-between" align="flex-start" mb="md">
        <div>
          <Title order={2}>{title}</Title>
          <Text c="dimmed">{help}</Text>
        </div>
        {action}
      </Group>
      {children}
    </Card>
  )
}

/** Where there is an identity provider, or was one. */
function SingleSignOn() {
  const { t } = useTranslation('single-sign-on')
  const { data } = useQuery(myIdentities())
  if (!data || data.items.length + data.others.length === 0) return null
  return (
    <Section title={t('mine')} help={t('mineHelp')}>
      <Identities />
    </Section>
  )
}

function Profile() {
  const { t } = useTranslation(['sign-in', 'parts'])
  const { firstName, lastName, email, role, deactivateAt, account } = useMe()
  const facts = [
    [t('name'), `${firstName} ${lastName}`],
    [t('email'), email],
    [t('role'), t(`parts:role.${role}`)],
    ...(deactivateAt ? [[t('accessUntil'), showInstant(deactivateAt, account.timeZone)]] : []),
  ]
  return (
    <DataList orientation="horizontal">
      {facts.map(([label, value]) => (
        <DataList.Item key={label}>
          <DataList.ItemLabel>{label}</DataList.ItemLabel>
          <DataList.ItemValue miw={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </DataList.ItemValue>
        </DataList.Item>
      ))}
    </DataList>
  )
}
