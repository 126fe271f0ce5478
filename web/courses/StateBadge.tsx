import { Badge } from '@mantine/core'
import { IconArchive, IconCircleCheck, IconPencil } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CourseState } from '#contract/courses.ts'

const looks = {
  draft: { icon: IconPencil, color: 'gray' },
  published: { icon: IconCircleCheck, color: 'green' },
  archived: { icon: IconArchive, color: 'gray' },
} as const

/** Draft, published or archived, in colour, shape and word. */
export function StateBadge({ state }: { state: CourseState }) {
  const { t } = useTranslation('courses')
  const { icon: Icon, color } = looks[state]
  return (
    <Badge variant="light" color={color} radius="sm" leftSection={<Icon size={12} aria-hidden />}>
      {t(`state.${state}`)}
    </Badge>
  )
}
