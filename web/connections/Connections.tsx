import { Anchor, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { listOperations } from '#contract/lifecycle.ts'
import { listScimCalls, scimPath } from '#contract/provisioning.ts'
import { listIdentityProviders } from '#contract/single-sign-on.ts'
import { listTokens } from '#contract/tokens.ts'
import { listWebhooks, webhookTypes } from '#contract/webhooks.ts'
import { ask } from '#web/api/ask.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { Copyable } from '#web/parts/Copyable.tsx'
import { Failure } from '#web/parts/Failure.tsx'

/** Each way in for other systems: where it is, an example to copy, and when it was last used. */
export function Connections() {
  const { t } = useTranslation('connections')
  const tokens = useQuery(ask(listTokens, {}))
  const imports = useQuery(ask(listOperations, { kind: 'import', limit: 1 }))
  const webhooks = useQuery(ask(listWebhooks, {}))
  const calls = useQuery(ask(listScimCalls, { limit: 1 }))
  const providers = useQuery(ask(listIdentityProviders, {}))
  const all = [tokens, imports, webhooks, calls, providers]
  const error = all.find((one) => one.isLoadingError)?.error
  if (error) return <Failure error={error} onRetry={() => void Promise.all(all.map((one) => one.refetch()))} />
  if (!tokens.data || !imports.data || !webhooks.data || !calls.data || !providers.data) return <Skeleton h={480} />

  const { origin } = location
  const ofTokens = latest(
    tokens.data.items.filter(({ scopes }) => !scopes.includes('provisioning')).map((one) => one.lastUsedAt),
  )
  return (
    <Stack gap="lg">
      <Text c="dimmed" maw={720}>
        {t('text')}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl" verticalSpacing="xl">
        <Connection
          name="api"
          address={`${origin}/api/v1`}
          example={`curl -H "Authorization: Bearer $ROLLCALL_TOKEN" "${origin}/api/v1/users?status=leaving"`}
          lastAt={ofTokens}
          manageAt="/settings?tab=tokens"
          isInDocs
        />
        <Connection
          name="cli"
          address={origin}
          example={`export ROLLCALL_URL=${origin} ROLLCALL_TOKEN=…\nnpx rollcall users list --status leaving`}
          lastAt={ofTokens}
          manageAt="/settings?tab=tokens"
        />
        <Connection
          name="import"
          address={`${origin}/people/import`}
          example={'npx rollcall users export --output people.csv\nnpx rollcall users import people.csv --dry-run'}
          lastAt={imports.data.items[0]?.startedAt ?? null}
          manageAt="/people/import"
          isInDocs
        />
        <Connection
          name="webhooks"
          example={message}
          lastAt={latest(webhooks.data.items.map((one) => one.lastDeliveredAt))}
          manageAt="/settings?tab=webhooks"
        />
        <Connection
          name="provisioning"
          address={`${origin}${scimPath}`}
          example={`curl -H "Authorization: Bearer $SCIM_TOKEN" "${origin}${scimPath}/Users?filter=active%20eq%20true"`}
          lastAt={calls.data.items[0]?.happenedAt ?? null}
          manageAt="/settings?tab=provisioning"
        />
        <Connection
          name="signOn"
          address={`${origin}/sign-in`}
          lastAt={latest(providers.data.items.map((one) => one.lastSignInAt))}
          manageAt="/settings?tab=single-sign-on"
        />
      </SimpleGrid>
    </Stack>
  )
}

const message = JSON.stringify(
  {
    type: webhookTypes.deactivated,
    timestamp: '2031-05-31T21:59:00Z',
    data: { email: 'lea@example.org', status: 'inactive', statusCause: 'schedule', reason: 'Contract ends' },
  },
  null,
  2,
)

const latest = (instants: readonly (string | null)[]): string | null =>
  instants.reduce((last, one) => (one !== null && (last === null || one > last) ? one : last), null)

interface ConnectionProps {
  name: 'api' | 'cli' | 'import' | 'webhooks' | 'provisioning' | 'signOn'
  address?: string
  example?: string
  lastAt: string | null
  /** Where it is set up. */
  manageAt: string
  /** It has examples among those of the API. */
  isInDocs?: boolean
}

function Connection({ name, address, example, lastAt, manageAt, isInDocs = false }: ConnectionProps) {
  const { t } = useTranslation('connections')
  return (
    <Stack gap="sm" component="section" aria-label={t(name)}>
      <div>
        <Title order={2} size="h4">
          {t(name)}
        </Title>
        <Text c="dimmed">{t(`${name}Text`)}</Text>
      </div>
      {address !== undefined && <Copyable label={t('address')} text={address} />}
      {example !== undefined && <Copyable label={t('example')} text={example} />}
      <Text>
        {lastAt === null ? (
          t('never')
        ) : (
          <>
            {t(`${name}Activity`)} {<Ago at={lastAt} />}
          </>
        )}
      </Text>
      <Group gap="md">
        <Anchor component={Link} to={manageAt} aria-label={`${t('manage')}: ${t(name)}`}>
          {t('manage')}
        </Anchor>
        {isInDocs && (
          <Anchor component={Link} to="/api/docs">
            {t('examples')}
          </Anchor>
        )}
      </Group>
    </Stack>
  )
}
