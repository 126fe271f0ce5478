import { Alert, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '#contract/endpoint.ts'
import { deactivateUsers, previewChange } from '#contract/lifecycle.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { isDay } from '#web/parts/typed-date.ts'
import { ChangeDialog, type Chosen, titleFor } from './ChangeDialog.tsx'
import { LastDayField } from './LastDayField.tsx'
import { PreviewLines } from './PreviewLines.tsx'
import { tellDone } from './tell-done.ts'

interface Typed {
  isLater: boolean
  deactivationDate: string | null
  keepEarlierDate: boolean
  reason: string
}

const nothingTyped: Typed = { isLater: false, deactivationDate: null, keepEarlierDate: false, reason: '' }

interface DeactivateDialogProps {
  opened: boolean
  onClose: () => void
  onDone?: () => void
  chosen: Chosen
}

/** Ends the access of the people chosen, now or on a date, after showing what that does (J12, J13, B2). */
export function DeactivateDialog({ opened, onClose, onDone, chosen }: DeactivateDialogProps) {
  const { t } = useTranslation('lifecycle')
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState(nothingTyped)
  const change = (part: Partial<Typed>) => setTyped({ ...typed, ...part })
  const { users, count, name } = chosen
  const date = typed.isLater && isDay(typed.deactivationDate) ? typed.deactivationDate : null

  const asked = {
    users,
    change: typed.isLater ? 'schedule' : 'deactivate',
    ...(date && { deactivationDate: date }),
  } as const
  const preview = useQuery({
    ...ask(previewChange, asked),
    enabled: opened,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const told = preview.data
  const kept = date && typed.keepEarlierDate ? (told?.haveEarlierDate ?? 0) : 0
  const confirmCount = told?.needsConfirmCount ? told.willChange - kept : undefined
  const make = useMutation({
    mutationFn: (input: Call<typeof deactivateUsers>) =>
      call(deactivateUsers, input, { idempotencyKey: crypto.randomUUID() }),
    onSuccess: (operated) => {
      tellDone(queryClient, operated)
      onDone?.()
      close()
    },
  })
  const close = (): void => {
    setTyped(nothingTyped)
    make.reset()
    onClose()
  }
  const confirm = (): void =>
    make.mutate({
      users,
      ...(date && { deactivationDate: date, keepEarlierDate: typed.keepEarlierDate }),
      ...(typed.reason.trim() && { reason: typed.reason }),
      ...(confirmCount && { confirmCount }),
    })

  const canConfirm =
    told !== undefined &&
    !preview.isPlaceholderData &&
    told.willChange > 0 &&
    (!typed.isLater || (date !== null && told.dateIsAhead))
  return (
    <ChangeDialog
      opened={opened}
      onClose={close}
      title={name ? t('deactivateNamed', { name }) : t(...titleFor('deactivateTitle', count, told?.willChange))}
      verb={t('deactivate')}
      onConfirm={confirm}
      canConfirm={canConfirm}
      confirmCount={confirmCount}
      isWorking={make.isPending}
      isDestructive={!typed.isLater}
      error={make.error}
      failure={preview.error}
      onRetry={() => void preview.refetch()}
    >
      {told && (
        <Stack gap="md">
          <Radio.Group
            label={t('when')}
            value={typed.isLater ? 'later' : 'now'}
            onChange={(when) => change({ isLater: when === 'later' })}
          >
            <Group mt={4} gap="lg">
              <Radio value="now" label={t('now')} />
              <Radio value="later" label={t('later')} />
            </Group>
          </Radio.Group>
          {typed.isLater && <Text>{t('laterMeans', { count: told.willChange || count })}</Text>}
          {!typed.isLater && told.willChange !== told.waiting && (
            <Text>{t('nowMeans', { count: told.willChange - told.waiting })}</Text>
          )}
          {!typed.isLater && told.waiting > 0 && <Text>{t('waitNoMore', { count: told.waiting })}</Text>}
          {typed.isLater && (
            <LastDayField
              value={typed.deactivationDate}
              onChange={(deactivationDate) => change({ deactivationDate })}
              today={told.today}
              deactivateAt={told.deactivateAt}
              isRefused={!told.dateIsAhead}
            />
          )}
          {typed.isLater && told.haveDate > 0 && (
            <Alert
              color="yellow"
              icon={<IconAlertTriangle size={18} />}
              title={t('haveDate', { count: told.haveDate })}
            >
              <Radio.Group
                value={typed.keepEarlierDate ? 'keep' : 'replace'}
                onChange={(value) => change({ keepEarlierDate: value === 'keep' })}
              >
                <Stack gap={4}>
                  <Radio value="replace" label={t('replaceDates')} />
                  <Radio value="keep" label={t('keepEarlier')} />
                </Stack>
              </Radio.Group>
            </Alert>
          )}
          <TextInput
            label={t('reason')}
            description={t('reasonHelp')}
            maxLength={500}
            value={typed.reason}
            onChange={(event) => change({ reason: event.currentTarget.value })}
          />
          {typed.isLater && date === null ? (
            <Text size="sm" fw={600}>
              {t('chooseDayFirst')}
            </Text>
          ) : (
            <PreviewLines preview={told} change={asked.change} />
          )}
        </Stack>
      )}
    </ChangeDialog>
  )
}
