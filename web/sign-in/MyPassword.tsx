import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askForReset } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { PasswordForm } from './PasswordForm.tsx'
import { password } from './sign-in.queries.ts'

/** My password: changed, or, for whoever came without one, set. */
export function MyPassword() {
  const { t } = useTranslation('sign-in')
  const { data, error, refetch } = useQuery(password())
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height={52} />
  if (data.isSet) return <PasswordForm />
  return data.isOn ? <FirstPassword /> : <Text>{t('passwordIsOff')}</Text>
}

function FirstPassword() {
  const { t } = useTranslation('sign-in')
  const { email } = useMe()
  const asking = useMutation({
    mutationFn: () => call(askForReset, { email }),
    onSuccess: () => toastDone({ title: t('firstPasswordSent', { email }) }),
  })
  return (
    <Stack gap="md">
      <Text>{t('passwordNone')}</Text>
      <Refusal error={asking.error} />
      <Group>
        <Button
          variant="default"
          leftSection={<IconMail size={16} />}
          loading={asking.isPending}
          disabled={asking.isSuccess}
          onClick={() => asking.mutate()}
        >
          {t('firstPassword')}
        </Button>
      </Group>
    </Stack>
  )
}
