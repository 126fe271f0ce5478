import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeMembers, type Group } from '#contract/groups.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { PeoplePicker } from '#web/parts/PeoplePicker.tsx'
import { toastDone } from '#web/parts/toast.ts'

export function AddMembersDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useTranslation('groups')
  const queryClient = useQueryClient()
  const [ids, setIds] = useState<string[]>([])
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('addPeopleTitle', { name: group.name })}
      confirm={ids.length > 0 ? t('addCount', { count: ids.length }) : t('addPeople')}
      canConfirm={ids.length > 0}
      onConfirm={async () => {
        const { changed, alreadySo, refused } = await call(changeMembers, {
          groupId: group.id,
          users: { ids },
          change: 'add',
        })
        void askAgain(queryClient)
        const rest = [
          alreadySo > 0 && t('alreadyIn', { count: alreadySo }),
          refused > 0 && t('notYours', { count: refused }),
        ]
        toastDone({
          title: t('addedPeople', { count: changed, name: group.name }),
          message: rest.filter(Boolean).join(' '),
        })
      }}
    >
      <PeoplePicker label={t('people')} value={ids} onChange={setIds} />
    </ConfirmDialog>
  )
}
