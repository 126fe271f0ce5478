import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { deleteDepartment, type Department } from '#contract/departments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'

export function DeleteDepartmentDialog({ department: { id, name, parentId }, onClose }: { department: Department; onClose: () => void }) {
  const { t } = useTranslation('departments')
  const queryClient = useQueryClient()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('deleteTitle', { name })}
      confirm={t('delete')}
      isDestructive
      onConfirm={async () => {
        await call(deleteDepartment, { departmentId: id })
        void askAgain(queryClient)
        toastDone({ title: t('deleted', { name }) })
      }}
    >
      {t(parentId === null ? 'deleteTextTop' : 'deleteText')}
    </ConfirmDialog>
  )
}
