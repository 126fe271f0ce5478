import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { activateUsers, clearDeactivationDate, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { allowTime, type Database, isUnavailable } from '#server/db/database.ts'
import { type Work, workFor, workOn } from '#server/gate/work.ts'
import { activate } from '#server/lifecycle/activate.ts'
import { clearDate } from '#server/lifecycle/clear-date.ts'
import { deactivate } from '#server/lifecycle/deactivate.ts'
import { type InLine, putInLineHere } from '#server/lifecycle/put-in-line.ts'
import { Problem } from '#server/problem.ts'
import { type Log, repeat, type Repeating } from '#server/repeat.ts'
import { undoAmong } from './undo.ts'

const lookEveryMs = 200

/** What is carried on: where it stands in line, and what one piece of it does, in turn. */
export interface Carried {
  readonly inLine: 'operations_in_line' | 'imports_in_line'
  readonly heardAs: 'operation' | 'import'
  readonly piece: (work: Work, operationId: string) => Promise<void>
}

/**
 * Carries large operations on, on every node, piece by piece, each in one transaction and in the right of whoever began
 * or resumed it: what one node has done no other does again, and after a crash any goes on where the last piece
 * committed (B4, R25). Of several operations each gets its turn. What is put in line at this node begins at once.
 */
export function carryOnOperations(
  database: Database,
  log: Log,
  { inLine, heardAs, piece }: Carried = changesOfPeople,
): Repeating {
  const here: InLine[] = []
  const carrying = repeat(
    async (stopped) => {
      const { rows } = await sql<InLine>`select * from ${sql.ref(inLine)}()`.execute(database)
      // What was put in line just now is not committed yet: its piece waits for its turn, and so for that.
      const all = new Map([...rows, ...here.splice(0)].map((one) => [one.operationId, one]))
      for (const one of all.values()) if (!stopped.aborted) await carryOn(database, one, piece, log)
      return rows.length > 0
    },
    { everyMs: lookEveryMs, waits: 'The database does not answer: large operations wait.', log },
  )
  const heard = (one: InLine) => {
    here.push(one)
    carrying.hurry()
  }
  putInLineHere.on(heardAs, heard)
  return {
    ...carrying,
    stop() {
      putInLineHere.off(heardAs, heard)
      return carrying.stop()
    },
  }
}

/** One piece. What cannot go on is paused, and says why; whoever resumes it goes on from there. */
async function carryOn(database: Database, one: InLine, piece: Carried['piece'], log: Log) {
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

const changesOfPeople: Carried = { inLine: 'operations_in_line', heardAs: 'operation', piece: pieceOfChange }

/** What was asked for when it was begun, as the contract had parsed it. */
type Asked =
  | { readonly kind: 'deactivate' | 'schedule'; readonly request: Input<typeof deactivateUsers> }
  | { readonly kind: 'activate'; readonly request: Input<typeof activateUsers> }
  | { readonly kind: 'clear_date'; readonly request: Input<typeof clearDeactivationDate> }
  | { readonly kind: 'undo'; readonly request: Input<typeof undoOperation> }

/** How long others wait at most for their turn while an operation goes on: pieces are as large as so much time allows. */
const pieceMs = 500
/** Before anything is known of the time that they take. */
const firstPiece = 5_000
/** So that the memory that a piece needs stays the same, however fast it is. */
const largestPiece = 20_000
/** A busy machine takes as long for one person as for these. */
const smallestPiece = 500

async function pieceOfChange(work: Work, operationId: string): Promise<void> {
  const { db, accountId } = work
  const startedAtMs = performance.now()
  await allowTime(db, 60_000)
  const { rows: going } = await sql<Asked & { ids: string }>`
    with going as (
      select *, case when worked_ms = 0 then ${firstPiece} 
        else greatest(${smallestPiece}, least((selected - remaining) * ${pieceMs}::bigint / worked_ms, ${largestPiece})) end as size
      from operations where account_id = ${accountId} and id = ${operationId} and state = 'running'
    ),
    taken as (
      delete from operation_portions as p using going
      where p.account_id = ${accountId} and p.operation_id = ${operationId} and p.position < going.size + (
        select min(position) from operation_portions where account_id = ${accountId} and operation_id = ${operationId}
      )
      returning p.user_ids
    )
    select kind, request, array_to_string(array(select unnest(user_ids) from taken), ',') as ids from going
  `.execute(db)
  if (!going[0]) return
  // As one text: to read a list of so many takes pg longer than to change ten of them.
  const ids = going[0].ids === '' ? [] : going[0].ids.split(',')
  if (ids.length > 0) await change(work, going[0], ids)
  await sql`
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
