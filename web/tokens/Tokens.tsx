import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { endToken, listTokens, type Token } from '#contract/tokens.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { showDay } from '#web/parts/dates.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { AddTokenDialog, type TokenFor } from './AddTokenDialog.tsx'

/** A token for provisioning is of the account, too, and stands apart. */
const isFor = ({ kind, scopes }: Token, what: TokenFor): boolean =>
  scopes.includes('provisioning') ? what === 'provisioning' : kind === what

/** The API tokens of the account, my own, or those for provisioning. */
export function Tokens({ kind }: { kind: TokenFor }) {
  const { t } = useTranslation('tokens')
  const queryClient = useQueryClient()
  const [isAdding, setIsAdding] = useState(false)
  const [ending, setEnding] = useState<Token | null>(null)
  const { data, error, isLoadingError, refetch } = useQuery(ask(listTokens, {}))
  if (isLoadingError) return <Failure error={error} onRetry={() => void refetch()} />
  const tokens = data?.items.filter((token) => isFor(token, kind))
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
      {kind === 'provisioning' ? t('addForProvisioning') : t('add')}
    </Button>
  )
  return (
    <Stack gap="md">
      {kind === 'account' && <Text c="dimmed">{t('accountText')}</Text>}
      {tokens?.length === 0 ? (
        <EmptyState
          icon={IconKey}
          title={kind === 'provisioning' ? t('noneForProvisioning') : t('none')}
          action={add}
        />
      ) : (
        <>
          <Group justify={kind === 'provisioning' ? 'flex-end' : 'space-between'}>
            {kind !== 'provisioning' && <Anchor href="/api/docs">{t('documentation')}</Anchor>}
            {add}
          </Group>
          <Rows tokens={tokens} kind={kind} onEnd={setEnding} />
        </>
      )}
      {isAdding && <AddTokenDialog kind={kind} onClose={() => setIsAdding(false)} />}
      <ConfirmDialog
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title={t('endTitle', { name: ending?.name ?? '' })}
        confirm={t('end')}
        isDestructive
        onConfirm={async () => {
          await call(endToken, { tokenId: ending!.id })
          void queryClient.invalidateQueries(ask(listTokens, {}))
          toastDone({ title: t('ended') })
        }}
      >
        {t('endText')}
      </ConfirmDialog>
    </Stack>
  )
}

interface RowsProps {
  tokens: readonly Token[] | undefined
  kind: TokenFor
  onEnd: (token: Token) => void
}

function Rows({ tokens, kind, onEnd }: RowsProps) {
  const { t } = useTranslation('tokens')
  const { account } = useMe()
  const columns: Column<Token>[] = [
    {
      label: t('name'),
      kind: 'title',
      render: ({ name, lastSigns }) => (
        <>
          <Text fw={500}>{name}</Text>
          <Text c="dimmed" size="sm">
            …{lastSigns}
          </Text>
        </>
      ),
    },
    ...(kind === 'provisioning'
      ? []
      : [
          {
            label: t('scopes'),
            kind: 'long' as const,
            render: ({ scopes }: Token) => scopes.map((scope) => t(`scope.${scope}`)).join(' · '),
          },
        ]),
    ...(kind !== 'personal' ? [{ label: t('by'), render: ({ userName }: Token) => userName }] : []),
    {
      label: t('lastUsed'),
      render: ({ lastUsedAt }) => (lastUsedAt ? <Ago at={lastUsedAt} /> : t('never')),
    },
    {
      label: t('expires'),
      render: ({ expiresAt }) => (expiresAt ? showDay(expiresAt, account.timeZone) : t('noEnd')),
    },
    {
      label: t('state'),
      render: ({ state, userName }) => (
        <Text {...(state !== 'works' && { c: 'dimmed' })}>{t(`states.${state}`, { name: userName })}</Text>
      ),
    },
    {
      label: t('actions'),
      kind: 'actions',
      render: (token) => (
        <Button variant="default" size="xs" aria-label={t('endOf', { name: token.name })} onClick={() => onEnd(token)}>
          {t('end')}
        </Button>
      ),
    },
  ]
  return <DataTable label={t('title')} columns={columns} rows={tokens} keyOf={({ id }) => id} minWidth={760} />
}
