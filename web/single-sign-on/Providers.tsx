import { Button, Group, Menu, Stack, Text } from '@mantine/core'
import { IconLogin2, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  deleteIdentityProvider,
  editOidcProvider,
  editSamlProvider,
  type IdentityProvider,
  listIdentityProviders,
  testIdentityProvider,
} from '#contract/single-sign-on.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone, toastRefused, toastTrouble } from '#web/parts/toast.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { AddressesDialog } from './Addresses.tsx'
import { OidcDialog } from './OidcDialog.tsx'
import { OnlySwitch } from './OnlySwitch.tsx'
import { ProviderSignIns } from './ProviderSignIns.tsx'
import { SamlDialog } from './SamlDialog.tsx'

/** What is open over the list. */
type Open =
  | { what: 'add'; kind: IdentityProvider['kind'] }
  | { what: 'edit' | 'addresses' | 'log' | 'delete'; provider: IdentityProvider }

/** Who says, for this account, who somebody is. */
export function Providers() {
  const { t } = useTranslation('single-sign-on')
  const [open, setOpen] = useState<Open | null>(null)
  const { data, error, isLoadingError, refetch } = useQuery(ask(listIdentityProviders, {}))
  if (isLoadingError) return <Failure error={error} onRetry={() => void refetch()} />
  const add = <AddMenu onAdd={(kind) => setOpen({ what: 'add', kind })} />
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('text')}</Text>
      {data?.items.length === 0 ? (
        <EmptyState icon={IconLogin2} title={t('none')} action={add} />
      ) : (
        <>
          {/* Not before it is known where it stands: it would take its open menu along when it moves. */}
          {data && <Group justify="flex-end">{add}</Group>}
          <Rows providers={data?.items} onOpen={setOpen} />
          {data && <OnlySwitch isOn={data.onlySingleSignOn} />}
        </>
      )}
      {open && <Opened open={open} onClose={() => setOpen(null)} />}
    </Stack>
  )
}

function AddMenu({ onAdd }: { onAdd: (kind: IdentityProvider['kind']) => void }) {
  const { t } = useTranslation('single-sign-on')
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />}>{t('add')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onAdd('oidc')}>
          {t('addOidc')}
          <Text size="sm" c="dimmed">
            {t('addOidcHelp')}
          </Text>
        </Menu.Item>
        <Menu.Item onClick={() => onAdd('saml')}>
          {t('addSaml')}
          <Text size="sm" c="dimmed">
            {t('addSamlHelp')}
          </Text>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Opened({ open, onClose }: { open: Open; onClose: () => void }) {
  if (open.what === 'log') return <ProviderSignIns provider={open.provider} onClose={onClose} />
  if (open.what === 'addresses') return <AddressesDialog provider={open.provider} onClose={onClose} />
  if (open.what === 'delete') return <DeleteDialog provider={open.provider} onClose={onClose} />
  const [provider, kind] = 'provider' in open ? [open.provider, open.provider.kind] : [null, open.kind]
  const Dialog = kind === 'oidc' ? OidcDialog : SamlDialog
  return <Dialog provider={provider} onClose={onClose} />
}

function DeleteDialog({ provider: { id, name }, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const { t } = useTranslation('single-sign-on')
  const queryClient = useQueryClient()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('deleteTitle', { name })}
      confirm={t('delete')}
      isDestructive
      onConfirm={async () => {
        await call(deleteIdentityProvider, { providerId: id })
        void askAgain(queryClient)
        toastDone({ title: t('deleted') })
      }}
    >
      {t('deleteText')}
    </ConfirmDialog>
  )
}

interface RowsProps {
  providers: readonly IdentityProvider[] | undefined
  onOpen: (open: Open) => void
}

function Rows({ providers, onOpen }: RowsProps) {
  const { t } = useTranslation('single-sign-on')
  const columns: Column<IdentityProvider>[] = [
    {
      label: t('provider'),
      kind: 'title',
      render: ({ name, kind, issuer }) => (
        <div style={{ minWidth: 'min(220px, 50vw)' }}>
          <Text fw={500}>{name}</Text>
          <Text c="dimmed" size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
            {t(`kind.${kind}`)} · {issuer}
          </Text>
        </div>
      ),
    },
    { label: t('state'), kind: 'long', render: (provider) => <State provider={provider} /> },
    { label: t('people'), kind: 'number', render: ({ people }) => people },
    {
      label: t('lastSignIn'),
      render: ({ lastSignInAt }) => (lastSignInAt ? <Ago at={lastSignInAt} /> : '–'),
    },
    {
      label: t('actions'),
      kind: 'actions',
      render: (provider) => <Actions provider={provider} onOpen={onOpen} />,
    },
  ]
  return <DataTable label={t('title')} columns={columns} rows={providers} keyOf={({ id }) => id} minWidth={760} />
}

function State({ provider: { isOn, lastRefusal, lastSignInAt } }: { provider: IdentityProvider }) {
  const { t } = useTranslation('single-sign-on')
  if (!isOn) return <Text>{t('off')}</Text>
  // Whoever else was refused, was refused rightly.
  if (lastRefusal === 'provider_failed') return <Text c="red">{t('failed')}</Text>
  return <Text>{lastSignInAt || lastRefusal ? t('fine') : t('unused')}</Text>
}

function Actions({ provider, onOpen }: { provider: IdentityProvider } & Pick<RowsProps, 'onOpen'>) {
  const { t } = useTranslation('single-sign-on')
  const queryClient = useQueryClient()
  const { id: providerId, name, kind, isOn } = provider
  const tryOut = useMutation({
    mutationFn: () => call(testIdentityProvider, { providerId }),
    onSuccess: ({ works, said }) =>
      works ? toastDone({ title: t('testWorks', { name }) }) : toastTrouble(t('testFails', { name, said })),
    onError: toastRefused,
  })
  const turn = useMutation({
    mutationFn: () => call(kind === 'oidc' ? editOidcProvider : editSamlProvider, { providerId, isOn: !isOn }),
    onSuccess: () => {
      toastDone({ title: t(isOn ? 'turnedOff' : 'turnedOn', { name }) })
      return askAgain(queryClient)
    },
    onError: toastRefused,
  })
  return (
    <MoreMenu size={36} loading={tryOut.isPending} label={t('actionsFor', { name })}>
      <Menu.Item onClick={() => tryOut.mutate()}>{t('test')}</Menu.Item>
      <Menu.Item onClick={() => onOpen({ what: 'log', provider })}>{t('log')}</Menu.Item>
      <Menu.Item onClick={() => onOpen({ what: 'addresses', provider })}>{t('addresses')}</Menu.Item>
      <Menu.Item onClick={() => onOpen({ what: 'edit', provider })}>{t('edit')}</Menu.Item>
      <Menu.Item onClick={() => turn.mutate()}>{isOn ? t('turnOff') : t('turnOn')}</Menu.Item>
      <Menu.Divider />
      <Menu.Item color="red" onClick={() => onOpen({ what: 'delete', provider })}>
        {t('delete')}
      </Menu.Item>
    </MoreMenu>
  )
}
