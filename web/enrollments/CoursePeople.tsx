import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CourseState } from '#contract/courses.ts'
import { LearningState } from '#contract/enrollments.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { Pager } from '#web/parts/Pager.tsx'
import { EnrollInCourseDialog } from './EnrollDialog.tsx'
import { EnrollmentRows } from './EnrollmentRows.tsx'
import { enrollments } from './enrollments.queries.ts'
import { usePages } from './use-pages.ts'

const pauseMs = 250

interface CoursePeopleProps {
  courseId: string
  state: CourseState
}

/** Who has a course and how far they are, active and inactive people alike (H2); and the way to give it to more. */
export function CoursePeople({ courseId, state: courseState }: CoursePeopleProps) {
  const { t } = useTranslation('enrollments')
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), pauseMs)
  const [state, setState] = useState<LearningState | null>(null)
  const [status, setStatus] = useState<'active' | 'inactive' | null>(null)
  const [isAssigning, setIsAssigning] = useState(false)
  const pages = usePages()
  const asked = useQuery(
    enrollments({
      courseId,
      ...(search && { search }),
      ...(state && { state }),
      ...(status && { status }),
      ...(pages.cursor && { cursor: pages.cursor }),
    }),
  )
  const isPublished = courseState === 'published'
  const isFiltered = search !== '' || state !== null || status !== null
  return (
    <Stack gap="md">
      <Group gap="sm">
        <TextInput
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} />}
          flex="1 1 220px"
          maw={320}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            pages.first()
          }}
        />
        <Select
          aria-label={t('stateLabel')}
          placeholder={t('anyState')}
          data={LearningState.options.map((value) => ({ value, label: t(`state.${value}`) }))}
          value={state}
          onChange={(value) => {
            setState(value)
            pages.first()
          }}
          clearable
          flex="1 1 150px"
          maw={190}
        />
        <Select
          aria-label={t('status')}
          placeholder={t('anyStatus')}
          data={[
            { value: 'active', label: t('active') },
            { value: 'inactive', label: t('inactive') },
          ]}
          value={status}
          onChange={(value) => {
            setStatus(value)
            pages.first()
          }}
          clearable
          flex="1 1 150px"
          maw={210}
        />
        <Button
          ms="auto"
          leftSection={<IconUserPlus size={16} />}
          disabled={!isPublished}
          onClick={() => setIsAssigning(true)}
        >
          {t('assign')}
        </Button>
      </Group>
      {!isPublished && <Text c="dimmed">{t('assignNeedsPublished')}</Text>}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && (
        <EmptyState
          icon={IconUsers}
          title={t(isFiltered ? 'nobodyFound' : 'nobody')}
          text={t(isFiltered ? 'nobodyFoundText' : 'nobodyText')}
        />
      )}
      {!asked.isError && asked.data?.items.length !== 0 && (
        <EnrollmentRows items={asked.data?.items} of="course" label={t('people')} />
      )}
      {asked.data && <Pager {...pages.pager(asked.data.next)} />}
      {isAssigning && <EnrollInCourseDialog courseId={courseId} onClose={() => setIsAssigning(false)} />}
    </Stack>
  )
}
