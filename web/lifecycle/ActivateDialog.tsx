import { Alert, Anchor, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { activateUsers, previewChange } from '#contract/lifecycle.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ChangeDialog, type Chosen } from './ChangeDialog.tsx'
import { type Preview, PreviewLines } from './PreviewLines.tsx'
import { tellDone } from './tell-done.ts'

interface ActivateDialogProps {
  opened: boolean
  onClose: () => void
  onDone?: () => void
  chosen: Chosen
}

/** Lets people in again, with the seats counted before anything happens (J14, T4). */
export function ActivateDialog({ opened, onClose, onDone, chosen: { users, count, name } }: ActivateDialogProps) {
  const { t } = useTranslation('lifecycle')
  const queryClient = useQueryClient()
  const preview = useQuery({ ...ask(previewChange, { users, change: 'activate' }), enabled: opened, staleTime: 0 })
  const close = (): void => {
    make.reset()
    onClose()
  }
  const make = useMutation({
    mutationFn: (mode: 'all_or_nothing' | 'fill') =>
      call(activateUsers, { users, mode }, { idempotencyKey: crypto.randomUUID() }),
    onSuccess: (operated) => {
      tellDone(queryClient, operated)
      onDone?.()
      close()
    },
  })

  const told = preview.data
  const isTooMany = told !== undefined && told.fits < told.willChange
  return (
    <ChangeDialog
      opened={opened}
      onClose={close}
      title={name ? t('activateNamed', { name }) : t('activateTitle', { count })}
      verb={isTooMany && told.fits > 0 ? t('activateFirst', { count: told.fits }) : t('activate')}
      onConfirm={() => make.mutate(isTooMany ? 'fill' : 'all_or_nothing')}
      canConfirm={told !== undefined && told.fits > 0}
      isWorking={make.isPending}
      error={make.error}
      failure={preview.error}
      onRetry={() => void preview.refetch()}
    >
      {told && (
        <Stack gap="md">
          <Text>{t('activateMeans')}</Text>
          {isTooMany ? <TooFewSeats preview={told} /> : <SeatsLeft free={told.seatsFree} />}
          <PreviewLines preview={{ ...told, willChange: told.fits }} change="activate" />
        </Stack>
      )}
    </ChangeDialog>
  )
}

function SeatsLeft({ free }: { free: number | null }) {
  const { t } = useTranslation('lifecycle')
  return <Text>{free === null ? t('seatsUnlimited') : t('seatsFree', { count: Math.max(free, 0) })}</Text>
}

function TooFewSeats({ preview: { willChange, fits } }: { preview: Preview }) {
  const { t } = useTranslation('lifecycle')
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle size={18} />}
      title={t('tooFew', { needed: willChange, free: fits })}
    >
      <Text>{t('waysOut')}</Text>
      <Anchor component={Link} to="/seats">
        {t('toSeats')}
      </Anchor>
    </Alert>
  )
}
