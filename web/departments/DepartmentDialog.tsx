import { Select, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addDepartment, type Department, editDepartment } from '#contract/departments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { departmentOptions } from '#web/parts/choices.queries.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'

interface DepartmentDialogProps {
  /** Null: a new one. */
  department: Department | null
  below: Department | null
  items: readonly Department[]
  onClose: () => void
}

/** Adds a department, or renames and moves one. */
export function DepartmentDialog({ department, below, items, onClose }: DepartmentDialogProps) {
  const { t } = useTranslation('departments')
  const queryClient = useQueryClient()
  const [name, setName] = useState(department?.name ?? '')
  const [parentId, setParentId] = useState<string | null>(department?.parentId ?? below?.id ?? null)
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={department ? t('editTitle', { name: department.name }) : t('addTitle')}
      confirm={department ? t('save') : t('add')}
      canConfirm={name.trim() !== ''}
      onConfirm={async () => {
        const told = { name, parentId }
        await (department ? call(editDepartment, { departmentId: department.id, ...told }) : call(addDepartment, told))
        void askAgain(queryClient)
        toastDone({ title: t(department ? 'saved' : 'added', { name: name.trim() }) })
      }}
    >
      <Stack gap="md">
        <TextInput label={t('name')} maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Select
          label={t('parent')}
          placeholder={t('top')}
          data={departmentOptions(items).filter(({ value }) => value !== department?.id)}
          value={parentId}
          onChange={setParentId}
          searchable
          clearable
        />
      </Stack>
    </ConfirmDialog>
  )
}
