import { Anchor, Button, Skeleton, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLink as useLinkEndpoint } from '#contract/sign-in.ts'
import { accessIsBack } from '#web/api/access.ts'
import { call } from '#web/api/call.ts'
import { forget, me } from '#web/api/me.ts'
import { Refused } from '#web/api/refused.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { showErrors } from '#web/parts/forms.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { mailedLink } from './sign-in.queries.ts'
import { SignInCard } from './SignInCard.tsx'

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
  const queryClient = useQueryClient()
  const [elsewhere, setElsewhere] = useState<Error | null>(null)
  const form = useForm({
    initialValues: { newPassword: '' },
    validate: { newPassword: (typed) => (typed.length < 10 ? t('passwordHelp') : null) },
  })
  const choose = useMutation({
    mutationFn: ({ newPassword }: { newPassword: string }) => call(useLinkEndpoint, { token, purpose, newPassword }),
    onSuccess: (mine) => {
      // Somebody else may have been signed in here before.
      forget(queryClient)
      queryClient.setQueryData(me().queryKey, mine)
      accessIsBack()
      router.history.replace('/')
    },
    onMutate: () => setElsewhere(null),
    onError: (error) => {
      if (!showErrors(form, error)) setElsewhere(error)
    },
  })
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
