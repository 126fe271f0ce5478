import { Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeDueDate, type Enrollment, retake, unenroll } from '#contract/enrollments.ts'
import { askAgain } from '#web/api/ask.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { DateField } from '#web/parts/DateField.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { noDate } from '#web/parts/typed-date.ts'
import { DueFields } from './DueFields.tsx'
import { useDue } from './use-due.ts'

export type EnrollmentAction = 'due' | 'retake' | 'unenroll'

interface EnrollmentDialogProps {
  enrollment: Enrollment
  onClose: () => void
}

/** The dialog of the action that was chosen. */
export function EnrollmentDialogs({ action, ...props }: EnrollmentDialogProps & { action: EnrollmentAction }) {
  const Dialog = { due: DueDialog, retake: RetakeDialog, unenroll: UnenrollDialog }[action]
  return <Dialog {...props} />
}

function UnenrollDialog({ enrollment: { id, userName: name, courseTitle: course }, onClose }: EnrollmentDialogProps) {
  const { t } = useTranslation('enrollments')
  const queryClient = useQueryClient()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('unenrollTitle', { name, course })}
      confirm={t('unenrollConfirm')}
      isDestructive
      onConfirm={async () => {
        await call(unenroll, { enrollmentIds: [id] })
        void askAgain(queryClient)
        toastDone({ title: t('unenrolled', { name, course }) })
      }}
    >
      <Text>{t('unenrollText')}</Text>
    </ConfirmDialog>
  )
}

function RetakeDialog({ enrollment: { id, userName: name, courseTitle: course }, onClose }: EnrollmentDialogProps) {
  const { t } = useTranslation('enrollments')
  const queryClient = useQueryClient()
  const due = useDue()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('retakeTitle', { name, course })}
      confirm={t('retakeConfirm')}
      canConfirm={due.isWhole}
      onConfirm={() =>
        due.submit(async (day) => {
          await call(retake, { enrollmentIds: [id], ...day })
          void askAgain(queryClient)
          toastDone({ title: t('retaken', { name, course }) })
        })
      }
    >
      <Stack gap="md">
        <Text>{t('retakeText')}</Text>
        <DueFields {...due.fields} />
      </Stack>
    </ConfirmDialog>
  )
}

function DueDialog({ enrollment, onClose }: EnrollmentDialogProps) {
  const { id, userName: name, courseTitle: course } = enrollment
  const { t } = useTranslation('enrollments')
  const queryClient = useQueryClient()
  const [dueDate, setDueDate] = useState(enrollment.dueDate)
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('dueTitle', { name, course })}
      confirm={t('dueSave')}
      canConfirm={dueDate !== enrollment.dueDate && dueDate !== noDate}
      onConfirm={async () => {
        await call(changeDueDate, { enrollmentIds: [id], dueDate })
        void askAgain(queryClient)
        toastDone({ title: t('dueSaved', { name, course }) })
      }}
    >
      <DateField
        label={t('due')}
        placeholder={t('clear')}
        value={dueDate}
        onChange={setDueDate}
        clearable
        clearButtonProps={{ 'aria-label': t('clear') }}
        maw={240}
      />
    </ConfirmDialog>
  )
}
