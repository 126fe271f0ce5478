import { Stack, Switch } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { assign } from '#contract/enrollments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { CoursePicker } from './CoursePicker.tsx'
import { DueFields } from './DueFields.tsx'
import type { Receiver } from './GivenCourses.tsx'
import { leftOut } from './left-out.ts'
import { useDue } from './use-due.ts'

/** Gives a course to a group or a department, and says who of it was skipped (C7.76). */
export function GiveCourseDialog({ target, name, onClose }: Receiver & { onClose: () => void }) {
  const { t } = useTranslation('enrollments')
  const queryClient = useQueryClient()
  const [courseIds, setCourseIds] = useState<string[]>([])
  const [isMandatory, setIsMandatory] = useState(true)
  const due = useDue()
  const [courseId] = courseIds

  const give = () =>
    due.submit(async (day) => {
      const told = await call(assign, { courseId: courseId!, ...target, isMandatory, ...day })
      void askAgain(queryClient)
      toastDone({
        title: t('gave', { course: told.assignment.courseTitle, name }),
        message: [t('gaveCount', { count: told.enrolled }), ...leftOut(told)].join(' '),
      })
    })
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('giveTitle', { name })}
      confirm={t('giveConfirm')}
      canConfirm={courseId !== undefined && due.isWhole}
      onConfirm={give}
    >
      <Stack gap="md">
        <CoursePicker label={t('course')} value={courseIds} onChange={setCourseIds} most={1} />
        <Switch
          label={t('mandatory')}
          description={t('mandatoryHelp')}
          checked={isMandatory}
          onChange={(event) => setIsMandatory(event.currentTarget.checked)}
        />
        <DueFields {...due.fields} />
      </Stack>
    </ConfirmDialog>
  )
}
