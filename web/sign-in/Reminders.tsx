import { Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { changeMailChoice } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { toastRefused } from '#web/parts/toast.ts'
import { reminders } from './sign-in.queries.ts'

/** Whether I am reminded by mail of courses that fall due. */
export function Reminders() {
  const { t } = useTranslation('sign-in')
  const queryClient = useQueryClient()
  const asked = useQuery(reminders())
  const choose = useMutation({
    mutationFn: (wanted: boolean) => call(changeMailChoice, { reminders: wanted }),
    onSuccess: (answer) => queryClient.setQueryData(reminders().queryKey, answer),
    onError: toastRefused,
  })
  return (
    <Switch
      label={t('wantsReminders')}
      checked={asked.data?.reminders ?? false}
      disabled={!asked.data || choose.isPending}
      onChange={(event) => choose.mutate(event.currentTarget.checked)}
    />
  )
}
