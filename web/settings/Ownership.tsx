import { Button, Group, List, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Account, transferOwnership } from '#contract/accounts.ts'
import { allows } from '#contract/roles.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { PasswordField } from '#web/parts/PasswordField.tsx'
import { PeoplePicker } from '#web/parts/PeoplePicker.tsx'
import { toastDone } from '#web/parts/toast.ts'

/** S6, C3.44: who owns the account, and how it goes to somebody else. */
export function Ownership({ owner }: { owner: Account['owner'] }) {
  const { t } = useTranslation('settings')
  const { role } = useMe()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Stack gap="xs">
      <Title order={2}>{t('owner')}</Title>
      <Text c="dimmed">{t('ownerHelp')}</Text>
      <Group justify="space-between">
        <Text>
          {owner.name} · {owner.email}
        </Text>
        {allows(transferOwnership.access, role) && (
          <Button variant="default" onClick={() => setIsOpen(true)}>
            {t('transfer')}
          </Button>
        )}
      </Group>
      {isOpen && <TransferDialog onClose={() => setIsOpen(false)} />}
    </Stack>
  )
}

const places = {
  wrong_current_password: 'currentPassword',
  not_an_active_user: 'userId',
  not_found: 'userId',
} as const

function TransferDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('settings')
  const { id: myId } = useMe()
  const queryClient = useQueryClient()
  const form = useForm<{ userId: string | null; currentPassword: string }>({
    initialValues: { userId: null, currentPassword: '' },
  })
  const { userId, currentPassword } = form.values
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('transferTitle')}
      confirm={t('transfer')}
      isDestructive
      canConfirm={userId !== null && currentPassword !== ''}
      onConfirm={() =>
        toldAtFields(form, places, async () => {
          const { owner } = await call(transferOwnership, { userId: userId!, currentPassword })
          void askAgain(queryClient)
          toastDone({ title: t('transferred', { name: owner.name }) })
        })
      }
    >
      <Stack gap="md">
        <List size="sm" spacing={4}>
          <List.Item>{t('transferGives')}</List.Item>
          <List.Item>{t('transferLeaves')}</List.Item>
          <List.Item>{t('transferBack')}</List.Item>
        </List>
        <PeoplePicker
          label={t('newOwner')}
          description={t('newOwnerHelp')}
          status="active"
          exceptId={myId}
          value={userId === null ? [] : [userId]}
          onChange={(ids) => form.setFieldValue('userId', ids.at(-1) ?? null)}
        />
        {form.errors['userId'] && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {form.errors['userId']}
          </Text>
        )}
        <PasswordField
          label={t('currentPassword')}
          autoComplete="current-password"
          {...form.getInputProps('currentPassword')}
        />
      </Stack>
    </ConfirmDialog>
  )
}
