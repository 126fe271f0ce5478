import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { deleteGroup, type Group } from '#contract/groups.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'

interface DeleteGroupDialogProps {
  group: Group
  onClose: () => void
  onDeleted?: () => void
}

export function DeleteGroupDialog({
  group: { id, name, active, inactive },
  onClose,
  onDeleted,
}: DeleteGroupDialogProps) {
  const { t } = useTranslation('groups')
  const queryClient = useQueryClient()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('deleteTitle', { name })}
      confirm={t('delete')}
      isDestructive
      onConfirm={async () => {
        await call(deleteGroup, { groupId: id })
        onDeleted?.()
        void askAgain(queryClient)
        toastDone({ title: t('deleted', { name }) })
      }}
    >
      {t('deleteText', { count: active + inactive })}
    </ConfirmDialog>
  )
}
