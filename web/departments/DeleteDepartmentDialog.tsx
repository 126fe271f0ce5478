import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { deleteDepartment, type Department } from '#contract/departments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'

interface DeleteDepartmentDialogProps {
  department: Department
  items: readonly Department[]
  onClose: () => void
}

/** Says where its people go, before it goes; or that those below it must go first. */
export function DeleteDepartmentDialog({ department, items, onClose }: DeleteDepartmentDialogProps) {
  const { t } = useTranslation('departments')
  const queryClient = useQueryClient()
  const { id, name, parentId, active, inactive } = department
  const below = items.filter((other) => other.parentId === id).length
  const above = items.find((other) => other.id === parentId)

  function meaning(): string {
    if (below > 0) return t('deleteFirst', { count: below })
    if (active + inactive === 0) return t('deleteEmpty')
    const count = active + inactive
    return above ? t('deleteText', { count, above: above.name }) : t('deleteTextTop', { count })
  }
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('deleteTitle', { name })}
      confirm={t('delete')}
      isDestructive
      canConfirm={below === 0}
      onConfirm={async () => {
        await call(deleteDepartment, { departmentId: id })
        void askAgain(queryClient)
        toastDone({ title: t('deleted', { name }) })
      }}
    >
      {meaning()}
    </ConfirmDialog>
  )
}
