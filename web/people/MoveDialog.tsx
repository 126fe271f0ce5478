import { Select } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { moveToDepartment } from '#contract/departments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ChangeDialog, type Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { departmentOptions, departments } from '#web/parts/choices.queries.ts'
import { tellMoved } from './tell-moved.ts'

interface MoveDialogProps {
  opened: boolean
  onClose: () => void
  onDone?: () => void
  chosen: Chosen
}

const none = 'none'

/** Changes the department of the people chosen. */
export function MoveDialog({ opened, onClose, onDone, chosen: { users, count } }: MoveDialogProps) {
  const { t } = useTranslation('people')
  const queryClient = useQueryClient()
  const { role } = useMe()
  const [to, setTo] = useState<string | null>(null)
  const all = useQuery(departments())
  // A department administrator moves people among their own departments.
  const outside = role === 'department_administrator' ? [] : [{ value: none, label: t('noDepartment') }]
  const options = [...departmentOptions(all.data?.items ?? []), ...outside]
  const make = useMutation({
    mutationFn: (departmentId: string) =>
      call(moveToDepartment, { users, departmentId: departmentId === none ? null : departmentId }),
    onSuccess: (told, departmentId) => {
      const name = options.find(({ value }) => value === departmentId)!.label.trim()
      tellMoved(t('moved', { count: told.changed, name }), told)
      void askAgain(queryClient)
      onDone?.()
      onClose()
    },
  })
  return (
    <ChangeDialog
      opened={opened}
      onClose={onClose}
      title={t('moveTitle', { count })}
      verb={t('move')}
      onConfirm={() => to && make.mutate(to)}
      canConfirm={to !== null}
      isWorking={make.isPending}
      error={make.error}
      failure={all.error}
      onRetry={() => void all.refetch()}
    >
      {all.data && (
        <Select label={t('department')} data={options} value={to} onChange={setTo} searchable data-autofocus />
      )}
    </ChangeDialog>
  )
}
