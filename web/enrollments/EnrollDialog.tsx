import { List, Stack, Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { enroll } from '#contract/enrollments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import type { Selection } from '#contract/lifecycle.ts'
import type { Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { PeoplePicker } from '#web/parts/PeoplePicker.tsx'
import { Refusal } from '#web/parts/Refusal.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { CoursePicker } from './CoursePicker.tsx'
import { DueFields } from './DueFields.tsx'
import { reach } from './enrollments.queries.ts'
import { leftOut } from './left-out.ts'
import { useDue } from './use-due.ts'

interface EnrollDialogProps {
  opened: boolean
  onClose: () => void
  onDone?: () => void
  chosen: Chosen
}

const mostCourses = 50

/** Enrolls the people chosen in courses. */
export function EnrollDialog({ chosen: { users, count, name }, ...dialog }: EnrollDialogProps) {
  const { t } = useTranslation('enrollments')
  const [courseIds, setCourseIds] = useState<string[]>([])
  return (
    <Enrolling
      {...dialog}
      title={name ? t('enrollNamed', { name }) : t('enrollTitle', { count })}
      verb={t('enroll')}
      courseIds={courseIds}
      users={courseIds.length > 0 ? users : null}
    >
      <CoursePicker label={t('courses')} value={courseIds} onChange={setCourseIds} most={mostCourses} />
    </Enrolling>
  )
}

/** Enrolls people in the course chosen. */
export function EnrollInCourseDialog({ courseId, onClose }: { courseId: string; onClose: () => void }) {
  const { t } = useTranslation('enrollments')
  const [ids, setIds] = useState<string[]>([])
  return (
    <Enrolling
      opened
      onClose={onClose}
      title={t('assignTitle')}
      verb={t('assignConfirm')}
      courseIds={[courseId]}
      users={ids.length > 0 ? { ids } : null}
    >
      <PeoplePicker
        label={t('peopleToAssign')}
        description={t('peopleToAssignHelp')}
        status="active"
        value={ids}
        onChange={setIds}
      />
    </Enrolling>
  )
}

interface EnrollingProps extends Omit<EnrollDialogProps, 'chosen'> {
  title: string
  verb: string
  courseIds: string[]
  /** Null until both, people and courses, are chosen. */
  users: Selection | null
  /** What is left to choose. */
  children: ReactNode
}

/** Says whom an enrollment reaches and who is skipped, before it is made (J6, C7.76). */
function Enrolling({ opened, onClose, onDone, title, verb, courseIds, users, children }: EnrollingProps) {
  const { t } = useTranslation('enrollments')
  const queryClient = useQueryClient()
  const [isMandatory, setIsMandatory] = useState(true)
  const due = useDue()
  const preview = useQuery({ ...reach({ courseIds, users: users ?? { ids: [] } }), enabled: opened && users !== null })
  const told = users ? preview.data : undefined
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={title}
      confirm={verb}
      canConfirm={told !== undefined && !preview.isPlaceholderData && told.enrolled > 0 && due.isWhole}
      onConfirm={() =>
        due.submit(async (day) => {
          const done = await call(enroll, { courseIds, users: users!, isMandatory, ...day })
          void askAgain(queryClient)
          toastDone({ title: t('enrolled', { count: done.enrolled }), message: leftOut(done).join('. ') })
          onDone?.()
        })
      }
    >
      <Stack gap="md">
        {children}
        <Switch
          label={t('mandatory')}
          description={t('mandatoryHelp')}
          checked={isMandatory}
          onChange={(event) => setIsMandatory(event.currentTarget.checked)}
        />
        <DueFields {...due.fields} />
        <Refusal error={users !== null && preview.error} />
        {told && (
          <List size="sm" spacing={4} aria-live="polite">
            <List.Item fw={600}>{t('willEnroll', { count: told.enrolled })}</List.Item>
            {leftOut(told).map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        )}
      </Stack>
    </ConfirmDialog>
  )
}
