import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Answer } from '#contract/endpoint.ts'
import { connectIdentity, disconnectIdentity, listMyIdentities } from '#contract/single-sign-on.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'

export const myIdentities = () => ask(listMyIdentities, {})
type Identity = Answer<typeof listMyIdentities>['items'][number]

/** By which identities I sign in, and which I could connect. */
export function Identities() {
  const { t } = useTranslation('single-sign-on')
  const { data, error, refetch } = useQuery(myIdentities())
  const connect = useMutation({
    mutationFn: (providerId: string) => call(connectIdentity, { providerId }),
    onSuccess: ({ url }) => window.location.assign(url),
    onError: toastRefused,
  })
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height={52} />
  return (
    <Stack gap="sm">
      {data.items.length === 0 && <Text c="dimmed">{t('noneMine')}</Text>}
      {data.items.map((identity) => (
        <One key={identity.id} identity={identity} />
      ))}
      {data.others.length > 0 && (
        <Group gap="xs">
          {data.others.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              leftSection={<IconLink size={16} />}
              loading={connect.isPending && connect.variables === id}
              onClick={() => connect.mutate(id)}
            >
              {t('connect', { name })}
            </Button>
          ))}
        </Group>
      )}
    </Stack>
  )
}

function One({ identity: { id, providerName: name, email, connectedAt, lastUsedAt } }: { identity: Identity }) {
  const { t } = useTranslation('single-sign-on')
  const queryClient = useQueryClient()
  const disconnect = useMutation({
    mutationFn: () => call(disconnectIdentity, { identityId: id }),
    onSuccess: () => {
      toastDone({ title: t('disconnected', { name }) })
      return queryClient.invalidateQueries(myIdentities())
    },
    onError: toastRefused,
  })
  return (
    <Group justify="space-between" gap="xs">
      <div>
        <Text fw={500}>{[name, email].filter(Boolean).join(' · ')}</Text>
        <Text c="dimmed">
          {t('connectedOn')} <Ago at={connectedAt} />
          {lastUsedAt && (
            <>
              , {t('lastUsed')} <Ago at={lastUsedAt} />
            </>
          )}
        </Text>
      </div>
      <Button
        variant="default"
        size="xs"
        loading={disconnect.isPending}
        aria-label={t('disconnectOf', { name })}
        onClick={() => disconnect.mutate()}
      >
        {t('disconnect')}
      </Button>
    </Group>
  )
}
