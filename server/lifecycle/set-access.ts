import { sql } from 'kysely'
import type { Refusal, Status } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { changePeople } from './change.ts'
import { oneByOne, refusalFor } from './meant.ts'
import { standing } from './selection.ts'

/** What is told of somebody's access. Left out: as it is. */
export interface AccessTold {
  readonly userId: string
  readonly status?: Status | undefined
  /** Lies ahead (`endsOfAccess`). Null: cleared. */
  readonly deactivationDate?: string | null | undefined
}

/**
 * Gives each of these people the status and date told of them, by the one statement that does so (S6, T4, D3): with too
 * few seats those come in who wait longest. For a piece of an import; each person stands here once.
 *
 * @returns who was refused, and why
 */
export async function setAccess(
  work: Work,
  people: readonly AccessTold[],
  reason: string,
): Promise<Map<string, Refusal>> {
  if (people.length === 0) return new Map()
  const { db, accountId, operationId } = work
  const told = people.map(({ userId, status, deactivationDate }) => ({
    userId,
    status,
    setsDate: deactivationDate !== undefined,
    day: deactivationDate,
  }))
  const isIn = sql`is_active(u.status, u.deactivate_at)`
  const waitsNoMore = sql`(${standing.waiting} and told.status is not distinct from 'inactive')`
  const target = sql`coalesce(told.status, case when ${isIn} then 'active' else 'inactive' end::status)`
  const day = sql`case when target = 'inactive' then null when told."setsDate" then told.day when ${isIn} then u.deactivation_date end`
  const meant = sql`
    select told."userId" as user_id, case when there.user_id is null then 'not_found' else there.refusal end as refusal,
      coalesce(there.already, false) as already, to_status, to_cause, to_date, to_at, from_status, from_cause, from_date, from_at, since
    from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as told ("userId" uuid, status status, "setsDate" boolean, day date)
    left join ${oneByOne(sql`
      select u.id as user_id, u.status as from_status, u.status_cause as from_cause, u.deactivation_date as from_date,
        u.deactivate_at as from_at, u.status_since as since, target as to_status, to_date,
        case when target = 'active' and ${isIn} then u.status_cause else 'import' end as to_cause,
        case when to_date is not distinct from u.deactivation_date then u.deactivate_at
          else access_ends_at(to_date, a.deactivation_time, a.time_zone) end as to_at,
        (target = 'active') = ${isIn} and not ${waitsNoMore} and (target = 'inactive' or to_date is not distinct from u.deactivation_date)
          and (target = 'active' or told.day is null) as already,
        case
          when target = 'inactive' and not ${isIn} and told.day is not null then 'only_the_active_leave'
          when target = 'inactive' and (${isIn} or ${waitsNoMore}) then ${refusalFor(work, 'deactivate')}
          when target = 'active' and not ${isIn} then ${refusalFor(work, 'activate')}
          when to_date is distinct from u.deactivation_date and to_date is null then ${refusalFor(work, 'clear_date')}
          when to_date is distinct from u.deactivation_date then ${refusalFor(work, 'schedule')}
        end as refusal
      from users as u
      left join profiles as p on p.account_id = u.account_id and p.user_id = u.id
      join accounts as a on a.id = u.account_id
      cross join lateral (select ${target} as target) as aim
      cross join lateral (select ${day} as to_date) as ahead
      where u.account_id = ${accountId} and u.id = told."userId"`)} as there on true`
  await changePeople(work, { kind: 'import', meant, mode: 'fill', cause: 'import', reason })
  const { rows } = await sql<{ userId: string; refusal: Refusal }>`
    select user_id, refusal from operation_skips where account_id = ${accountId} and operation_id = ${operationId ?? null}
      and user_id = any(${people.map(({ userId }) => userId)}::uuid[]) and refusal is not null
  `.execute(db)
  return new Map(rows.map(({ userId, refusal }) => [userId, refusal]))
}
