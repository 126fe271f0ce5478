import { sql } from 'kysely'
import type { FastifyBaseLogger } from 'fastify'
import type { OperationKind } from '#contract/lifecycle.ts'
import { allowTime, type Database, isUnavailable } from '#server/db/database.ts'
import { type Work, workFor, workOn } from '#server/gate/work.ts'
import { activate } from '#server/lifecycle/activate.ts'
import { clearDate } from '#server/lifecycle/clear-date.ts'
import { deactivate } from '#server/lifecycle/deactivate.ts'
import { PIECE } from '#server/lifecycle/put-in-line.ts'
import { Problem } from '#server/problem.ts'
import { undoAmong } from './undo.ts'

export interface CarryingOn {
  /** Resolves when the piece under way has ended. */
  stop(): Promise<void>
}

const lookEveryMs = 200

/**
 * Carries large operations on, on every node, piece by piece, each in one transaction and in the right of whoever began
 * or resumed it: what one node has done no other does again, and after a crash any goes on where the last piece
 * committed (B4, R25). Of several operations each gets its turn.
 */
export function carryOnOperations(database: Database, log: Pick<FastifyBaseLogger, 'warn' | 'error'>): CarryingOn {
  let stopped = false
  let wake = (): void => {}

  async function round(): Promise<number> {
    const { rows } = await sql<InLine>`select * from operations_to_carry_on()`.execute(database)
    for (const one of rows) if (!stopped) await carryOn(database, one, log)
    return rows.length
  }

  async function run(): Promise<void> {
    while (!stopped) {
      let found = 0
      try {
        found = await round()
      } catch (error) {
        if (isUnavailable(error)) log.warn('The database does not answer: large operations wait.')
        else log.error(error)
      }
      if (!stopped && found === 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, lookEveryMs)
          wake = () => (clearTimeout(timer), resolve())
        })
    }
  }

  const running = run()
  return {
    async stop() {
      stopped = true
      wake()
      await running
    },
  }
}

interface InLine {
  readonly accountId: string
  readonly operationId: string
  readonly runBy: string
}

/** One piece. What cannot go on is paused, and says why; whoever resumes it goes on from there. */
async function carryOn(database: Database, one: InLine, log: Pick<FastifyBaseLogger, 'error'>) {
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

interface Asked {
  readonly kind: OperationKind
  // oxlint-disable-next-line typescript/no-explicit-any -- what the contract has parsed when the operation was begun
  readonly request: any
}

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
  const input = { ...request, users: { ids } }
  switch (kind) {
    case 'deactivate':
    case 'schedule':
      return deactivate(work, input)
    case 'activate':
      return activate(work, input)
    case 'clear_date':
      return clearDate(work, input)
    case 'undo':
      return undoAmong(work, request, sql`e.user_id = any(${ids}::uuid[])`)
  }
}
