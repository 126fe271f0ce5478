import { type RawBuilder, sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import { FIRST_OUTCOMES, type deactivateUsers, type OperationKind } from '#contract/lifecycle.ts'
import type { StatusCause } from '#contract/people.ts'
import { holdOff, type Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { seatsFree } from '#server/seats/seats.ts'
import { askToConfirm } from './mass-change.ts'
import { operation, outcomesOf } from './operation.ts'
import { PIECE, putInLine } from './put-in-line.ts'
import { clocksAgree, settleDue } from './settle.ts'

export type Operated = Answer<typeof deactivateUsers>

export interface ChangeOfPeople {
  readonly kind: OperationKind
  /** Rows as `meant()` makes them. */
  readonly meant: RawBuilder<unknown>
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
 * history and result are written together or not at all (H1, T6), and the mail to whoever comes in with them (S5); every person meant is told changed, already so, or
 * refused and why (B4).
 *
 * Runs in turn (see `WayOfWorking`), so that between the look and the change nobody else changes who is in. More people
 * than a piece holds are put in line instead, and the answer says so (B4).
 *
 * @throws Problem `no_free_seats` (T4) with `needed`, `free`; `confirm_count` with `willChange`
 */
export async function changePeople(work: Work, change: ChangeOfPeople): Promise<Operated> {
  if (await clocksAgree(work)) await settleDue(work)
  const size = isPlainPiece(work, change) ? ofPiece[change.kind] : await sizeOf(work, change)
  const free = await seatsFor(work, change, size)
  const isWhole = change.request !== undefined && work.operationId === undefined
  if (isWhole && change.kind !== 'undo')
    await askToConfirm(work, Math.min(size.changing, free ?? Infinity), change.confirmCount)
  if (isWhole && size.selected > PIECE) return told(work, await putInLine(work, change))

  const held = await holdOffThose(work, size)
  return told(work, await write(work, change, { free, held }))
}

async function told(work: Work, operationId: string): Promise<Operated> {
  return {
    operation: await operation(work, operationId),
    // Nobody reads those of a piece, and to sort the people of a large operation takes longer than the piece.
    people: work.operationId === undefined ? await outcomesOf(work, operationId, { limit: FIRST_OUTCOMES }) : [],
  }
}

interface Size {
  readonly selected: number
  readonly changing: number
  readonly gaining: number
  readonly losing: number
  /** The first of those whose access would end. */
  readonly first: readonly string[]
}

/** Of a piece in which nobody comes in it need not be counted beforehand: a piece is many. */
const ofPiece = {
  deactivate: { selected: PIECE, changing: PIECE, gaining: 0, losing: PIECE, first: [] },
  schedule: { selected: PIECE, changing: PIECE, gaining: 0, losing: 0, first: [] },
  clear_date: { selected: PIECE, changing: PIECE, gaining: 0, losing: 0, first: [] },
} as const satisfies Partial<Record<OperationKind, Size>>

const isPlainPiece = (
  { operationId }: Work,
  change: ChangeOfPeople,
): change is ChangeOfPeople & { kind: keyof typeof ofPiece } => operationId !== undefined && change.kind in ofPiece

async function sizeOf({ db, accountId }: Work, { meant }: ChangeOfPeople): Promise<Size> {
  const { rows } = await sql<Size>`
    with meant as (${meant})
    select count(*) as selected, count(*) filter (where changes) as changing,
      count(*) filter (where changes and to_status = 'active' and not is_active(u.status, u.deactivate_at)) as gaining,
      count(*) filter (where changes and to_status = 'inactive') as losing,
      coalesce((array_agg(user_id) filter (where changes and to_status = 'inactive'))[1:201], '{}') as first
    from (select *, refusal is null and not already as changes from meant) as meant
    left join users as u on u.account_id = ${accountId} and u.id = meant.user_id
  `.execute(db)
  return rows[0]!
}

/** How many may come in; null: all who would. @throws Problem `no_free_seats` */
async function seatsFor(work: Work, { mode }: ChangeOfPeople, { gaining }: Size): Promise<number | null> {
  if (gaining === 0) return null
  const free = Math.max(await seatsFree(work), 0)
  if (free >= gaining) return null
  // A piece that finds the seats taken meanwhile says so of each of its people.
  if (work.operationId === undefined && (mode !== 'fill' || free === 0))
    throw new Problem('no_free_seats', { needed: gaining, free })
  return free
}

/** Lets the work of those whose access ends run out. @returns whose it was; null: everybody's */
async function holdOffThose(work: Work, { losing, first }: Size): Promise<readonly string[] | null> {
  const isMany = losing > first.length
  if (losing > 0) await holdOff(work, isMany ? 'many' : first)
  return isMany ? null : first
}

interface Room {
  readonly free: number | null
  readonly held: readonly string[] | null
}

/** Whoever came to match a filter only while others were waited for is not hit (B1): their own work may be under way (S3). */
async function write(
  { db, accountId, actor, operationId }: Work,
  change: ChangeOfPeople,
  { free, held }: Room,
): Promise<string> {
  const { kind, meant, reason = null, deactivationDate = null, undoes = null, cause = 'administrator' } = change
  const counted = sql`count(*), count(*) filter (where changes and refusal is null), count(*) filter (where refusal is not null)`
  const { rows } = await sql<{ id: string }>`
    with meant as materialized (${meant}),
    judged as materialized (
      select user_id, to_status, to_cause, to_date, to_at, changes, already,
        case when changes and gains and row_number() over (partition by changes and gains order by since, user_id) > ${free}::integer
            then 'no_free_seats'
          when changes and to_status = 'inactive' and user_id <> all(${held}::uuid[]) then 'changed_since'
          else refusal end as refusal
      from (
        select meant.*, refusal is null and not already as changes, u.status_since as since,
          to_status = 'active' and not is_active(u.status, u.deactivate_at) as gains
        from meant left join users as u on u.account_id = ${accountId} and u.id = meant.user_id
      ) as asked
    ),
    before as materialized (
      select u.*, to_status, to_cause, to_date, to_at
      from judged join users as u on u.account_id = ${accountId} and u.id = judged.user_id
      where judged.changes and judged.refusal is null
    ),
    changed as (
      update users as u set status = to_status, status_cause = to_cause, deactivation_date = to_date, deactivate_at = to_at,
        status_since = case when before.status <> to_status then statement_timestamp() else before.status_since end,
        let_in_since = case when before.status <> to_status or before.deactivate_at <= statement_timestamp()
          then statement_timestamp() else before.let_in_since end
      from before where u.account_id = before.account_id and u.id = before.id
    ),
    told as (
      ${
        operationId === undefined
          ? sql`insert into operations (account_id, kind, by_user_id, reason, deactivation_date, undoes, selected, changed, refused)
              select ${accountId}, ${kind}, ${actor.id}, ${reason}, ${deactivationDate}, ${undoes}, ${counted} from judged returning id`
          : sql`update operations as o set changed = o.changed + n.changed, refused = o.refused + n.refused
              from (select ${counted} from judged) as n (selected, changed, refused)
              where o.account_id = ${accountId} and o.id = ${operationId} returning o.id`
      }
    ),
    recorded as (
      insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, reason, operation_id,
        from_status, to_status, from_cause, from_date, to_date)
      select before.account_id, before.id,
        case when to_status <> before.status then case to_status when 'active' then 'activated' else 'deactivated' end
          when to_date is null then 'date_cleared' else 'scheduled' end::change,
        ${cause}, ${actor.id}, ${reason}, told.id, before.status, to_status, before.status_cause, before.deactivation_date, to_date
      from before, told
    ),
    welcomed as (
      insert into mails (account_id, user_id, kind)
      select before.account_id, before.id, case when c.password_hash is null then 'invitation' else 'welcome_back' end::mail_kind
      from before join credentials as c on c.account_id = before.account_id and c.user_id = before.id
      where to_status = 'active' and not is_active(before.status, before.deactivate_at)
    ),
    skipped as (
      insert into operation_skips (account_id, operation_id, user_id, refusal)
      select ${accountId}, told.id, user_id, refusal from judged, told where refusal is not null or already
    )
    select id from told
  `.execute(db)
  return rows[0]!.id
}
