import { Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { addCourse } from '#contract/courses.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { useKeep } from './courses.queries.ts'

/** Begins a course, and goes to it. */
export function NewCourseDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('courses')
  const navigate = useNavigate()
  const keep = useKeep()
  const form = useForm({ initialValues: { title: '', description: '' } })
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('addTitle')}
      confirm={t('addConfirm')}
      canConfirm={form.values.title.trim() !== ''}
      onConfirm={() =>
        toldAtFields(form, {}, async () => {
          const begun = await call(addCourse, form.values)
          keep(begun)
          await navigate({ to: '/courses/$courseId', params: { courseId: begun.id } })
        })
      }
    >
      <Stack gap="md">
        <TextInput label={t('courseTitle')} maxLength={200} data-autofocus {...form.getInputProps('title')} />
        <Textarea
          label={t('description')}
          description={t('descriptionHint')}
          maxLength={5000}
          autosize
          minRows={3}
          {...form.getInputProps('description')}
        />
      </Stack>
    </ConfirmDialog>
  )
}
