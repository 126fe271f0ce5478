import { Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  confirmAuthenticator,
  endAuthenticator,
  getSecondStep,
  renewRecoveryCodes,
  startAuthenticator,
} from '#contract/second-step.ts'
import type { Answer } from '#contract/endpoint.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { showInstant } from '#web/parts/dates.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { ShownOnce } from '#web/parts/ShownOnce.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { AuthenticatorPicture } from './AuthenticatorPicture.tsx'
import { passkeys, password } from './sign-in.queries.ts'

type Dialog = 'start' | 'renew' | 'end'
type Secret = Answer<typeof startAuthenticator>

/** The second step of my sign-in with a password: turned on with an app, renewed, turned off. */
export function MySecondStep() {
  const { t } = useTranslation('sign-in')
  const { account } = useMe()
  const queryClient = useQueryClient()
  const asked = useQuery(ask(getSecondStep, {}))
  const keys = useQuery(passkeys())
  const hasPassword = useQuery(password()).data?.isSet ?? true
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [secret, setSecret] = useState<Secret | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (!asked.data || keys.isPending) return <Skeleton height={60} />
  const { since, recoveryCodesLeft, isRequired } = asked.data
  const again = () => queryClient.invalidateQueries({ queryKey: [getSecondStep.tag] })
  const withPassword: Record<Dialog, (currentPassword: string) => Promise<void>> = {
    start: async (currentPassword) => setSecret(await call(startAuthenticator, { currentPassword })),
    renew: async (currentPassword) => setCodes((await call(renewRecoveryCodes, { currentPassword })).recoveryCodes),
    end: async (currentPassword) => {
      await call(endAuthenticator, { currentPassword })
      toastDone({ title: t('secondStepEnded') })
    },
  }
  return (
    <Stack gap="sm">
      <Text>
        {since === null
          ? t(!isRequired ? 'secondStepOff' : keys.data?.items.length ? 'secondStepByPasskey' : 'secondStepDue')
          : t('secondStepOn', { since: showInstant(since, account.timeZone), count: recoveryCodesLeft })}
      </Text>
      {hasPassword ? (
        <Group gap="xs">
          {since === null ? (
            <Button variant="default" onClick={() => setDialog('start')}>
              {t('secondStepTurnOn')}
            </Button>
          ) : (
            <>
              <Button variant="default" onClick={() => setDialog('renew')}>
                {t('renewCodes')}
              </Button>
              <Button variant="default" onClick={() => setDialog('end')}>
                {t('secondStepTurnOff')}
              </Button>
            </>
          )}
        </Group>
      ) : (
        <Text c="dimmed">{t('secondStepOfPassword')}</Text>
      )}
      {dialog && (
        <PasswordDialog
          dialog={dialog}
          onPassword={async (currentPassword) => {
            await withPassword[dialog](currentPassword)
            void again()
          }}
          onClose={() => setDialog(null)}
        />
      )}
      {secret && (
        <FirstCode
          secret={secret}
          onCodes={(shown) => {
            setCodes(shown)
            void again()
          }}
          onClose={() => setSecret(null)}
        />
      )}
      {codes && (
        <ShownOnce
          title={t('recoveryTitle')}
          warning={t('recoveryText')}
          texts={{ [t('recoveryCodes')]: codes.join('\n') }}
          onClose={() => setCodes(null)}
        />
      )}
    </Stack>
  )
}

interface PasswordDialogProps {
  dialog: Dialog
  onPassword: (currentPassword: string) => Promise<void>
  onClose: () => void
}

function PasswordDialog({ dialog, onPassword, onClose }: PasswordDialogProps) {
  const { t } = useTranslation('sign-in')
  const [typed, setTyped] = useState('')
  const words = { start: t('secondStepTurnOn'), renew: t('renewCodes'), end: t('secondStepTurnOff') }
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={words[dialog]}
      confirm={words[dialog]}
      canConfirm={typed !== ''}
      isDestructive={dialog === 'end'}
      onConfirm={() => onPassword(typed)}
    >
      <PasswordField
        label={t('currentPassword')}
        description={t(dialog === 'renew' ? 'renewHelp' : 'confirmItIsYou')}
        autoComplete="current-password"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
    </ConfirmDialog>
  )
}

interface FirstCodeProps {
  secret: Secret
  onCodes: (codes: readonly string[]) => void
  onClose: () => void
}

function FirstCode({ secret, onCodes, onClose }: FirstCodeProps) {
  const { t } = useTranslation('sign-in')
  const [code, setCode] = useState('')
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('secondStepTurnOn')}
      confirm={t('secondStepTurnOn')}
      canConfirm={code.trim().length >= 6}
      onConfirm={async () => onCodes((await call(confirmAuthenticator, { code })).recoveryCodes)}
    >
      <Stack gap="md">
        <AuthenticatorPicture {...secret} />
        <TextInput
          label={t('firstCode')}
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          data-autofocus
        />
      </Stack>
    </ConfirmDialog>
  )
}
