import {
  cancelOperation,
  getOperation,
  listOperations,
  listOutcomes,
  pauseOperation,
  resumeOperation,
  undoOperation,
} from '#contract/lifecycle.ts'
import type { Gate } from '#server/gate/gate.ts'
import { list } from './list.ts'
import { one, outcomes } from './outcomes.ts'
import { cancel, pause, resume } from './steer.ts'
import { undo } from './undo.ts'

export function operationsRoutes({ serve, serveInTurn }: Gate): void {
  serve(listOperations, list)
  serve(getOperation, one)
  serve(listOutcomes, outcomes)
  serveInTurn(undoOperation, undo)
  // In turn with the pieces: whoever writes holds off the end of accesses, and would wait for a piece that waits for them.
  serveInTurn(pauseOperation, pause)
  serveInTurn(resumeOperation, resume)
  serveInTurn(cancelOperation, cancel)
}
