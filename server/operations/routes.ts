import { getOperation, listOperations, listOutcomes, undoOperation } from '#contract/lifecycle.ts'
import type { Gate } from '#server/gate/gate.ts'
import { list } from './list.ts'
import { one, outcomes } from './outcomes.ts'
import { undo } from './undo.ts'

export function operationsRoutes({ serve, serveInTurn }: Gate): void {
  serve(listOperations, list)
  serve(getOperation, one)
  serve(listOutcomes, outcomes)
  serveInTurn(undoOperation, undo)
}
