import { type RawBuilder, sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import { type deactivateUsers, FIRST_OUTCOMES, type Operation, type OperationKind } from '#contract/lifecycle.ts'
import type { StatusCause } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { seatsFree } from '#server/seats/seats.ts'
import { asked, holdOffListed, isWhole, look, type Seen } from './look.ts'
import { askToConfirm } from './mass-change.ts'
import { oneByOne } from './meant.ts'
import { answering, operation, outcomesOf } from './operation.ts'
import { putInLineHere } from './put-in-line.ts'

export type Operated = Answer<typeof deactivateUsers>

export interface ChangeOfPeople {
  readonly kind: OperationKind
  /** Rows as `meant()` makes them. */
  readonly meant: RawBuilder<unknown>
  /** Who that is at most, where they were told one by one. */
  readonly ids?: readonly string[] | undefined
  /** T4: what happens when more people would come in than there are seats. */
  readonly mode?: 'all_or_nothing' | 'fill'
  readonly cause?: StatusCause
  readonly reason?: string | undefined
  readonly deactivationDate?: string | undefined
  readonly undoes?: string
  /** What was asked, without the people: of a large change the pieces ask it again. Left out: it is done at once, whatever its size. */
  readonly request?: Record<string, unknown>
  /** How many its reader confirmed to change. */
  readonly confirmCount?: number | undefined
}

/**
 * Changes who is in: the one statement that writes status and dates of people who are there already. Status, date,
 * history and result are written together or not at all (H1, T6), and the mail to whoever comes in with them (S5); every
 * person meant is told changed, already so, or refused and why (B4).
 *
 * Runs in turn (see `WayOfWorking`), so that between the look and the change nobody else changes who is in. More than
 * `AT_ONCE` are put in line instead, and the answer says so (B4).
 *
 * @throws Problem `no_free_seats` (T4) with `needed`, `free`; `confirm_count` with `willChange`
 */
export async function changePeople(work: Work, change: ChangeOfPeople): Promise<Operated> {
  const { ids } = change
  if (ids && lettingNobodyIn.includes(change.kind)) {
    await holdOffListed(work, ids, { endsAccess: change.kind === 'deactivate' })
    const operated = await write(work, change, { free: null, held: null })
    // Who refuses this undoes what was written.
    if (isWhole(work, change)) await askToConfirm(work, operated.operation.changed, change.confirmCount)
    return operated
  }

  const seen = await look(work, change)
  const free = await seatsFor(work, change, seen)
  if (isWhole(work, change) && change.kind !== 'undo')
    await askToConfirm(work, Math.min(seen.changing, free ?? Infinity), change.confirmCount)
  if (seen.operationId === null) return write(work, change, { free, held: seen.held })
  putInLineHere.emit('operation', { accountId: work.accountId, operationId: seen.operationId, runBy: work.actor.id! })
  return {
    operation: await operation(work, seen.operationId),
    people: await outcomesOf(work, seen.operationId, { limit: FIRST_OUTCOMES }),
  }
}

/** Of these need not be known beforehand how many they change: nobody takes a seat by them. */
const lettingNobodyIn: readonly OperationKind[] = ['deactivate', 'schedule', 'clear_date']

/** How many may come in; null: all who would. @throws Problem `no_free_seats` */
async function seatsFor(work: Work, { mode }: ChangeOfPeople, { gaining }: Seen): Promise<number | null> {
  if (gaining === 0) return null
  const free = Math.max(await seatsFree(work), 0)
  if (free >= gaining) return null
  // A piece that finds the seats taken meanwhile says so of each of its people.
  if (work.operationId === undefined && (mode !== 'fill' || free === 0))
    throw new Problem('no_free_seats', { needed: gaining, free })
  return free
}

interface Room {
  readonly free: number | null
  readonly held: readonly string[] | null
}

/** Whoever came to match a filter only while others were waited for is not hit (B1): their own work may be under way (S3). */
async function write(work: Work, change: ChangeOfPeople, { free, held }: Room): Promise<Operated> {
  const { db, accountId, actor, operationId } = work
  const { kind, meant, reason = null, deactivationDate = null, undoes = null, cause = 'administrator' } = change
  // No mail told of the deactivation: who is back by an undo never knew.
  const welcomes = kind === 'undo' ? sql`false` : sql`true`
  const counted = sql`count(*), count(*) filter (where changes and refusal is null), count(*) filter (where refusal is not null)`
  const reasons = [
    free !== null &&
      sql`when changes and gains and row_number() over (partition by changes and gains order by since, user_id) > ${free}::integer
        then 'no_free_seats'`,
    held !== null &&
      sql`when changes and to_status = 'inactive' and user_id <> all(${held}::uuid[]) then 'changed_since'`,
  ].filter((reason) => reason !== false)
  const refused = reasons.length === 0 ? sql`refusal` : sql`case ${sql.join(reasons, sql` `)} else refusal end`
  const { rows } = await sql<Operation & Pick<Operated, 'people'>>`
    with meant as (${meant}),
    judged as materialized (
      select user_id, to_status, to_cause, to_date, to_at, from_status, from_cause, from_date, from_at, changes, gains, already,
        ${refused} as refusal
      from (${asked}) as asked
    ),
    changing as not materialized (select * from judged where changes and refusal is null),
    changed as (
      update users as u set status = to_status, status_cause = to_cause, deactivation_date = to_date, deactivate_at = to_at,
        status_since = case when from_status = to_status then u.status_since
          -- Only who is new waits for a seat: put back, they have waited since they came (T3).
          when to_status = 'inactive' and to_cause = 'seat_limit'
            then (select created_at from profiles where account_id = ${accountId} and user_id = u.id)
          else statement_timestamp() end,
        let_in_since = case when from_status <> to_status or from_at <= statement_timestamp() then statement_timestamp() else u.let_in_since end
      from changing where u.account_id = ${accountId} and u.id = changing.user_id
    ),
    told as (
      ${
        operationId === undefined
          ? sql`insert into operations (account_id, kind, by_user_id, reason, deactivation_date, undoes, selected, changed, refused)
              select ${accountId}, ${kind}, ${actor.id}, ${reason}, ${deactivationDate}, ${undoes}, ${counted} from judged returning *`
          : sql`update operations as o set changed = o.changed + n.changed, refused = o.refused + n.refused
              from (select ${counted} from judged) as n (selected, changed, refused)
              where o.account_id = ${accountId} and o.id = ${operationId} returning o.*`
      }
    ),
    recorded as (
      insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, reason, operation_id,
        from_status, to_status, from_cause, from_date, to_date)
      select ${accountId}, user_id,
        case when to_status = 'inactive' then 'deactivated' when from_status = 'inactive' then 'activated'
          when to_date is null then 'date_cleared' else 'scheduled' end::change,
        case when to_status = 'inactive' and to_cause = 'seat_limit' then to_cause else ${cause} end, ${actor.id}, ${reason}, told.id, from_status, to_status, from_cause, from_date, to_date
      from changing, told
    ),
    welcomed as (
      insert into mails (account_id, user_id, kind)
      select ${accountId}, changing.user_id, case when c.password_hash is null then 'invitation' else 'welcome_back' end::mail_kind
      from changing cross join ${oneByOne(sql`
        select password_hash from credentials where account_id = ${accountId} and user_id = changing.user_id`)} as c
      where gains and ${welcomes}
    ),
    skipped as (
      insert into operation_skips (account_id, operation_id, user_id, refusal)
      select ${accountId}, told.id, user_id, refusal from judged, told where refusal is not null or already
    )
    ${answering(work)}
  `.execute(db)
  const { people, ...told } = rows[0]!
  return { operation: told, people }
}
