import { Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { clearDeactivationDate, previewChange } from '#contract/lifecycle.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ChangeDialog, type Chosen, titleFor } from './ChangeDialog.tsx'
import { PreviewLines } from './PreviewLines.tsx'
import { tellDone } from './tell-done.ts'

interface ClearDateDialogProps {
  opened: boolean
  onClose: () => void
  onDone?: () => void
  chosen: Chosen
}

/** Takes back deactivation dates (D3). */
export function ClearDateDialog({ opened, onClose, onDone, chosen: { users, count, name } }: ClearDateDialogProps) {
  const { t } = useTranslation('lifecycle')
  const queryClient = useQueryClient()
  const preview = useQuery({ ...ask(previewChange, { users, change: 'clear_date' }), enabled: opened, staleTime: 0 })
  const close = (): void => {
    make.reset()
    onClose()
  }
  const confirmCount = preview.data?.needsConfirmCount ? preview.data.willChange : undefined
  const make = useMutation({
    mutationFn: () =>
      call(
        clearDeactivationDate,
        { users, ...(confirmCount && { confirmCount }) },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: (operated) => {
      tellDone(queryClient, operated)
      onDone?.()
      close()
    },
  })
  return (
    <ChangeDialog
      opened={opened}
      onClose={close}
      title={name ? t('clearNamed', { name }) : t(...titleFor('clearTitle', count, preview.data?.willChange))}
      verb={t('clearDate')}
      onConfirm={() => make.mutate()}
      canConfirm={(preview.data?.willChange ?? 0) > 0}
      confirmCount={confirmCount}
      isWorking={make.isPending}
      error={make.error}
      failure={preview.error}
      onRetry={() => void preview.refetch()}
    >
      {preview.data && (
        <Stack gap="md">
          <Text>{t('clearMeans')}</Text>
          <PreviewLines preview={preview.data} change="clear_date" />
        </Stack>
      )}
    </ChangeDialog>
  )
}
