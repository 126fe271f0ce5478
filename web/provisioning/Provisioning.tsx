import { Stack, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { scimPath } from '#contract/provisioning.ts'
import { Copyable } from '#web/parts/Copyable.tsx'
import { Tokens } from '#web/tokens/Tokens.tsx'
import { Calls } from './Calls.tsx'
import { PeopleToLink } from './PeopleToLink.tsx'

/** How an identity provider reaches this account, whom it may not take over by itself, and what it asked for. */
export function Provisioning() {
  const { t } = useTranslation('provisioning')
  return (
    <Stack gap="xl">
      <Stack gap="md">
        <Text c="dimmed" maw={720}>
          {t('text')}
        </Text>
        <Copyable label={t('address')} text={`${location.origin}${scimPath}`} />
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
