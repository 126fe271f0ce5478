import { useMediaQuery } from '@mantine/hooks'
import { IconListDetails } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Course, Module, ModuleKind } from '#contract/courses.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { PageSkeleton } from '#web/parts/PageSkeleton.tsx'
import classes from './ContentTab.module.css'
import { moduleOf } from './module-form.ts'
import { Outline } from './Outline.tsx'
import type { Section } from './OutlineSection.tsx'
import { RemoveModuleDialog } from './RemoveModuleDialog.tsx'
import { DeleteSectionDialog, SectionDialog } from './SectionDialogs.tsx'

const ModuleEditor = lazy(async () => ({ default: (await import('./ModuleEditor.tsx')).ModuleEditor }))
const route = getRouteApi('/courses/$courseId')

type Dialog = { what: 'add' } | { what: 'rename' | 'delete'; section: Section } | { what: 'remove'; module: Module }

/** The outline, and beside it the module that is edited; on a phone one after the other. */
export function ContentTab({ course }: { course: Course }) {
  const { t } = useTranslation('courses')
  const { module: moduleId, kind, section } = route.useSearch()
  const navigate = useNavigate()
  const isNarrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false })
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const go = (search: { module?: string; kind?: ModuleKind; section?: string }, ignoreBlocker = false): void =>
    void navigate({
      to: '/courses/$courseId',
      params: { courseId: course.id },
      search,
      resetScroll: false,
      ignoreBlocker,
    })

  const module = moduleId === undefined ? null : (moduleOf(course, moduleId) ?? null)
  const adding = kind !== undefined && course.sections.some(({ id }) => id === section) ? kind : null
  const isOpen = module !== null || adding !== null
  const isEmpty = course.sections.every(({ modules }) => modules.length === 0)
  const editor = {
    course,
    onSaved: (saved: Module) => go({ module: saved.id }),
    onRemove: (removed: Module) => setDialog({ what: 'remove', module: removed }),
    onBack: () => go({}),
  }
  return (
    <div className={classes.columns}>
      {(!isNarrow || !isOpen) && (
        <Outline
          course={course}
          selectedId={module?.id ?? null}
          onSelect={({ id }) => go({ module: id })}
          onAdd={(sectionId, added) => go({ kind: added, section: sectionId })}
          onRemove={editor.onRemove}
          onSection={setDialog}
        />
      )}
      {(!isNarrow || isOpen) && (
        <div className={classes.editor}>
          <Suspense fallback={<PageSkeleton />}>
            {module && <ModuleEditor key={module.id} {...editor} module={module} kind={module.kind} sectionId="" />}
            {adding && (
              <ModuleEditor key={`${adding} ${section}`} {...editor} module={null} kind={adding} sectionId={section!} />
            )}
          </Suspense>
          {!isOpen && (
            <EmptyState
              icon={IconListDetails}
              title={t(isEmpty ? 'noModules' : 'chooseModule')}
              text={t(isEmpty ? 'noModulesText' : 'chooseModuleText')}
            />
          )}
        </div>
      )}
      {dialog?.what === 'add' && <SectionDialog course={course} section={null} onClose={() => setDialog(null)} />}
      {dialog?.what === 'rename' && (
        <SectionDialog course={course} section={dialog.section} onClose={() => setDialog(null)} />
      )}
      {dialog?.what === 'delete' && (
        <DeleteSectionDialog course={course} section={dialog.section} onClose={() => setDialog(null)} />
      )}
      {dialog?.what === 'remove' && (
        <RemoveModuleDialog
          course={course}
          module={dialog.module}
          onClose={() => setDialog(null)}
          onRemoved={() => dialog.module.id === moduleId && go({}, true)}
        />
      )}
    </div>
  )
}
