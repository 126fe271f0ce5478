import { Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { addDepartment, type Department, editDepartment } from '#contract/departments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { departmentOptions } from '#web/parts/choices.queries.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { toastDone } from '#web/parts/toast.ts'
import { withBelow } from './tree.ts'

interface DepartmentDialogProps {
  /** Null: a new one. */
  department: Department | null
  below: Department | null
  items: readonly Department[]
  onClose: () => void
}

const places = { name_taken: 'name', inside_itself: 'parentId', unknown_department: 'parentId' } as const

/** Adds a department, or renames and moves one. */
export function DepartmentDialog({ department, below, items, onClose }: DepartmentDialogProps) {
  const { t } = useTranslation('departments')
  const queryClient = useQueryClient()
  const form = useForm<{ name: string; parentId: string | null }>({
    initialValues: { name: department?.name ?? '', parentId: department?.parentId ?? below?.id ?? null },
  })
  const { name } = form.values
  const itself = department ? withBelow(items, department.id) : new Set()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={department ? t('editTitle', { name: department.name }) : t('addTitle')}
      confirm={department ? t('save') : t('add')}
      canConfirm={name.trim() !== ''}
      onConfirm={() =>
        toldAtFields(form, places, async () => {
          const told = form.values
          await (department
            ? call(editDepartment, { departmentId: department.id, ...told })
            : call(addDepartment, told))
          void askAgain(queryClient)
          toastDone({ title: t(department ? 'saved' : 'added', { name: name.trim() }) })
        })
      }
    >
      <Stack gap="md">
        <TextInput label={t('name')} maxLength={100} data-autofocus {...form.getInputProps('name')} />
        <Select
          label={t('parent')}
          description={t('parentHelp')}
          placeholder={t('top')}
          data={departmentOptions(items).filter(({ value }) => !itself.has(value))}
          searchable
          clearable
          nothingFoundMessage={t('noneFound')}
          {...form.getInputProps('parentId')}
        />
      </Stack>
    </ConfirmDialog>
  )
}
