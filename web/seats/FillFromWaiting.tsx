import { Card, Switch, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { allows } from '#contract/roles.ts'
import { changeSeats, type Seats } from '#contract/seats.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone, toastRefused } from '#web/parts/toast.ts'

/** T3: nobody is activated silently, unless the owner wants it; and then it is said whom that lets in at once. */
export function FillFromWaiting({ seats: { waiting, free, fillFromWaiting } }: { seats: Seats }) {
  const { t } = useTranslation('seats')
  const { role } = useMe()
  const queryClient = useQueryClient()
  const [asks, setAsks] = useState(false)
  const change = useMutation({
    mutationFn: (isOn: boolean) => call(changeSeats, { fillFromWaiting: isOn }),
    onSuccess: (told) => {
      void askAgain(queryClient)
      toastDone({ title: t(told.fillFromWaiting ? 'fillOn' : 'fillOff') })
    },
  })
  const isOwners = allows(changeSeats.access, role)
  const letIn = Math.min(waiting, free ?? waiting)
  return (
    <Card>
      <Switch
        label={t('fill')}
        description={t('fillHelp')}
        checked={fillFromWaiting}
        disabled={!isOwners || change.isPending}
        onChange={({ currentTarget: { checked } }) => {
          if (checked && letIn > 0) setAsks(true)
          else change.mutate(checked, { onError: toastRefused })
        }}
      />
      {!isOwners && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('fillByOwner')}
        </Text>
      )}
      <ConfirmDialog
        opened={asks}
        onClose={() => setAsks(false)}
        title={t('fillTitle', { count: letIn })}
        confirm={t('fillConfirm')}
        onConfirm={() => change.mutateAsync(true)}
      >
        {t('fillText', { count: letIn, waiting })}
      </ConfirmDialog>
    </Card>
  )
}
