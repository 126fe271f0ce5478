import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Call } from '#contract/endpoint.ts'
import { signIn } from '#contract/sign-in.ts'
import { accessIsBack } from '#web/api/access.ts'
import { call } from '#web/api/call.ts'
import { forget, me } from '#web/api/me.ts'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { samePlace } from './same-place.ts'

const route = getRouteApi('/sign-in')

export function SignInForm() {
  const { t } = useTranslation('sign-in')
  const enter = useSignIn()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: { email: isNotEmpty(t('emailMissing')), password: isNotEmpty(t('passwordMissing')) },
  })

  return (
    <form
      noValidate
      onSubmit={form.onSubmit((typed) =>
        enter.mutate(typed, { onError: () => form.getInputNode('password')?.focus() }),
      )}
    >
      <Stack gap="md">
        <Refusal error={enter.error} />
        <TextInput
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordField
          label={t('password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" fullWidth loading={enter.isPending}>
          {t('signIn')}
        </Button>
        <Anchor component={Link} to="/forgotten">
          {t('forgotten')}
        </Anchor>
      </Stack>
    </form>
  )
}

function useSignIn() {
  const router = useRouter()
  const queryClient = useQueryClient()
  const { next } = route.useSearch()
  return useMutation({
    mutationFn: (typed: Call<typeof signIn>) => call(signIn, typed),
    onSuccess: (mine) => {
      // Somebody else may have been signed in here before.
      forget(queryClient)
      queryClient.setQueryData(me().queryKey, mine)
      accessIsBack()
      router.history.push(samePlace(next))
    },
  })
}
