import { Badge } from '@mantine/core'
import { IconAlertTriangle, IconCircle, IconCircleCheck, IconPlayerPause, IconProgress } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { LearningState } from '#contract/enrollments.ts'

const looks = {
  not_started: { icon: IconCircle, color: 'gray' },
  in_progress: { icon: IconProgress, color: 'blue' },
  completed: { icon: IconCircleCheck, color: 'green' },
  overdue: { icon: IconAlertTriangle, color: 'red' },
  on_hold: { icon: IconPlayerPause, color: 'gray' },
} as const

/** How far somebody is with a course, in colour, shape and word. */
export function LearningStateBadge({ state }: { state: LearningState }) {
  const { t } = useTranslation('enrollments')
  const { icon: Icon, color } = looks[state]
  return (
    <Badge
      variant="light"
      color={color}
      radius="sm"
      leftSection={<Icon size={12} aria-hidden />}
      title={state === 'on_hold' ? t('onHoldHelp') : undefined}
    >
      {t(`state.${state}`)}
    </Badge>
  )
}
