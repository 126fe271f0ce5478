import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '#contract/endpoint.ts'
import { type Me, type NextStep, signIn } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { samePlace } from './same-place.ts'
import { isNextStep, useEntered } from './use-entered.ts'

const route = getRouteApi('/sign-in')

// Few have one; nobody waits for its picture who has none.
const SecondStep = lazy(async () => ({ default: (await import('./SecondStep.tsx')).SecondStep }))

export function SignInForm() {
  const { t } = useTranslation('sign-in')
  const [next, setNext] = useState<NextStep | null>(null)
  const { goOn, enter } = useSignIn(setNext)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: { email: isNotEmpty(t('emailMissing')), password: isNotEmpty(t('passwordMissing')) },
  })

  if (next)
    return (
      <Suspense>
        <SecondStep next={next} onIn={goOn} onOver={() => setNext(null)} />
      </Suspense>
    )
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

function useSignIn(onNext: (next: NextStep) => void) {
  const router = useRouter()
  const entered = useEntered()
  const { next } = route.useSearch()
  const goOn = (mine: Me): void => {
    entered(mine)
    router.history.push(samePlace(next))
  }
  const enter = useMutation({
    mutationFn: (typed: Call<typeof signIn>) => call(signIn, typed),
    onSuccess: (answer) => (isNextStep(answer) ? onNext(answer) : goOn(answer)),
  })
  return { goOn, enter }
}
