import {
  activateUsers,
  clearDeactivationDate,
  deactivateUsers,
  listEvents,
  previewChange,
} from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import type { Gate } from '#server/gate/gate.ts'
import { activate } from './activate.ts'
import { add } from './add.ts'
import { clearDate } from './clear-date.ts'
import { deactivate } from './deactivate.ts'
import { history } from './history.ts'
import { preview } from './preview.ts'

export function lifecycleRoutes({ serve, serveInTurn }: Gate): void {
  serveInTurn(addUsers, add)
  serveInTurn(deactivateUsers, deactivate)
  serveInTurn(activateUsers, activate)
  serveInTurn(clearDeactivationDate, clearDate)
  serve(previewChange, preview)
  serve(listEvents, history)
}
