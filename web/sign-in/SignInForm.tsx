import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Call } from '#contract/endpoint.ts'
import { type Me, type NextStep, signIn } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { isNextStep } from './use-entered.ts'

interface SignInFormProps {
  onIn: (mine: Me) => void
  onNext: (next: NextStep) => void
}

export function SignInForm({ onIn, onNext }: SignInFormProps) {
  const { t } = useTranslation('sign-in')
  const enter = useMutation({
    mutationFn: (typed: Call<typeof signIn>) => call(signIn, typed),
    onSuccess: (answer) => (isNextStep(answer) ? onNext(answer) : onIn(answer)),
  })
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
