import { Alert, Anchor, Radio, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { activateUsers, previewChange } from '#contract/lifecycle.ts'
import { ask } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ChangeDialog, type Chosen, titleFor } from './ChangeDialog.tsx'
import { type Preview, PreviewLines } from './PreviewLines.tsx'
import { tellDone } from './tell-done.ts'

const ways = ['keep', 'shift', 'reset'] as const
type DueDates = (typeof ways)[number]

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
  const [dueDates, setDueDates] = useState<DueDates>('keep')
  const preview = useQuery({ ...ask(previewChange, { users, change: 'activate' }), enabled: opened, staleTime: 0 })
  const close = (): void => {
    make.reset()
    onClose()
  }
  const told = preview.data
  const confirmCount = told?.needsConfirmCount ? told.fits : undefined
  const make = useMutation({
    mutationFn: (mode: 'all_or_nothing' | 'fill') =>
      call(
        activateUsers,
        { users, mode, dueDates, ...(confirmCount && { confirmCount }) },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: (operated) => {
      tellDone(queryClient, operated)
      onDone?.()
      close()
    },
  })

  const isTooMany = told !== undefined && told.fits < told.willChange
  return (
    <ChangeDialog
      opened={opened}
      onClose={close}
      title={name ? t('activateNamed', { name }) : t(...titleFor('activateTitle', count, told?.fits))}
      verb={isTooMany && told.fits > 0 ? t('activateFirst', { count: told.fits }) : t('activate')}
      onConfirm={() => make.mutate(isTooMany ? 'fill' : 'all_or_nothing')}
      canConfirm={told !== undefined && told.fits > 0}
      confirmCount={confirmCount}
      isWorking={make.isPending}
      error={make.error}
      failure={preview.error}
      onRetry={() => void preview.refetch()}
    >
      {told && (
        <Stack gap="md">
          <Text>{t('activateMeans')}</Text>
          {isTooMany ? <TooFewSeats preview={told} /> : <SeatsLeft free={told.seatsFree} />}
          {told.fits > 0 && told.missedCourses > 0 && <Text>{t('missedCourses', { count: told.missedCourses })}</Text>}
          {told.fits > 0 && told.passedDueDates > 0 && (
            <Radio.Group
              label={t('passedDueDates', { count: told.passedDueDates })}
              value={dueDates}
              onChange={(how) => setDueDates(how)}
            >
              <Stack gap={4} mt={4}>
                {ways.map((how) => (
                  <Radio key={how} value={how} label={t(`dueDates.${how}`)} />
                ))}
              </Stack>
            </Radio.Group>
          )}
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
      title={fits > 0 ? t('tooFew', { needed: willChange, free: fits }) : t('noneFits', { count: willChange })}
    >
      <Text>{t(fits > 0 ? 'waysOut' : 'makeRoom')}</Text>
      <Anchor component={Link} to="/seats">
        {t('toSeats')}
      </Anchor>
    </Alert>
  )
}
