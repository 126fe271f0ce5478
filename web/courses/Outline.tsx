import { Button, Group, Stack, Text, useMantineStyleNonce, VisuallyHidden } from '@mantine/core'
import { StyleInjector } from '@dnd-kit/dom'
import { DragDropProvider, type DragOverEvent } from '@dnd-kit/react'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Course, Module, ModuleKind } from '#contract/courses.ts'
import { type Arrangement, arranged, arrangementOf, placed, sameOrder, sectionStepped, stepped } from './arrange.ts'
import { OutlineSection, type Section } from './OutlineSection.tsx'
import { useArrange } from './use-arrange.ts'

interface OutlineProps {
  course: Course
  selectedId: string | null
  onSelect: (module: Module) => void
  onAdd: (sectionId: string, kind: ModuleKind) => void
  onRemove: (module: Module) => void
  onSection: (dialog: { what: 'add' } | { what: 'rename' | 'delete'; section: Section }) => void
}

/** What a course is made of, in its order, which is changed by dragging, by keys and by the menu of each row. */
export function Outline({ course, selectedId, onSelect, onAdd, onRemove, onSection }: OutlineProps) {
  const { t } = useTranslation('courses')
  const nonce = useMantineStyleNonce()?.()
  const arrange = useArrange(course)
  const [dragged, setDragged] = useState<Arrangement | null>(null)
  const [said, setSaid] = useState('')
  const order = arrangementOf(course)
  const shown = dragged ? arranged(course, dragged) : course
  const focusAgain = useFocusAfter(order)

  const put = (next: Arrangement | null, id: string): void => {
    if (!next || sameOrder(order, next)) return
    arrange(next)
    setSaid(wordsFor(next, id))
    focusAgain(next, id)
  }
  const wordsFor = (next: Arrangement, id: string): string => {
    const section = arranged(course, next).sections.find(({ modules }) => modules.some((one) => one.id === id))
    const place = section?.modules.findIndex((one) => one.id === id) ?? -1
    return section && place >= 0
      ? t('moved', { title: section.modules[place]!.title, section: section.title, place: place + 1 })
      : t('sectionMoved')
  }
  return (
    <Stack gap="md" component="nav" aria-label={t('outline')}>
      <DragDropProvider
        plugins={(defaults) => [...defaults, StyleInjector.configure(nonce ? { nonce } : {})]}
        onDragOver={(event) => {
          // React draws the order, so that a row is never where React does not expect it.
          event.preventDefault()
          setDragged((now) => draggedOver(now ?? order, event))
        }}
        onDragEnd={({ canceled, operation: { source } }) => {
          if (!canceled && dragged && source) put(dragged, String(source.id))
          setDragged(null)
        }}
      >
        {shown.sections.map((section, place) => (
          <OutlineSection
            key={section.id}
            section={section}
            sections={shown.sections}
            place={place}
            selectedId={selectedId}
            onSelect={onSelect}
            onAdd={(kind) => onAdd(section.id, kind)}
            onRemove={onRemove}
            onSection={onSection}
            onStep={(moduleId, step) => put(stepped(order, moduleId, step), moduleId)}
            onSectionStep={(step) => put(sectionStepped(order, section.id, step), section.id)}
            onPut={(moduleId, sectionId) => put(placed(order, moduleId, sectionId, Infinity), moduleId)}
          />
        ))}
      </DragDropProvider>
      <Group>
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => onSection({ what: 'add' })}>
          {t('addSection')}
        </Button>
      </Group>
      <CompletionRule course={course} />
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </Stack>
  )
}

/** What makes the course complete, in one sentence. */
function CompletionRule({ course }: { course: Course }) {
  const { t } = useTranslation('courses')
  const modules = course.sections.flatMap((section) => section.modules)
  if (modules.length === 0) return null
  const count = modules.filter(({ isRequired }) => isRequired).length
  const isAll = count === 0 || count === modules.length
  return (
    <Text size="sm" c="dimmed">
      {isAll
        ? t('completeWithAll', { count: modules.length })
        : t('completeWithSome', { count, modules: modules.length })}
    </Text>
  )
}

/** The order when a module is held over another one, or over a section that has none. */
function draggedOver(order: Arrangement, { operation: { source, target } }: DragOverEvent): Arrangement {
  const moduleId = String(source?.id)
  if (!target || target.id === moduleId) return order
  const section = order.find(({ id, moduleIds }) => id === target.id || moduleIds.includes(String(target.id)))
  if (!section) return order
  const isWithin = section.moduleIds.includes(moduleId)
  if (section.id === target.id) return isWithin ? order : placed(order, moduleId, section.id, section.moduleIds.length)
  const place = section.moduleIds.indexOf(String(target.id))
  const [held, other] = [source?.manager?.dragOperation.shape?.current.center.y, target.shape?.center.y]
  const isBelow = !isWithin && held !== undefined && other !== undefined && held > other
  return placed(order, moduleId, section.id, isBelow ? place + 1 : place)
}

/** A row that moves into another section is drawn anew there: the focus goes with it, when the order is on screen. */
function useFocusAfter(order: Arrangement): (next: Arrangement, id: string) => void {
  const wanted = useRef<{ order: Arrangement; id: string } | null>(null)
  useEffect(() => {
    if (!wanted.current || !sameOrder(wanted.current.order, order)) return
    document.querySelector<HTMLElement>(`[data-outline="${wanted.current.id}"]`)?.focus()
    wanted.current = null
  })
  return (next, id) => {
    wanted.current = { order: next, id }
  }
}
