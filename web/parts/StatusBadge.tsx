import { Stack, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { useTimeout } from '@mantine/hooks'
import { IconCircleCheck, IconCircleMinus, IconClock } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { StatusNow } from '#contract/people.ts'
import { showDate, showDay, showInstant } from './dates.ts'
import classes from './StatusBadge.module.css'

type Now = Readonly<z.infer<typeof StatusNow>>

const looks = {
  active: IconCircleCheck,
  leaving: IconClock,
  inactive: IconCircleMinus,
} as const

const delayMs = 300

/** "Active", "Active until 12 Dec 2026" or "Inactive"; who, when and why on hover and on focus. */
export function StatusBadge({ status, zone }: { status: Now; zone: string }) {
  const { t } = useTranslation('parts')
  // The story is not made before it is asked for: a page has fifty of them.
  const [askedBy, setAskedBy] = useState<'pointer' | 'focus' | null>(null)
  const { start, clear } = useTimeout(() => setAskedBy('pointer'), delayMs)
  const look = status.status === 'inactive' ? 'inactive' : status.deactivationDate ? 'leaving' : 'active'
  const Icon = looks[look]
  const sentence = look === 'leaving' ? t('activeUntil', { date: showDate(status.deactivationDate!) }) : t(look)

  const badge = (
    // A button, so that the story can be had by keyboard, too. With the story it is another element, and takes the focus along.
    <UnstyledButton
      className={classes.badge}
      data-look={look}
      autoFocus={askedBy === 'focus'}
      {...(!askedBy && { onPointerEnter: start, onPointerLeave: clear, onFocus: () => setAskedBy('focus') })}
    >
      <Icon size={16} stroke={2} aria-hidden />
      <span>{sentence}</span>
    </UnstyledButton>
  )
  if (!askedBy) return badge
  return (
    <Tooltip
      defaultOpened
      multiline
      maw={320}
      events={{ hover: true, focus: true, touch: true }}
      label={<StatusStory status={status} zone={zone} />}
    >
      {badge}
    </Tooltip>
  )
}

/** Since when, by whom and why. Somebody who waits for a seat was added by somebody, and is inactive for want of one. */
export function StatusStory({ status, zone }: { status: Now; zone: string }) {
  const { t } = useTranslation('parts')
  const date = showDay(status.statusSince, zone)
  const { statusBy, statusCause } = status
  const cause = statusCause && (!statusBy || statusCause === 'seat_limit') && t(`cause.${statusCause}`)
  return (
    <Stack gap={2}>
      <Text inherit fw={600}>
        {status.status === 'active' ? t('activeSince', { date }) : t('inactiveSince', { date })}
      </Text>
      {cause && <span>{cause}</span>}
      {statusBy && <span>{t('statusBy', { name: statusBy })}</span>}
      {status.statusReason && <span>{t('statusReason', { reason: status.statusReason })}</span>}
      {status.deactivateAt && <span>{t('accessEnds', { instant: showInstant(status.deactivateAt, zone) })}</span>}
    </Stack>
  )
}
