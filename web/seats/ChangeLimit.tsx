import { Button, NumberInput, Stack, Switch, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { allows } from '#contract/roles.ts'
import { changeSeats, getSeats, type Seats } from '#contract/seats.ts'
import { ask, askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { useMe } from '#web/api/me.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'

/** The button and the dialog to change the seat limit; for others the word of who sets it. */
export function ChangeLimit() {
  const { t } = useTranslation('seats')
  const { role } = useMe()
  const seats = useQuery(ask(getSeats, {})).data
  const [isOpen, setIsOpen] = useState(false)
  if (!seats) return null
  if (seats.limitSetBy === 'operator') return <Text c="dimmed">{t('setByOperator')}</Text>
  if (!allows(changeSeats.access, role)) return <Text c="dimmed">{t('setByOwner')}</Text>
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>{t('change')}</Button>
      {isOpen && <LimitDialog seats={seats} onClose={() => setIsOpen(false)} />}
    </>
  )
}

function LimitDialog({ seats, onClose }: { seats: Seats; onClose: () => void }) {
  const { t } = useTranslation('seats')
  const queryClient = useQueryClient()
  const [hasLimit, setHasLimit] = useState(seats.limit !== null)
  const [typed, setTyped] = useState<number | string>(seats.limit ?? Math.max(seats.used, 1))
  const limit = hasLimit ? Number(typed) : null
  const isValid = limit === null || (Number.isInteger(limit) && limit >= 1)

  function meaning(): string {
    if (limit === null) return t('unlimitedText')
    return limit < seats.used
      ? t('lowerText', { count: seats.used - limit })
      : t('raiseText', { count: limit - seats.used })
  }
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('changeTitle')}
      confirm={t('save')}
      canConfirm={isValid && limit !== seats.limit}
      onConfirm={async () => {
        await call(changeSeats, { limit })
        void askAgain(queryClient)
        toastDone({ title: t('changed') })
      }}
    >
      <Stack gap="md">
        <Switch
          label={t('hasLimit')}
          checked={hasLimit}
          onChange={(event) => setHasLimit(event.currentTarget.checked)}
        />
        {hasLimit && (
          <NumberInput
            label={t('newLimit')}
            value={typed}
            onChange={setTyped}
            min={1}
            max={100_000_000}
            allowDecimal={false}
            thousandSeparator=" "
            maw={200}
          />
        )}
        {isValid && <Text aria-live="polite">{meaning()}</Text>}
      </Stack>
    </ConfirmDialog>
  )
}
