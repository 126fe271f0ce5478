import { Alert, Button, PasswordInput, Stack } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Call } from '#contract/endpoint.ts'
import { changePassword } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { fieldErrors, Refused } from '#web/api/refused.ts'
import { toastDone } from '#web/parts/toast.ts'
import { useUnsavedGuard } from '#web/parts/unsaved.ts'
import { sessions } from './sign-in.queries.ts'

export function PasswordForm() {
  const { t } = useTranslation(['sign-in', 'parts'])
  const { email } = useMe()
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { currentPassword: isNotEmpty(t('passwordMissing')), newPassword: isNotEmpty(t('passwordMissing')) },
  })
  useUnsavedGuard(form.isDirty())

  const change = useMutation({
    mutationFn: (typed: Call<typeof changePassword>) => call(changePassword, typed),
    onSuccess: () => {
      form.reset()
      toastDone({ title: t('passwordChanged'), message: t('passwordChangedText') })
      return queryClient.invalidateQueries(sessions())
    },
    onError: (error) => form.setErrors(errorsAt(error)),
  })
  const elsewhere = change.error && Object.keys(errorsAt(change.error)).length === 0

  return (
    <form noValidate onSubmit={form.onSubmit((typed) => change.mutate(typed))}>
      <Stack gap="md" maw={360} align="stretch">
        {/* Tells password managers whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t('currentPassword')}
          autoComplete="current-password"
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label={t('newPassword')}
          description={t('passwordHelp')}
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        {elsewhere && (
          <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />}>
            {change.error instanceof Refused ? change.error.title : t('parts:unexpected')}
          </Alert>
        )}
        <Button type="submit" loading={change.isPending} disabled={!form.isDirty()} style={{ alignSelf: 'flex-start' }}>
          {t('changePassword')}
        </Button>
      </Stack>
    </form>
  )
}

function errorsAt(error: unknown): Record<string, string> {
  if (error instanceof Refused && error.code === 'wrong_current_password') return { currentPassword: error.title }
  return fieldErrors(error)
}
