import { Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { IconFingerprint, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Passkey, removePasskey, renamePasskey } from '#contract/passkeys.ts'
import { call } from '#web/api/call.ts'
import { Ago } from '#web/parts/Ago.tsx'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { browserOf } from './browser.ts'
import { canHavePasskeys, makePasskey } from './passkeys.ts'
import classes from './Sessions.module.css'
import { passkeys, password, sessions } from './sign-in.queries.ts'

type Dialog = { what: 'add' } | { what: 'rename' | 'remove'; passkey: Passkey }

/** My passkeys: added, renamed, removed. */
export function MyPasskeys() {
  const { t } = useTranslation('sign-in')
  const queryClient = useQueryClient()
  const { data, error, refetch } = useQuery(passkeys())
  const hasPassword = useQuery(password()).data?.isSet ?? true
  const [dialog, setDialog] = useState<Dialog | null>(null)
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height={52} />
  const props = {
    onDone: () => {
      void queryClient.invalidateQueries(passkeys())
      void queryClient.invalidateQueries(sessions())
    },
    onClose: () => setDialog(null),
  }
  return (
    <Stack gap="md">
      {data.items.length === 0 ? (
        <Text>{t('passkeysNone')}</Text>
      ) : (
        <ul className={classes.sessions}>
          {data.items.map((passkey) => (
            <One key={passkey.id} passkey={passkey} canBeRemoved={hasPassword} onDialog={setDialog} />
          ))}
        </ul>
      )}
      {!data.areOn && <Text c="dimmed">{t('passkeysOff')}</Text>}
      {data.areOn && !canHavePasskeys() && <Text c="dimmed">{t('noPasskeysHere')}</Text>}
      {data.areOn && canHavePasskeys() && !hasPassword && <Text c="dimmed">{t('passwordFirst')}</Text>}
      {data.areOn && canHavePasskeys() && hasPassword && (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setDialog({ what: 'add' })}>
            {t('addPasskey')}
          </Button>
        </Group>
      )}
      {dialog?.what === 'add' && <AddDialog {...props} />}
      {dialog?.what === 'rename' && <RenameDialog passkey={dialog.passkey} {...props} />}
      {dialog?.what === 'remove' && <RemoveDialog passkey={dialog.passkey} {...props} />}
    </Stack>
  )
}

interface OneProps {
  passkey: Passkey
  canBeRemoved: boolean
  onDialog: (dialog: Dialog) => void
}

function One({ passkey, canBeRemoved, onDialog }: OneProps) {
  const { t } = useTranslation('sign-in')
  const { name, host, addedAt, lastUsedAt } = passkey
  return (
    <li className={classes.session}>
      <IconFingerprint size={24} stroke={1.5} className={classes.icon} aria-hidden />
      <Stack gap={0} className={classes.words}>
        <Text fw={500}>{name}</Text>
        <Text c="dimmed">
          {t('passkeyAddedOn')} <Ago at={addedAt} />,{' '}
          {lastUsedAt ? (
            <>
              {t('passkeyLastUsed')} <Ago at={lastUsedAt} />
            </>
          ) : (
            t('passkeyNeverUsed')
          )}
          {host !== window.location.hostname && <> · {t('passkeyAt', { host })}</>}
        </Text>
      </Stack>
      <Group gap="xs" className={classes.actions}>
        <Button
          variant="default"
          size="xs"
          aria-label={t('renameOf', { name })}
          onClick={() => onDialog({ what: 'rename', passkey })}
        >
          {t('rename')}
        </Button>
        <Button
          variant="default"
          size="xs"
          aria-label={t('removeOf', { name })}
          disabled={!canBeRemoved}
          title={canBeRemoved ? undefined : t('passwordFirst')}
          onClick={() => onDialog({ what: 'remove', passkey })}
        >
          {t('remove')}
        </Button>
      </Group>
    </li>
  )
}

interface DialogProps {
  onDone: () => void
  onClose: () => void
}

function AddDialog({ onDone, onClose }: DialogProps) {
  const { t } = useTranslation('sign-in')
  const { name: browser, system } = browserOf(navigator.userAgent)
  const [name, setName] = useState(
    browser && system ? t('browserOn', { browser, system }) : (system ?? browser ?? t('thisDevice')),
  )
  const [currentPassword, setCurrentPassword] = useState('')
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('addPasskey')}
      confirm={t('addPasskey')}
      canConfirm={name.trim() !== '' && currentPassword !== ''}
      onConfirm={async () => {
        await makePasskey({ name, currentPassword }, t)
        toastDone({ title: t('passkeyAdded') })
        onDone()
      }}
    >
      <Stack gap="md">
        <Text>{t('passkeyAddHelp')}</Text>
        <NameField value={name} onChange={setName} />
        <CurrentPassword value={currentPassword} onChange={setCurrentPassword} isFirst />
      </Stack>
    </ConfirmDialog>
  )
}

function RenameDialog({ passkey, onDone, onClose }: DialogProps & { passkey: Passkey }) {
  const { t } = useTranslation('sign-in')
  const [name, setName] = useState(passkey.name)
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('renamePasskey')}
      confirm={t('rename')}
      canConfirm={name.trim() !== ''}
      onConfirm={async () => {
        await call(renamePasskey, { passkeyId: passkey.id, name })
        onDone()
      }}
    >
      <NameField value={name} onChange={setName} isFirst />
    </ConfirmDialog>
  )
}

function RemoveDialog({ passkey, onDone, onClose }: DialogProps & { passkey: Passkey }) {
  const { t } = useTranslation('sign-in')
  const [currentPassword, setCurrentPassword] = useState('')
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('removePasskeyTitle', { name: passkey.name })}
      confirm={t('remove')}
      isDestructive
      canConfirm={currentPassword !== ''}
      onConfirm={async () => {
        await call(removePasskey, { passkeyId: passkey.id, currentPassword })
        toastDone({ title: t('passkeyRemoved') })
        onDone()
      }}
    >
      <Stack gap="md">
        <Text>{t('removePasskeyText')}</Text>
        <CurrentPassword value={currentPassword} onChange={setCurrentPassword} isFirst />
      </Stack>
    </ConfirmDialog>
  )
}

interface FieldProps {
  value: string
  onChange: (value: string) => void
  isFirst?: boolean
}

function NameField({ value, onChange, isFirst }: FieldProps) {
  const { t } = useTranslation('sign-in')
  return (
    <TextInput
      label={t('passkeyName')}
      description={t('passkeyNameHelp')}
      maxLength={100}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus={isFirst || undefined}
    />
  )
}

function CurrentPassword({ value, onChange, isFirst }: FieldProps) {
  const { t } = useTranslation('sign-in')
  return (
    <PasswordField
      label={t('currentPassword')}
      description={t('confirmItIsYou')}
      autoComplete="current-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus={isFirst || undefined}
    />
  )
}
