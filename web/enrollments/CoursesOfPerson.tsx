import { Alert, Button, Group, Stack, Switch } from '@mantine/core'
import { IconBook, IconPlayerPause, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { EnrollDialog } from './EnrollDialog.tsx'
import { EnrollmentRows } from './EnrollmentRows.tsx'
import { enrollments } from './enrollments.queries.ts'
import { usePages } from './use-pages.ts'

interface CoursesOfPersonProps {
  userId: string
  name: string
  isActive: boolean
}

/** The courses of one person, with those that are over where wished (S4). */
export function CoursesOfPerson({ userId, name, isActive }: CoursesOfPersonProps) {
  const { t } = useTranslation('enrollments')
  const [withPast, setWithPast] = useState(false)
  const [isEnrolling, setIsEnrolling] = useState(false)
  const pages = usePages()
  const asked = useQuery(
    enrollments({ userId, withPast: withPast ? 'true' : 'false', ...(pages.cursor && { cursor: pages.cursor }) }),
  )
  return (
    <Stack gap="md">
      {!isActive && (
        <Alert color="gray" icon={<IconPlayerPause size={18} />}>
          {t('isInactive')}
        </Alert>
      )}
      <Group justify="space-between">
        <Switch
          label={t('withPast')}
          checked={withPast}
          onChange={(event) => {
            setWithPast(event.currentTarget.checked)
            pages.first()
          }}
        />
        <Button leftSection={<IconPlus size={16} />} disabled={!isActive} onClick={() => setIsEnrolling(true)}>
          {t('enroll')}
        </Button>
      </Group>
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && (
        <EmptyState icon={IconBook} title={t('noCourses')} text={t(isActive ? 'noCoursesText' : 'noCoursesInactive')} />
      )}
      {!asked.isError && asked.data?.items.length !== 0 && (
        <EnrollmentRows items={asked.data?.items} of="person" label={t('coursesOf', { name })} />
      )}
      {asked.data && <Pager {...pages.pager(asked.data.next)} />}
      {isEnrolling && (
        <EnrollDialog
          opened
          onClose={() => setIsEnrolling(false)}
          chosen={{ users: { ids: [userId] }, count: 1, name }}
        />
      )}
    </Stack>
  )
}
