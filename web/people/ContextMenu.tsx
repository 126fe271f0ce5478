import { Menu, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { PersonRow } from '#contract/people.ts'
import classes from './ContextMenu.module.css'
import { nameOf } from './name-of.ts'
import { type PersonAction, PersonMenuItems } from './PersonMenu.tsx'

interface ContextMenuProps {
  at: { person: PersonRow; x: number; y: number } | null
  onClose: () => void
  onAction: (action: PersonAction, person: PersonRow) => void
}

/** The menu of a row where the right mouse button was pressed. */
export function ContextMenu({ at, onClose, onAction }: ContextMenuProps) {
  const { t } = useTranslation('people')
  if (!at) return null
  const { person, x, y } = at
  return (
    <Menu key={`${person.id} ${x} ${y}`} opened onClose={onClose} position="bottom-start" offset={0}>
      <Menu.Target>
        <UnstyledButton
          className={classes.point}
          style={{ left: x, top: y }}
          tabIndex={-1}
          aria-label={t('more', { name: nameOf(person) })}
        />
      </Menu.Target>
      <Menu.Dropdown>
        <PersonMenuItems person={person} onAction={onAction} />
      </Menu.Dropdown>
    </Menu>
  )
}
