import { Alert, Button, Center, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import type { verifyCertificate } from '#contract/portal.ts'
import { showDate } from '#web/parts/dates.ts'
import { Refusal } from '#web/parts/Refusal.tsx'
import { verified } from './portal.queries.ts'

const route = getRouteApi('/verify')

/** Whether a certificate is genuine, for anybody who has its code. */
export function VerifyPage() {
  const { t } = useTranslation('portal')
  const { code = '' } = route.useSearch()
  const navigate = useNavigate()
  const [typed, setTyped] = useState(code)
  const asked = useQuery({ ...verified(code), enabled: code !== '' })
  useEffect(() => {
    document.title = `${t('verifyTitle')} · Rollcall`
  }, [t])
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack maw={480} w="100%">
        <Title order={1}>{t('verifyTitle')}</Title>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (typed.trim()) void navigate({ to: '/verify', search: { code: typed.trim() } })
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={t('code')}
              description={t('codeText')}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
            <Button type="submit" loading={asked.isFetching}>
              {t('verify')}
            </Button>
          </Stack>
        </form>
        <Refusal error={asked.error} />
        {asked.isSuccess && <Verified told={asked.data} />}
      </Stack>
    </Center>
  )
}

function Verified({ told: { accountName, certificate } }: { told: Answer<typeof verifyCertificate> }) {
  const { t } = useTranslation('portal')
  const { courseTitle, personName, issuedOn, expiresOn, isValid } = certificate
  return (
    <Paper withBorder p="md" role="status">
      <Alert
        mb="md"
        color={isValid ? 'green' : 'yellow'}
        icon={
          isValid ? (
            <IconCircleCheck size={18} />
          ) : expiresOn ? (
            <IconClock size={18} />
          ) : (
            <IconAlertTriangle size={18} />
          )
        }
        title={t(isValid ? 'isGenuine' : 'isExpired')}
      />
      <Text size="sm" c="dimmed">
        {accountName}
      </Text>
      <Text fw={600} fz="lg">
        {personName}
      </Text>
      <Text>{courseTitle}</Text>
      <Text size="sm" mt="sm">
        {t('issuedOn', { date: showDate(issuedOn) })}
        {expiresOn && ` · ${t(isValid ? 'validUntilDate' : 'expiredOn', { date: showDate(expiresOn) })}`}
      </Text>
    </Paper>
  )
}
