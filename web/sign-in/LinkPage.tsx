import { Anchor, Button, Skeleton, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Me, type NextStep, useLink as useLinkEndpoint } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { showErrors } from '#web/parts/forms.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { mailedLink } from './sign-in.queries.ts'
import { SecondStep } from './SecondStep.tsx'
import { SignInCard } from './SignInCard.tsx'
import { isNextStep, useEntered } from './use-entered.ts'

type Purpose = 'invitation' | 'password_reset'

export const InvitationPage = () => <LinkPage purpose="invitation" />
export const ResetPage = () => <LinkPage purpose="password_reset" />

/** Where a mailed link leads: a password is chosen, and its person is in. */
function LinkPage({ purpose }: { purpose: Purpose }) {
  const { t } = useTranslation('sign-in')
  const { token = '' } = useSearch({ strict: false })
  const link = useQuery(mailedLink(token || '-', purpose))
  const isOver = link.error instanceof Refused && link.error.code === 'link_not_valid'
  return (
    <SignInCard>
      {isOver ? (
        <PageTitle title={t('linkOver')} subtitle={link.error?.message && <LinkOver purpose={purpose} />} />
      ) : (
        <PageTitle
          title={t(purpose === 'invitation' ? 'invitationTitle' : 'resetTitle')}
          subtitle={link.data && t('linkFor', { name: link.data.firstName, email: link.data.email })}
        />
      )}
      {link.isPending && <Skeleton height={120} />}
      {link.isError && !isOver && <Failure error={link.error} onRetry={() => void link.refetch()} />}
      {link.data && <ChoosePassword token={token} purpose={purpose} email={link.data.email} />}
    </SignInCard>
  )
}

function LinkOver({ purpose }: { purpose: Purpose }) {
  const { t } = useTranslation('sign-in')
  return (
    <Stack gap="xs">
      <Text c="dimmed">{t(purpose === 'invitation' ? 'invitationOverText' : 'resetOverText')}</Text>
      {purpose === 'password_reset' && (
        <Anchor component={Link} to="/forgotten">
          {t('askAgain')}
        </Anchor>
      )}
      <Anchor component={Link} to="/sign-in">
        {t('goToSignIn')}
      </Anchor>
    </Stack>
  )
}

function ChoosePassword({ token, purpose, email }: { token: string; purpose: Purpose; email: string }) {
  const { t } = useTranslation('sign-in')
  const router = useRouter()
  const entered = useEntered()
  const [next, setNext] = useState<NextStep | null>(null)
  const goOn = (mine: Me): void => {
    entered(mine)
    router.history.replace('/')
  }
  const [elsewhere, setElsewhere] = useState<Error | null>(null)
  const form = useForm({
    initialValues: { newPassword: '' },
    validate: { newPassword: (typed) => (typed.length < 10 ? t('passwordHelp') : null) },
  })
  const choose = useMutation({
    mutationFn: ({ newPassword }: { newPassword: string }) => call(useLinkEndpoint, { token, purpose, newPassword }),
    onSuccess: (answer) => (isNextStep(answer) ? setNext(answer) : goOn(answer)),
    onMutate: () => setElsewhere(null),
    onError: (error) => {
      if (!showErrors(form, error)) setElsewhere(error)
    },
  })
  // The password is set: what is left is done at the next sign-in, too.
  if (next) return <SecondStep next={next} onIn={goOn} onOver={() => router.history.replace('/sign-in')} />
  return (
    <form noValidate onSubmit={form.onSubmit((typed) => choose.mutate(typed))}>
      <Stack gap="md">
        <Refusal error={elsewhere} />
        {/* Tells password managers whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordField
          label={t('newPassword')}
          description={t('passwordHelp')}
          autoComplete="new-password"
          autoFocus
          {...form.getInputProps('newPassword')}
        />
        <Button type="submit" fullWidth loading={choose.isPending}>
          {t('setAndSignIn')}
        </Button>
      </Stack>
    </form>
  )
}
