import { Button, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me, NextStep, PendingStep } from '#contract/sign-in.ts'
import { beginSetUpAtSignIn, finishSetUpAtSignIn, finishSignIn } from '#contract/second-step.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { ShownOnce } from '#web/parts/ShownOnce.tsx'
import { AuthenticatorPicture } from './AuthenticatorPicture.tsx'
import { PasskeyButton } from './PasskeyButton.tsx'
import { canHavePasskeys } from './passkeys.ts'

interface SecondStepProps {
  next: NextStep
  onIn: (mine: Me) => void
  /** Begins the sign-in again: this one is over. */
  onOver: () => void
}

/** What is asked for after the password. */
export function SecondStep({ next, ...props }: SecondStepProps) {
  if (next.nextStep === 'passkey') return <ShowPasskey {...props} />
  return next.nextStep === 'code' ? <ShowCode next={next} {...props} /> : <SetUp next={next} {...props} />
}

type PendingProps = Omit<SecondStepProps, 'next'> & { next: PendingStep }

/** A passkey is a whole sign-in, so that it begins here anew. */
function ShowPasskey({ onIn, onOver }: Omit<SecondStepProps, 'next'>) {
  const { t } = useTranslation('sign-in')
  return (
    <Stack gap="md">
      <Text>{t('passkeyRequired')}</Text>
      {canHavePasskeys() ? <PasskeyButton onIn={onIn} isAlone /> : <Text c="dimmed">{t('noPasskeysHere')}</Text>}
      <Button variant="default" fullWidth onClick={onOver}>
        {t('beginAgain')}
      </Button>
    </Stack>
  )
}

const isOver = (error: unknown): boolean => error instanceof Refused && error.code === 'step_over'

function ShowCode({ next: { step }, onIn, onOver }: PendingProps) {
  const { t } = useTranslation('sign-in')
  const finish = useMutation({
    mutationFn: (code: string) => call(finishSignIn, { step, code }),
    onSuccess: onIn,
  })
  return (
    <CodeForm
      label={t('code')}
      help={t('codeHelp')}
      error={finish.error}
      isPending={finish.isPending}
      onCode={finish.mutate}
    >
      {isOver(finish.error) && (
        <Button variant="default" onClick={onOver}>
          {t('beginAgain')}
        </Button>
      )}
    </CodeForm>
  )
}

function SetUp({ next: { step }, onIn, onOver }: PendingProps) {
  const { t } = useTranslation('sign-in')
  const secret = useQuery({
    queryKey: ['authenticator', step],
    queryFn: () => call(beginSetUpAtSignIn, { step }),
    staleTime: Infinity,
    retry: false,
  })
  const finish = useMutation({ mutationFn: (code: string) => call(finishSetUpAtSignIn, { step, code }) })
  if (secret.error)
    return <Failure error={secret.error} onRetry={isOver(secret.error) ? onOver : () => void secret.refetch()} />
  if (!secret.data) return <Skeleton height={320} />
  const done = finish.data
  return (
    <Stack gap="md">
      <Text>{t('setUpRequired')}</Text>
      <AuthenticatorPicture {...secret.data} />
      <CodeForm label={t('firstCode')} error={finish.error} isPending={finish.isPending} onCode={finish.mutate} />
      {done && (
        <ShownOnce
          title={t('recoveryTitle')}
          warning={t('recoveryText')}
          texts={{ [t('recoveryCodes')]: done.recoveryCodes.join('\n') }}
          onClose={() => onIn(done.me)}
        />
      )}
    </Stack>
  )
}

interface CodeFormProps {
  label: string
  help?: string
  error: unknown
  isPending: boolean
  onCode: (code: string) => void
  children?: React.ReactNode
}

function CodeForm({ label, help, error, isPending, onCode, children }: CodeFormProps) {
  const { t } = useTranslation('sign-in')
  const [code, setCode] = useState('')
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onCode(code)
      }}
    >
      <Stack gap="md">
        <Refusal error={error} />
        <TextInput
          label={label}
          description={help}
          name="one-time-code"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth loading={isPending} disabled={code.trim().length < 6}>
          {t('signIn')}
        </Button>
        {children}
      </Stack>
    </form>
  )
}
