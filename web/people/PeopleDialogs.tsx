import { EnrollDialog } from '#web/enrollments/EnrollDialog.tsx'
import type { Chosen } from '#web/lifecycle/ChangeDialog.tsx'
import { ActivateDialog } from '#web/lifecycle/ActivateDialog.tsx'
import { ClearDateDialog } from '#web/lifecycle/ClearDateDialog.tsx'
import { DeactivateDialog } from '#web/lifecycle/DeactivateDialog.tsx'
import { AddToGroupDialog } from './AddToGroupDialog.tsx'
import { MoveDialog } from './MoveDialog.tsx'
import type { PersonAction } from './PersonMenu.tsx'

const dialogs = {
  deactivate: DeactivateDialog,
  activate: ActivateDialog,
  clear_date: ClearDateDialog,
  department: MoveDialog,
  group: AddToGroupDialog,
  enroll: EnrollDialog,
} as const

interface PeopleDialogsProps {
  action: PersonAction
  chosen: Chosen
  onClose: () => void
  onDone: () => void
}

/** The dialog of the action that was chosen. */
export function PeopleDialogs({ action, ...props }: PeopleDialogsProps) {
  const Dialog = dialogs[action]
  return <Dialog opened {...props} />
}
