import { List, Stack, Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { enroll } from '#contract/enrollments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import type { Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { Refusal } from '#web/parts/Refusal.tsx'
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

/** Enrolls the people chosen in courses, after saying whom that reaches and who is skipped (J6, C7.76). */
export function EnrollDialog({ opened, onClose, onDone, chosen: { users, count, name } }: EnrollDialogProps) {
  const { t } = useTranslation('enrollments')
  const queryClient = useQueryClient()
  const [courseIds, setCourseIds] = useState<string[]>([])
  const [isMandatory, setIsMandatory] = useState(true)
  const due = useDue()
  const preview = useQuery({ ...reach({ courseIds, users }), enabled: opened && courseIds.length > 0 })
  const told = courseIds.length > 0 ? preview.data : undefined
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={name ? t('enrollNamed', { name }) : t('enrollTitle', { count })}
      confirm={t('enroll')}
      canConfirm={told !== undefined && !preview.isPlaceholderData && told.enrolled > 0 && due.isWhole}
      onConfirm={() =>
        due.submit(async (day) => {
          const done = await call(enroll, { courseIds, users, isMandatory, ...day })
          void askAgain(queryClient)
          toastDone({ title: t('enrolled', { count: done.enrolled }), message: leftOut(done).join('. ') })
          onDone?.()
        })
      }
    >
      <Stack gap="md">
        <CoursePicker label={t('courses')} value={courseIds} onChange={setCourseIds} most={mostCourses} />
        <Switch
          label={t('mandatory')}
          description={t('mandatoryHelp')}
          checked={isMandatory}
          onChange={(event) => setIsMandatory(event.currentTarget.checked)}
        />
        <DueFields {...due.fields} />
        <Refusal error={courseIds.length > 0 && preview.error} />
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
