import { ActionIcon, Button, Group, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconForms, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addCustomField, type CustomField, deleteCustomField } from '#contract/accounts.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { customFields } from '#web/parts/choices.queries.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { type Column, DataTable } from '#web/parts/DataTable.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { toastDone } from '#web/parts/toast.ts'

/** The custom fields of people. */
export function FieldsTab() {
  const { t } = useTranslation('settings')
  const queryClient = useQueryClient()
  const [isAdding, setIsAdding] = useState(false)
  const [deleting, setDeleting] = useState<CustomField | null>(null)
  const asked = useQuery(customFields())
  if (asked.isLoadingError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
      {t('addField')}
    </Button>
  )
  return (
    <Stack gap="md" maw={860}>
      {asked.data?.items.length === 0 ? (
        <EmptyState icon={IconForms} title={t('noFields')} text={t('noFieldsText')} action={add} />
      ) : (
        <>
          <Group justify="space-between">
            <Text c="dimmed">{t('fieldsText')}</Text>
            {add}
          </Group>
          <Rows items={asked.data?.items} onDelete={setDeleting} />
        </>
      )}
      {isAdding && <AddDialog onClose={() => setIsAdding(false)} />}
      <ConfirmDialog
        opened={deleting !== null}
        onClose={() => setDeleting(null)}
        title={t('deleteFieldTitle', { label: deleting?.label ?? '' })}
        confirm={t('deleteField')}
        isDestructive
        onConfirm={async () => {
          await call(deleteCustomField, { fieldId: deleting!.id })
          void askAgain(queryClient)
          toastDone({ title: t('fieldDeleted') })
        }}
      >
        {t('deleteFieldText')}
      </ConfirmDialog>
    </Stack>
  )
}

interface RowsProps {
  items: readonly CustomField[] | undefined
  onDelete: (field: CustomField) => void
}

function Rows({ items, onDelete }: RowsProps) {
  const { t } = useTranslation('settings')
  const columns: Column<CustomField>[] = [
    { label: t('label'), kind: 'title', render: ({ label }) => <Text fw={500}>{label}</Text> },
    { label: t('kind'), render: ({ kind }) => t(`kinds.${kind}`) },
    { label: t('choices'), kind: 'long', render: ({ choices }) => choices.join(', ') },
    { label: t('key'), render: ({ key }) => <code>{key}</code> },
    {
      label: t('actions'),
      kind: 'actions',
      render: (field) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`${t('deleteField')} ${field.label}`}
          onClick={() => onDelete(field)}
        >
          <IconTrash size={16} />
        </ActionIcon>
      ),
    },
  ]
  return <DataTable label={t('fields')} columns={columns} rows={items} keyOf={({ id }) => id} minWidth={560} />
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('settings')
  const queryClient = useQueryClient()
  const form = useForm<Pick<CustomField, 'label' | 'kind' | 'choices'>>({
    initialValues: { label: '', kind: 'text', choices: [] },
  })
  const { label, kind, choices } = form.values
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('addField')}
      confirm={t('addField')}
      canConfirm={label.trim() !== '' && (kind !== 'choice' || choices.length > 0)}
      onConfirm={() =>
        toldAtFields(form, { name_taken: 'label' }, async () => {
          await call(addCustomField, { label, kind, choices: kind === 'choice' ? choices : [] })
          void askAgain(queryClient)
          toastDone({ title: t('fieldAdded') })
        })
      }
    >
      <Stack gap="md">
        <TextInput label={t('label')} maxLength={60} data-autofocus {...form.getInputProps('label')} />
        <Select
          label={t('kind')}
          data={(['text', 'date', 'choice'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        {kind === 'choice' && (
          <TagsInput label={t('choices')} description={t('choicesHelp')} {...form.getInputProps('choices')} />
        )}
      </Stack>
    </ConfirmDialog>
  )
}
