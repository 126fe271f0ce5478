import { Select, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeMembers } from '#contract/groups.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ChangeDialog, type Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { groups } from '#web/parts/choices.queries.ts'
import { tellMoved } from './tell-moved.ts'

interface AddToGroupDialogProps {
  opened: boolean
  onClose: () => void
  onDone?: () => void
  chosen: Chosen
}

/** Adds the people chosen to a group. */
export function AddToGroupDialog({ opened, onClose, onDone, chosen: { users, count } }: AddToGroupDialogProps) {
  const { t } = useTranslation('people')
  const queryClient = useQueryClient()
  const [to, setTo] = useState<string | null>(null)
  const all = useQuery(groups())
  const items = all.data?.items ?? []
  const make = useMutation({
    mutationFn: (groupId: string) => call(changeMembers, { groupId, users, change: 'add' }),
    onSuccess: (told, groupId) => {
      tellMoved(t('grouped', { count: told.changed, name: items.find(({ id }) => id === groupId)!.name }), told)
      void askAgain(queryClient)
      onDone?.()
      onClose()
    },
  })
  return (
    <ChangeDialog
      opened={opened}
      onClose={onClose}
      title={t('groupTitle', { count })}
      verb={t('addToGroup')}
      onConfirm={() => to && make.mutate(to)}
      canConfirm={to !== null}
      isWorking={make.isPending}
      error={make.error}
      failure={all.error}
      onRetry={() => void all.refetch()}
    >
      {all.data &&
        (items.length === 0 ? (
          <Text>{t('noGroups')}</Text>
        ) : (
          <Select
            label={t('group')}
            data={items.map(({ id, name }) => ({ value: id, label: name }))}
            value={to}
            onChange={setTo}
            searchable
            data-autofocus
          />
        ))}
    </ChangeDialog>
  )
}
