import { Button, Group, Select, Skeleton, Stack, Table, TagsInput, Text, TextInput } from '@mantine/core'
import { IconForms, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addCustomField, type CustomField, deleteCustomField } from '#contract/accounts.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { customFields } from '#web/parts/choices.queries.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { toastDone } from '#web/parts/toast.ts'

/** The custom fields of people. */
export function FieldsTab() {
  const { t } = useTranslation('settings')
  const queryClient = useQueryClient()
  const [isAdding, setIsAdding] = useState(false)
  const [deleting, setDeleting] = useState<CustomField | null>(null)
  const asked = useQuery(customFields())
  if (asked.isError) return <Failure error={asked.error} onRetry={() => void asked.refetch()} />
  if (asked.isPending) return <Skeleton height={240} maw={720} />
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
      {t('addField')}
    </Button>
  )
  return (
    <Stack gap="md" maw={860}>
      {asked.data.items.length === 0 ? (
        <EmptyState icon={IconForms} title={t('noFields')} text={t('noFieldsText')} action={add} />
      ) : (
        <>
          <Group justify="space-between">
            <Text c="dimmed">{t('fieldsText')}</Text>
            {add}
          </Group>
          <Rows items={asked.data.items} onDelete={setDeleting} />
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

function Rows({ items, onDelete }: { items: readonly CustomField[]; onDelete: (field: CustomField) => void }) {
  const { t } = useTranslation('settings')
  return (
    <Table.ScrollContainer minWidth={560} type="native">
      <Table aria-label={t('fields')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('label')}</Table.Th>
            <Table.Th>{t('kind')}</Table.Th>
            <Table.Th>{t('key')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((field) => (
            <Table.Tr key={field.id}>
              <Table.Td>{field.label}</Table.Td>
              <Table.Td>
                {t(`kinds.${field.kind}`)}
                {field.choices.length > 0 && `: ${field.choices.join(', ')}`}
              </Table.Td>
              <Table.Td>
                <code>{field.key}</code>
              </Table.Td>
              <Table.Td ta="end">
                <Button
                  variant="subtle"
                  color="gray"
                  size="xs"
                  leftSection={<IconTrash size={14} />}
                  aria-label={`${t('deleteField')} ${field.label}`}
                  onClick={() => onDelete(field)}
                >
                  {t('deleteField')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('settings')
  const queryClient = useQueryClient()
  const [label, setLabel] = useState('')
  const [kind, setKind] = useState<CustomField['kind']>('text')
  const [choices, setChoices] = useState<string[]>([])
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('addField')}
      confirm={t('addField')}
      canConfirm={label.trim() !== '' && (kind !== 'choice' || choices.length > 0)}
      onConfirm={async () => {
        await call(addCustomField, { label, kind, choices: kind === 'choice' ? choices : [] })
        void askAgain(queryClient)
        toastDone({ title: t('fieldAdded') })
      }}
    >
      <Stack gap="md">
        <TextInput label={t('label')} maxLength={60} value={label} onChange={(event) => setLabel(event.currentTarget.value)} data-autofocus />
        <Select
          label={t('kind')}
          data={(['text', 'date', 'choice'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value as CustomField['kind'])}
          allowDeselect={false}
        />
        {kind === 'choice' && <TagsInput label={t('choices')} description={t('choicesHelp')} value={choices} onChange={setChoices} />}
      </Stack>
    </ConfirmDialog>
  )
}
