import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Course, getCourse } from '#contract/courses.ts'
import { call } from '#web/api/call.ts'
import { toastRefused } from '#web/parts/toast.ts'
import { keep } from './courses.queries.ts'

interface StaleProps {
  courseId: string
  /** The course as it is now, and whether what was typed here is kept to be saved over it. */
  onResolve: (now: Course, mine: boolean) => void
}

/** Somebody else saved the same meanwhile. Nothing typed is lost before its author says so. */
export function Stale({ courseId, onResolve }: StaleProps) {
  const { t } = useTranslation('courses')
  const queryClient = useQueryClient()
  const resolve = async (mine: boolean): Promise<void> => {
    try {
      const now = await call(getCourse, { courseId })
      keep(queryClient, now)
      onResolve(now, mine)
    } catch (error) {
      toastRefused(error)
    }
  }
  return (
    <Alert color="yellow" role="alert" icon={<IconUsers size={18} />} title={t('staleTitle')}>
      <Stack gap="sm">
        <Text>{t('staleText')}</Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => void resolve(false)}>
            {t('takeTheirs')}
          </Button>
          <Button variant="default" onClick={() => void resolve(true)}>
            {t('keepMine')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
