import { Button, Stack } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '#contract/endpoint.ts'
import { changePassword } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { showErrors } from '#web/parts/forms.ts'
import { toastDone } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { sessions } from './sign-in.queries.ts'

export function PasswordForm() {
  const { t } = useTranslation('sign-in')
  const { email } = useMe()
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { currentPassword: isNotEmpty(t('passwordMissing')), newPassword: isNotEmpty(t('passwordMissing')) },
  })
  useUnsavedGuard(form.isDirty())

  // A refusal that belongs to no field.
  const [elsewhere, setElsewhere] = useState<Error | null>(null)
  const change = useMutation({
    mutationFn: (typed: Call<typeof changePassword>) => call(changePassword, typed),
    onSuccess: () => {
      form.reset()
      toastDone({ title: t('passwordChanged'), message: t('passwordChangedText') })
      return queryClient.invalidateQueries(sessions())
    },
    onMutate: () => setElsewhere(null),
    onError: (error) => {
      if (!showErrors(form, error, { wrong_current_password: 'currentPassword' })) setElsewhere(error)
    },
  })

  return (
    <form noValidate onSubmit={form.onSubmit((typed) => change.mutate(typed))}>
      <Stack gap="md" maw={360} align="stretch">
        {/* Tells password managers whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordField
          label={t('currentPassword')}
          autoComplete="current-password"
          {...form.getInputProps('currentPassword')}
        />
        <PasswordField
          label={t('newPassword')}
          description={t('passwordHelp')}
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        <Refusal error={elsewhere} />
        <Button type="submit" loading={change.isPending} disabled={!form.isDirty()} style={{ alignSelf: 'flex-start' }}>
          {t('changePassword')}
        </Button>
      </Stack>
    </form>
  )
}
