import { MultiSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { roles as all, type Role } from '#contract/roles.ts'
import { changeSecondStepRule, getSecondStepRule } from '#contract/second-step.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'

/** Whose sign-in with a password needs a second step. */
export function SecondStepRule() {
  const { t } = useTranslation(['settings', 'parts'])
  const queryClient = useQueryClient()
  const rule = ask(getSecondStepRule, {})
  const asked = useQuery(rule)
  const change = useMutation({
    mutationFn: (roles: Role[]) => call(changeSecondStepRule, { roles }),
    onSuccess: (told) => {
      queryClient.setQueryData(rule.queryKey, told)
      toastDone({ title: t('secondStepChanged') })
    },
    onError: toastRefused,
  })
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  return (
    <MultiSelect
      label={t('secondStepRoles')}
      description={t('secondStepRolesHelp')}
      placeholder={asked.data?.roles.length === 0 ? t('secondStepNobody') : ''}
      data={all.map((role) => ({ value: role, label: t(`parts:role.${role}`) }))}
      value={asked.data?.roles ?? []}
      onChange={(roles) => change.mutate(roles)}
      disabled={!asked.data || change.isPending}
    />
  )
}
