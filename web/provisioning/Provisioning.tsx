import { Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { scimPath } from '#contract/provisioning.ts'
import { Tokens } from '#web/tokens/Tokens.tsx'
import { Calls } from './Calls.tsx'
import { PeopleToLink } from './PeopleToLink.tsx'

/** How an identity provider reaches this account, whom it may not take over by itself, and what it asked for. */
export function Provisioning() {
  const { t } = useTranslation(['provisioning', 'parts'])
  const address = `${location.origin}${scimPath}`
  return (
    <Stack gap="xl">
      <Stack gap="md">
        <Text c="dimmed" maw={720}>
          {t('text')}
        </Text>
        <div>
          <Text fw={500} mb={4}>
            {t('address')}
          </Text>
          <Group gap="sm">
            <Code style={{ overflowWrap: 'anywhere' }}>{address}</Code>
            <CopyButton value={address}>
              {({ copied, copy }) => (
                <Button variant="default" size="xs" aria-label={t('copyAddress')} onClick={copy}>
                  {copied ? t('parts:copied') : t('parts:copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </div>
        <Tokens kind="provisioning" />
      </Stack>
      <PeopleToLink />
      <section>
        <Title order={2} size="h4" mb="sm">
          {t('calls')}
        </Title>
        <Calls />
      </section>
    </Stack>
  )
}
