import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { previewZone } from '#contract/accounts.ts'
import { holdOff, type Work } from '#server/gate/work.ts'
import { settleFirst } from './settle.ts'

type Moved = Answer<typeof previewZone>

/** When a day ends. */
interface DayEnds {
  readonly timeZone: string
  readonly deactivationTime: string
}

/** People whose date would mean another instant in this zone, at this time of day. Dates that have passed stay passed. */
const moving = (accountId: string, timeZone: string, deactivationTime: string) => sql`
  select u.id as user_id, u.deactivation_date, u.deactivate_at as "from",
    access_ends_at(u.deactivation_date, ${deactivationTime}::time, ${timeZone}) as "to"
  from users as u
  where u.account_id = ${accountId} and u.deactivate_at > statement_timestamp()
    and u.deactivate_at <> access_ends_at(u.deactivation_date, ${deactivationTime}::time, ${timeZone})`

/** D4: whose access another zone or time of day would move, the first hundred by name. */
export async function previewMove({ db, accountId }: Work, { timeZone, deactivationTime }: DayEnds): Promise<Moved> {
  const { rows } = await sql<Moved>`
    with moving as (${moving(accountId, timeZone, deactivationTime)})
    select count(*) as count, count(*) filter (where "to" <= statement_timestamp()) as end_at_once,
      coalesce((
        select jsonb_agg(jsonb_build_object('userId', user_id, 'name', name, 'deactivationDate', deactivation_date,
          'from', to_char("from" at time zone 'UTC', ${iso}), 'to', to_char("to" at time zone 'UTC', ${iso})))
        from (
          select moving.*, p.first_name || ' ' || p.last_name as name
          from moving join profiles as p on p.account_id = ${accountId} and p.user_id = moving.user_id
          order by "to", p.name_key limit 100
        ) as first_moving
      ), '[]') as people
    from moving
  `.execute(db)
  return rows[0]!
}
const iso = 'YYYY-MM-DD"T"HH24:MI:SS"Z"'

/**
 * D4, D5: makes every date still ahead mean its instant in the account's zone, as the account and the database's time
 * zone data have it now. The dates stay. Nobody who is out comes in by it (R22). In turn.
 */
export async function moveDates(work: Work): Promise<Moved> {
  const { db, accountId } = work
  const account = await db
    .selectFrom('accounts')
    .select(['timeZone', 'deactivationTime'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  const moved = await previewMove(work, account)
  if (moved.endAtOnce > 0) await holdOffEnding(work, account)
  if (moved.count > 0) await write(work, account)
  await settleFirst(work)
  return moved
}

/** Waits for the own work of those whose access ends with it, and lets none begin (S3). */
async function holdOffEnding(work: Work, { timeZone, deactivationTime }: DayEnds): Promise<void> {
  const { rows } = await sql<{ userId: string }>`
    select user_id from (${moving(work.accountId, timeZone, deactivationTime)}) as moving where "to" <= statement_timestamp()
  `.execute(work.db)
  const ending = rows.map(({ userId }) => userId)
  await holdOff(work, ending)
}

async function write({ db, accountId, actor }: Work, account: DayEnds): Promise<void> {
  await sql`
    with moving as materialized (${moving(accountId, account.timeZone, account.deactivationTime)}),
    moved as (
      update users as u set deactivate_at = moving."to" from moving where u.account_id = ${accountId} and u.id = moving.user_id
    )
    insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, from_status, to_status, from_date, to_date)
    select ${accountId}, user_id, 'date_moved', 'administrator', ${actor.id}, 'active', 'active', deactivation_date, deactivation_date
    from moving
  `.execute(db)
}
