import { Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { addGroup, editGroup, type Group } from '#contract/groups.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { toastDone } from '#web/parts/toast.ts'

/** Adds a group, or renames one. */
export function GroupDialog({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const { t } = useTranslation('groups')
  const queryClient = useQueryClient()
  const form = useForm({ initialValues: { name: group?.name ?? '', description: group?.description ?? '' } })
  const { name, description } = form.values
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={group ? t('editTitle', { name: group.name }) : t('addTitle')}
      confirm={group ? t('save') : t('add')}
      canConfirm={name.trim() !== ''}
      onConfirm={() =>
        toldAtFields(form, { name_taken: 'name' }, async () => {
          const told = { name, description: description.trim() || null }
          await (group ? call(editGroup, { groupId: group.id, ...told }) : call(addGroup, told))
          void askAgain(queryClient)
          toastDone({ title: t(group ? 'saved' : 'added', { name: name.trim() }) })
        })
      }
    >
      <Stack gap="md">
        <TextInput label={t('name')} maxLength={100} data-autofocus {...form.getInputProps('name')} />
        <Textarea
          label={t('description')}
          maxLength={500}
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
      </Stack>
    </ConfirmDialog>
  )
}
