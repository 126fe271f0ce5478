import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { activateUsers, clearDeactivationDate, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { allowTime, type Database, isUnavailable } from '#server/db/database.ts'
import { type Work, workFor, workOn } from '#server/gate/work.ts'
import { activate } from '#server/lifecycle/activate.ts'
import { clearDate } from '#server/lifecycle/clear-date.ts'
import { deactivate } from '#server/lifecycle/deactivate.ts'
import { PIECE } from '#server/lifecycle/put-in-line.ts'
import { Problem } from '#server/problem.ts'
import { type Log, repeat, type Repeating } from '#server/repeat.ts'
import { undoAmong } from './undo.ts'

const lookEveryMs = 200

/**
 * Carries large operations on, on every node, piece by piece, each in one transaction and in the right of whoever began
 * or resumed it: what one node has done no other does again, and after a crash any goes on where the last piece
 * committed (B4, R25). Of several operations each gets its turn.
 */
export const carryOnOperations = (database: Database, log: Log): Repeating =>
  repeat(
    async (stopped) => {
      const { rows } = await sql<InLine>`select * from operations_to_carry_on()`.execute(database)
      for (const one of rows) if (!stopped.aborted) await carryOn(database, one, log)
      return rows.length > 0
    },
    { everyMs: lookEveryMs, waits: 'The database does not answer: large operations wait.', log },
  )

interface InLine {
  readonly accountId: string
  readonly operationId: string
  readonly runBy: string
}

/** One piece. What cannot go on is paused, and says why; whoever resumes it goes on from there. */
async function carryOn(database: Database, one: InLine, log: Log) {
  try {
    await workOn(database, one, (work) => piece(work, one.operationId))
  } catch (error) {
    if (isUnavailable(error)) throw error
    if (!(error instanceof Problem)) log.error(error)
    const { accountId, operationId, runBy } = one
    const because = error instanceof Problem ? error.code : 'internal'
    await workFor(database, accountId, 'clock', ({ db }) =>
      sql`
        update operations set state = 'paused', paused_because = ${because}
        where account_id = ${accountId} and id = ${operationId} and state = 'running' and run_by = ${runBy}
      `.execute(db),
    )
  }
}

/** What was asked for when it was begun, as the contract had parsed it. */
type Asked =
  | { readonly kind: 'deactivate' | 'schedule'; readonly request: Input<typeof deactivateUsers> }
  | { readonly kind: 'activate'; readonly request: Input<typeof activateUsers> }
  | { readonly kind: 'clear_date'; readonly request: Input<typeof clearDeactivationDate> }
  | { readonly kind: 'undo'; readonly request: Input<typeof undoOperation> }

async function piece(work: Work, operationId: string): Promise<void> {
  const { db, accountId } = work
  const startedAtMs = performance.now()
  await allowTime(db, 60_000)
  const { rows: going } = await sql<Asked>`
    select kind, request from operations where account_id = ${accountId} and id = ${operationId} and state = 'running' for update
  `.execute(db)
  if (!going[0]) return
  const { rows } = await sql<{ position: number; userId: string }>`
    select position, user_id from operation_rest
    where account_id = ${accountId} and operation_id = ${operationId} order by position limit ${PIECE}
  `.execute(db)
  const ids = rows.map(({ userId }) => userId)
  if (ids.length > 0) await change(work, going[0], ids)
  await sql`
    with done as (
      delete from operation_rest
      where account_id = ${accountId} and operation_id = ${operationId} and position <= ${rows.at(-1)?.position ?? 0}
    )
    update operations set remaining = remaining - ${ids.length}, worked_ms = worked_ms + ${Math.ceil(performance.now() - startedAtMs)},
      state = case when remaining = ${ids.length} then 'finished' else state end
    where account_id = ${accountId} and id = ${operationId}
  `.execute(db)
}

function change(work: Work, { kind, request }: Asked, ids: string[]) {
  const users = { ids }
  switch (kind) {
    case 'deactivate':
    case 'schedule':
      return deactivate(work, { ...request, users })
    case 'activate':
      return activate(work, { ...request, users })
    case 'clear_date':
      return clearDate(work, { ...request, users })
    case 'undo':
      return undoAmong(work, request, sql`e.user_id = any(${ids}::uuid[])`)
  }
}
