import { Stack, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconCircleCheck, IconCircleMinus, IconClock } from '@tabler/icons-react'
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

/** "Active", "Active until 12 Dec 2026" or "Inactive"; who, when and why on hover and on focus. */
export function StatusBadge({ status, zone }: { status: Now; zone: string }) {
  const { t } = useTranslation('parts')
  const look = status.status === 'inactive' ? 'inactive' : status.deactivationDate ? 'leaving' : 'active'
  const Icon = looks[look]
  const sentence = look === 'leaving' ? t('activeUntil', { date: showDate(status.deactivationDate!) }) : t(look)

  return (
    <Tooltip
      multiline
      maw={320}
      events={{ hover: true, focus: true, touch: true }}
      label={<StatusStory status={status} zone={zone} />}
    >
      {/* A button, so that the story can be had by keyboard, too. */}
      <UnstyledButton className={classes.badge} data-look={look}>
        <Icon size={16} stroke={2} aria-hidden />
        <span>{sentence}</span>
      </UnstyledButton>
    </Tooltip>
  )
}

function StatusStory({ status, zone }: { status: Now; zone: string }) {
  const { t } = useTranslation('parts')
  const date = showDay(status.statusSince, zone)
  const cause = status.statusBy
    ? t('statusBy', { name: status.statusBy })
    : status.statusCause && t(`cause.${status.statusCause}`)
  return (
    <Stack gap={2}>
      <Text inherit fw={600}>
        {status.status === 'active' ? t('activeSince', { date }) : t('inactiveSince', { date })}
      </Text>
      {cause && <span>{cause}</span>}
      {status.statusReason && <span>{t('statusReason', { reason: status.statusReason })}</span>}
      {status.deactivateAt && <span>{t('accessEnds', { instant: showInstant(status.deactivateAt, zone) })}</span>}
    </Stack>
  )
}
