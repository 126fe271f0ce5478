import { Menu, UnstyledButton } from '@mantine/core'
import { useSortable } from '@dnd-kit/react/sortable'
import { IconArrowDown, IconArrowUp, IconFolder, IconGripVertical, IconTrash } from '@tabler/icons-react'
import { type KeyboardEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Module } from '#contract/courses.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { iconOf } from './kinds.ts'
import classes from './Outline.module.css'
import type { Section } from './OutlineSection.tsx'

interface OutlineModuleProps {
  module: Module
  place: number
  section: Section
  sections: readonly Section[]
  isFirst: boolean
  isLast: boolean
  isSelected: boolean
  onSelect: () => void
  onRemove: () => void
  onStep: (step: -1 | 1) => void
  onPut: (sectionId: string) => void
}

/** A module of the outline: opened by its name, moved by its handle, by Alt with an arrow key, or by its menu. */
export function OutlineModule(props: OutlineModuleProps) {
  const { t } = useTranslation('courses')
  const { module, place, section, isSelected, onSelect, onStep } = props
  const handle = useRef<HTMLButtonElement>(null)
  const { ref, isDragging } = useSortable({
    id: module.id,
    index: place,
    group: section.id,
    type: 'module',
    accept: 'module',
    handle,
  })
  const Icon = iconOf[module.kind]
  const step = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onStep(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li
      ref={ref}
      className={classes.module}
      data-selected={isSelected || undefined}
      data-dragging={isDragging || undefined}
    >
      <UnstyledButton ref={handle} className={classes.handle} aria-label={t('drag', { title: module.title })}>
        <IconGripVertical size={14} aria-hidden />
      </UnstyledButton>
      <UnstyledButton
        className={classes.open}
        data-outline={module.id}
        aria-current={isSelected || undefined}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        onClick={onSelect}
        onKeyDown={step}
      >
        <Icon size={16} stroke={1.75} aria-hidden />
        <span className={classes.words}>
          <span className={classes.name}>{module.title}</span>
          <span className={classes.kind}>
            {t(`kind.${module.kind}`)}
            {!module.isRequired && ` · ${t('optional')}`}
          </span>
        </span>
      </UnstyledButton>
      <ModuleMenu {...props} />
    </li>
  )
}

function ModuleMenu({ module, section, sections, isFirst, isLast, onRemove, onStep, onPut }: OutlineModuleProps) {
  const { t } = useTranslation('courses')
  return (
    <MoreMenu label={t('moreFor', { title: module.title })}>
      <Menu.Item leftSection={<IconArrowUp size={16} />} disabled={isFirst} onClick={() => onStep(-1)}>
        {t('moveUp')}
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowDown size={16} />} disabled={isLast} onClick={() => onStep(1)}>
        {t('moveDown')}
      </Menu.Item>
      {sections.length > 1 && <Menu.Divider />}
      {sections
        .filter(({ id }) => id !== section.id)
        .map(({ id, title }) => (
          <Menu.Item key={id} leftSection={<IconFolder size={16} />} onClick={() => onPut(id)}>
            {t('moveTo', { section: title })}
          </Menu.Item>
        ))}
      <Menu.Divider />
      <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={onRemove}>
        {t('removeModule')}
      </Menu.Item>
    </MoreMenu>
  )
}
