import { type RawBuilder, sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { Operation, OperationKind, undoOperation } from '#contract/lifecycle.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { changePeople, type Operated } from '#server/lifecycle/change.ts'
import { asTheyAre, type Doing, oneByOne, refusalFor } from '#server/lifecycle/meant.ts'
import { operation } from '#server/lifecycle/operation.ts'
import { AT_ONCE } from '#server/lifecycle/put-in-line.ts'
import { Problem } from '#server/problem.ts'

/** Whether the person of the event `e` has been changed since. A refused sign-in changes nothing. */
const changedSince = sql<boolean>`exists (
  select from lifecycle_events as later
  where later.account_id = e.account_id and later.user_id = e.user_id and later.id > e.id and later.change <> 'sign_in_refused'
)`

/** Whom an import added is not taken out again: who is there stays, with what they have done since (S4). */
const wasChanged = sql<boolean>`e.change <> 'added'`

/** To undo one is to do another, with that one's rights: who may not deactivate somebody may not undo their activation. */
const doneByUndoing: Record<OperationKind, Doing> = {
  activate: 'deactivate',
  deactivate: 'activate',
  schedule: 'clear_date',
  clear_date: 'schedule',
  undo: 'deactivate',
  import: 'deactivate',
}

/**
 * Undoes an operation as one (B5): exactly those whom it changed and who have not been changed since, seats
 * permitting. A date that has passed meanwhile is not set again: who had it is left as they are.
 *
 * @throws Problem `not_found`, `operation_not_over`, `nothing_to_undo`, `no_free_seats`
 */
export async function undo(work: Work, input: Input<typeof undoOperation>): Promise<Operated> {
  const told = await operation(work, input.operationId)
  if (!isOver(told)) throw new Problem('operation_not_over')
  await allowTime(work.db, 15 * 60_000)
  if ((await undoable(work, told)) === 0) throw new Problem('nothing_to_undo')
  return undoAmong(work, input, sql`true`)
}

/** The same among some of its people, told by a condition on its events `e`. */
export async function undoAmong(
  work: Work,
  { operationId, mode }: Input<typeof undoOperation>,
  some: RawBuilder<unknown>,
): Promise<Operated> {
  const { kind, deactivationDate } = await operation(work, operationId)
  const rows = sql`
    select e.user_id, case when ${changedSince} then 'changed_since' else there.refusal end as refusal,
      e.from_date is not null and back.ends_at <= statement_timestamp() as already,
      e.from_status as to_status, e.from_cause as to_cause, e.from_date as to_date, back.ends_at as to_at,
      there.from_status, there.from_cause, there.from_date, there.from_at, there.since
    from lifecycle_events as e
    join accounts as a on a.id = e.account_id,
    ${oneByOne(sql`
      select ${refusalFor(work, doneByUndoing[kind])} as refusal, ${asTheyAre}
      from users as u left join profiles as p on p.account_id = u.account_id and p.user_id = u.id
      where u.account_id = e.account_id and u.id = e.user_id`)} as there,
    lateral (select access_ends_at(e.from_date, a.deactivation_time, a.time_zone) as ends_at) as back
    where e.account_id = ${work.accountId} and e.operation_id = ${operationId} and ${wasChanged} and ${some}`
  return changePeople(work, {
    kind: 'undo',
    meant: rows,
    mode,
    undoes: operationId,
    ...(deactivationDate && { deactivationDate }),
    request: { operationId, mode },
  })
}

/** Whether nobody else will be changed by it any more. */
const isOver = ({ state }: Pick<Operation, 'state'>): boolean => state === 'finished' || state === 'cancelled'

/** How many people an undo would change back now, rights and seats aside; null: of so many it takes long to count. */
export async function undoable(work: Work, told: Operation): Promise<number | null> {
  const { db, accountId } = work
  if (!isOver(told)) return 0
  if (told.changed > AT_ONCE && !(await changesFew(work, told))) return null
  // Right after thousands of changes the planner does not know of them yet, and may take its time.
  await allowTime(db, 10_000)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from lifecycle_events as e
    cross join ${oneByOne(sql`select id from users where account_id = ${accountId} and id = e.user_id`)} as u
    cross join ${oneByOne(sql`select ${changedSince} as is_so`)} as since
    where e.account_id = ${accountId} and e.operation_id = ${told.id} and ${told.kind === 'import' ? wasChanged : sql`true`} and not since.is_so
  `.execute(db)
  return rows[0]!.count
}

/** Whether it added most of its people, as an import may. */
async function changesFew({ db, accountId }: Work, { id, kind }: Operation): Promise<boolean> {
  if (kind !== 'import') return false
  const { rows } = await sql<{ isFew: boolean }>`
    select count(*) <= ${AT_ONCE} as is_few from (
      select from lifecycle_events as e where e.account_id = ${accountId} and e.operation_id = ${id} and ${wasChanged} limit ${AT_ONCE + 1}
    ) as first_of_them
  `.execute(db)
  return rows[0]!.isFew
}
