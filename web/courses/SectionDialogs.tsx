import { Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { addSection, type Course, deleteSection, editSection } from '#contract/courses.ts'
import { call } from '#web/api/call.ts'
import { ConfirmDialog } from '#web/parts/ConfirmDialog.tsx'
import { toldAtFields } from '#web/parts/forms.ts'
import { toastDone } from '#web/parts/toast.ts'
import { useKeep } from './courses.queries.ts'
import type { Section } from './OutlineSection.tsx'

interface SectionDialogProps {
  course: Course
  section: Section | null
  onClose: () => void
}

/** Adds a section, or renames one. */
export function SectionDialog({ course, section, onClose }: SectionDialogProps) {
  const { t } = useTranslation('courses')
  const keep = useKeep()
  const form = useForm({ initialValues: { title: section?.title ?? '' } })
  const courseId = course.id
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={section ? t('renameTitle', { title: section.title }) : t('addSection')}
      confirm={t(section ? 'save' : 'addSection')}
      canConfirm={form.values.title.trim() !== ''}
      onConfirm={() =>
        toldAtFields(form, {}, async () => {
          const { title } = form.values
          keep(
            await (section
              ? call(editSection, { courseId, sectionId: section.id, title })
              : call(addSection, { courseId, title })),
          )
        })
      }
    >
      <TextInput label={t('sectionTitle')} maxLength={200} data-autofocus {...form.getInputProps('title')} />
    </ConfirmDialog>
  )
}

export function DeleteSectionDialog({ course, section, onClose }: SectionDialogProps & { section: Section }) {
  const { t } = useTranslation('courses')
  const keep = useKeep()
  const count = section.modules.length
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('deleteSectionTitle', { title: section.title })}
      confirm={t('delete')}
      isDestructive
      onConfirm={async () => {
        keep(await call(deleteSection, { courseId: course.id, sectionId: section.id }))
        toastDone({ title: t('sectionDeleted', { title: section.title }) })
      }}
    >
      <Text>{count === 0 ? t('deleteEmptySection') : t('deleteSectionText', { count })}</Text>
    </ConfirmDialog>
  )
}
