import { Group, Menu, Text } from '@mantine/core'
import { useDroppable } from '@dnd-kit/react'
import { IconArrowDown, IconArrowUp, IconPencil, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Course, Module, ModuleKind } from '#contract/courses.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { AddModuleMenu } from './AddModuleMenu.tsx'
import classes from './Outline.module.css'
import { OutlineModule } from './OutlineModule.tsx'

export type Section = Course['sections'][number]

interface OutlineSectionProps {
  section: Section
  sections: readonly Section[]
  place: number
  selectedId: string | null
  onSelect: (module: Module) => void
  onAdd: (kind: ModuleKind) => void
  onRemove: (module: Module) => void
  onSection: (dialog: { what: 'rename' | 'delete'; section: Section }) => void
  onStep: (moduleId: string, step: -1 | 1) => void
  onSectionStep: (step: -1 | 1) => void
  onPut: (moduleId: string, sectionId: string) => void
}

/** A section with its modules. */
export function OutlineSection(props: OutlineSectionProps) {
  const { t } = useTranslation('courses')
  const { section, sections, place, selectedId, onSelect, onAdd, onRemove, onStep, onPut } = props
  const { ref } = useDroppable({ id: section.id, accept: 'module', collisionPriority: 0 })
  return (
    <section ref={ref} className={classes.section} aria-labelledby={`section-${section.id}`}>
      <Group justify="space-between" gap="xs" wrap="nowrap" className={classes.sectionHead}>
        <Text id={`section-${section.id}`} component="h2" fw={600} className={classes.sectionTitle}>
          {section.title}
        </Text>
        <SectionMenu {...props} />
      </Group>
      <ul className={classes.modules} aria-labelledby={`section-${section.id}`}>
        {section.modules.map((module, at) => (
          <OutlineModule
            key={module.id}
            module={module}
            place={at}
            section={section}
            sections={sections}
            isFirst={place === 0 && at === 0}
            isLast={place === sections.length - 1 && at === section.modules.length - 1}
            isSelected={module.id === selectedId}
            onSelect={() => onSelect(module)}
            onRemove={() => onRemove(module)}
            onStep={(step) => onStep(module.id, step)}
            onPut={(sectionId) => onPut(module.id, sectionId)}
          />
        ))}
      </ul>
      {section.modules.length === 0 && (
        <Text size="sm" c="dimmed" className={classes.empty}>
          {t('emptySection')}
        </Text>
      )}
      <AddModuleMenu sectionTitle={section.title} onAdd={onAdd} />
    </section>
  )
}

function SectionMenu({ section, sections, place, onSection, onSectionStep }: OutlineSectionProps) {
  const { t } = useTranslation('courses')
  return (
    <MoreMenu mark={{ 'data-outline': section.id }} label={t('moreFor', { title: section.title })}>
      <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onSection({ what: 'rename', section })}>
        {t('renameSection')}
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowUp size={16} />} disabled={place === 0} onClick={() => onSectionStep(-1)}>
        {t('moveUp')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowDown size={16} />}
        disabled={place === sections.length - 1}
        onClick={() => onSectionStep(1)}
      >
        {t('moveDown')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item
        leftSection={<IconTrash size={16} />}
        color="red"
        disabled={sections.length === 1}
        onClick={() => onSection({ what: 'delete', section })}
      >
        {t('deleteSection')}
      </Menu.Item>
    </MoreMenu>
  )
}
