import { Menu } from '@mantine/core'
import type { PersonRow } from '#contract/people.ts'
import classes from './ContextMenu.module.css'
import { type PersonAction, PersonMenuItems } from './PersonMenu.tsx'

interface ContextMenuProps {
  at: { person: PersonRow; x: number; y: number } | null
  onClose: () => void
  onAction: (action: PersonAction, person: PersonRow) => void
}

/** The menu of a row where the right mouse button was pressed. */
export function ContextMenu({ at, onClose, onAction }: ContextMenuProps) {
  return (
    <Menu key={at ? `${at.person.id} ${at.x} ${at.y}` : 'none'} opened={at !== null} onClose={onClose} position="bottom-start" offset={0}>
      <Menu.Target>
        <div className={classes.point} style={at ? { left: at.x, top: at.y } : undefined} />
      </Menu.Target>
      <Menu.Dropdown>{at && <PersonMenuItems person={at.person} onAction={onAction} />}</Menu.Dropdown>
    </Menu>
  )
}
