import { Alert, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteImport, type Import, runImport } from '#contract/imports.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { ImportHead } from './ImportHead.tsx'
import { RowList } from './RowList.tsx'

const toDoOf = ({ counts }: Import): number =>
  counts.new_active + counts.new_waiting + counts.new_inactive + counts.changed + counts.missing

/** The third step: what would come of each row, seats included, before anything happens (B2). */
export function PreviewStep({ one }: { one: Import }) {
  const { t } = useTranslation('imports')
  const [isDiscarding, setIsDiscarding] = useState(false)
  const navigate = useNavigate()
  return (
    <>
      <ImportHead step="preview" subtitle={t(one.deactivatesMissing ? 'previewTextMissing' : 'previewText')} />
      <Stack gap="md">
        <Consequences one={one} />
        <RunBar one={one} onDiscard={() => setIsDiscarding(true)} />
        <RowList one={one} />
      </Stack>
      <ConfirmDialog
        opened={isDiscarding}
        onClose={() => setIsDiscarding(false)}
        title={t('discardTitle')}
        confirm={t('discard')}
        onConfirm={async () => {
          await call(deleteImport, { importId: one.id })
          void navigate({ to: '/people' })
        }}
        isDestructive
      >
        <Text>{t('discardText')}</Text>
      </ConfirmDialog>
    </>
  )
}

function Consequences({ one }: { one: Import }) {
  const { t } = useTranslation('imports')
  const { seats, counts, deactivatesMissing, unread } = one
  return (
    <Stack gap="xs" maw={720}>
      {seats && (
        <Text fw={500}>
          {seats.limit === null
            ? t('seatsUnlimited', { before: seats.before, after: seats.after })
            : t('seats', { before: seats.before, after: seats.after, limit: seats.limit })}
        </Text>
      )}
      {counts.new_waiting > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
          {t('waiting', { count: counts.new_waiting })}
        </Alert>
      )}
      {counts.missing > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
          {t('missing', { count: counts.missing })}
        </Alert>
      )}
      {deactivatesMissing && unread > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
          {t('unread', { count: unread })}
        </Alert>
      )}
      {counts.error > 0 && (
        <Alert color="red" icon={<IconAlertTriangle size={18} />}>
          {t('errors', { count: counts.error })} {toDoOf(one) > 0 && t('othersDone')}
        </Alert>
      )}
    </Stack>
  )
}

function RunBar({ one, onDiscard }: { one: Import; onDiscard: () => void }) {
  const { t } = useTranslation('imports')
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [invites, setInvites] = useState(false)
  const [typed, setTyped] = useState('')
  const [key] = useState(() => crypto.randomUUID())
  const toDo = toDoOf(one)
  const hasNew = toDo > one.counts.changed + one.counts.missing
  const { accessChanges, needsConfirmCount } = one
  const isConfirmed = !needsConfirmCount || Number(typed.replaceAll(/[^0-9]/g, '')) === accessChanges
  const run = useMutation({
    mutationFn: () =>
      call(
        runImport,
        { importId: one.id, invite: hasNew && invites, ...(needsConfirmCount && { confirmCount: accessChanges }) },
        { idempotencyKey: key },
      ),
    onSuccess: () => askAgain(queryClient),
  })
  return (
    <Stack gap="sm" maw={720}>
      {hasNew && (
        <Switch
          label={t('invite')}
          description={t('inviteHelp')}
          checked={invites}
          onChange={(event) => setInvites(event.currentTarget.checked)}
        />
      )}
      {needsConfirmCount && (
        <TextInput
          label={t('typeCount', { count: accessChanges })}
          inputMode="numeric"
          autoComplete="off"
          maw={420}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <Refusal error={run.error} />
      {toDo === 0 && <Text>{t('nothingToDo')}</Text>}
      <Group gap="xs">
        <Button disabled={toDo === 0 || !isConfirmed} loading={run.isPending} onClick={() => run.mutate()}>
          {toDo === 0 ? t('runNothing') : t(one.counts.missing > 0 ? 'runMissing' : 'run', { count: toDo })}
        </Button>
        <Button
          variant="default"
          onClick={() =>
            void navigate({
              to: '/people/import/$importId',
              params: { importId: one.id },
              search: { step: 'columns' },
            })
          }
        >
          {t('backToColumns')}
        </Button>
        <Button variant="subtle" color="gray" onClick={onDiscard}>
          {t('discard')}
        </Button>
      </Group>
    </Stack>
  )
}
