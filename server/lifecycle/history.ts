import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { Change, LifecycleEvent, listEvents } from '#contract/lifecycle.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach } from './selection.ts'

/**
 * H1: records what happened to one person and did not change their status: a refused sign-in, a transfer, a deletion.
 * Changes of status and date record themselves in the statement that makes them.
 */
export async function recordEvent(
  { db, accountId, actor }: Work,
  { userId, change, reason = null }: { userId: string; change: Change; reason?: string | null },
): Promise<void> {
  await sql`
    insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, reason, from_status, to_status, from_date, to_date)
    select u.account_id, u.id, ${change}, case when ${change} = 'sign_in_refused' then u.status_cause else 'administrator' end,
      ${actor.id}, ${reason}, u.status, case when ${change} <> 'deleted' then u.status end,
      u.deactivation_date, case when ${change} <> 'deleted' then u.deactivation_date end
    from users as u where u.account_id = ${accountId} and u.id = ${userId}
  `.execute(db)
}

/** The history of the account, or of one person, the newest first; of a department administrator's people only. */
export async function history(
  work: Work,
  { cursor, limit, ...asked }: Input<typeof listEvents>,
): Promise<Answer<typeof listEvents>> {
  const boundTo = ['events', asked]
  const [after] = placeOf(boundTo, cursor) ?? []
  const { rows } = await sql<LifecycleEvent>`
    select e.id, e.happened_at, e.change, e.cause, e.user_id, coalesce(p.first_name || ' ' || p.last_name, d.name, '') as user_name,
      e.by_user_id, coalesce(b.first_name || ' ' || b.last_name, gone.name) as by_name,
      e.from_date, e.to_date, e.due_at, e.reason, e.operation_id
    from lifecycle_events as e
    left join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
    left join deleted_users as d on d.account_id = e.account_id and d.user_id = e.user_id
    left join profiles as b on b.account_id = e.account_id and b.user_id = e.by_user_id
    left join deleted_users as gone on gone.account_id = e.account_id and gone.user_id = e.by_user_id
    where e.account_id = ${work.accountId} and ${inReach(work)}
      and (${asked.userId ?? null}::uuid is null or e.user_id = ${asked.userId ?? null}::uuid)
      and (${asked.change ?? null}::change is null or e.change = ${asked.change ?? null}::change)
      and (${asked.cause ?? null}::status_cause is null or e.cause = ${asked.cause ?? null}::status_cause)
      and (${after ?? null}::uuid is null or e.id < ${after ?? null}::uuid)
    order by e.id desc limit ${limit + 1}
  `.execute(work.db)
  const items = rows.slice(0, limit)
  const next = rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.id]) : null
  return { items, next, previous: null }
}
