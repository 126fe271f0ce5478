import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askForReset } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { SignInCard } from './SignInCard.tsx'

/** Asks for a link to a new password. What is said afterwards is the same for every address (R10). */
export function ForgottenPage() {
  const { t } = useTranslation('sign-in')
  const [email, setEmail] = useState('')
  const ask = useMutation({ mutationFn: () => call(askForReset, { email: email.trim() }) })
  return (
    <SignInCard>
      <PageTitle title={t('forgottenTitle')} subtitle={t('forgottenText')} />
      {ask.isSuccess ? (
        <Alert color="green" role="status" icon={<IconMail size={18} />} title={t('resetAsked')}>
          {t('resetAskedText', { email: email.trim() })}
        </Alert>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (email.trim()) ask.mutate()
          }}
        >
          <Stack gap="md">
            <Refusal error={ask.error} />
            <TextInput
              label={t('email')}
              type="email"
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Button type="submit" fullWidth loading={ask.isPending}>
              {t('sendLink')}
            </Button>
          </Stack>
        </form>
      )}
      <Text mt="md">
        <Anchor component={Link} to="/sign-in">
          {t('goToSignIn')}
        </Anchor>
      </Text>
    </SignInCard>
  )
}
