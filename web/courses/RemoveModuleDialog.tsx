import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Course, type Module, removeModule } from '#contract/courses.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toastDone } from '#web/parts/toast.ts'
import { useKeep } from './courses.queries.ts'

interface RemoveModuleDialogProps {
  course: Course
  module: Module
  onClose: () => void
  onRemoved: () => void
}

/** Takes a module out of a course. */
export function RemoveModuleDialog({ course, module, onClose, onRemoved }: RemoveModuleDialogProps) {
  const { t } = useTranslation('courses')
  const keep = useKeep()
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('removeTitle', { title: module.title })}
      confirm={t('remove')}
      isDestructive
      onConfirm={async () => {
        const changed = await call(removeModule, { courseId: course.id, moduleId: module.id })
        onRemoved()
        keep(changed)
        toastDone({ title: t('moduleRemoved', { title: module.title }) })
      }}
    >
      <Text>{t('removeText')}</Text>
    </ConfirmDialog>
  )
}
