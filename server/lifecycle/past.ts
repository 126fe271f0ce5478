import { sql } from 'kysely'
import type { StatusCause } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'

/** A deactivation that happened before this account's history was kept here. */
export interface PastDeactivation {
  readonly userId: string
  readonly at: string
  readonly cause: StatusCause
  readonly reason: string
}

/** Records deactivations of the past, with the moment at which they happened. For people who bring a history with them. */
export async function recordPast(
  { db, accountId, actor }: Work,
  deactivations: readonly PastDeactivation[],
): Promise<void> {
  await sql`
    with past as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(deactivations)}::jsonb) as d ("userId" uuid, at timestamptz, cause status_cause, reason text)
    ), ended as (
      update users as u set status = 'inactive', status_cause = past.cause, status_since = past.at, deactivation_date = null, deactivate_at = null
      from past where u.account_id = ${accountId} and u.id = past."userId" and u.status = 'active'
      returning u.id, past.at, past.cause, past.reason
    )
    insert into lifecycle_events (account_id, id, user_id, change, cause, by_user_id, from_status, to_status, reason, happened_at, due_at)
    select ${accountId}, id_at(at), id, 'deactivated', cause, ${actor.id}, 'active', 'inactive', reason, at, case when cause = 'schedule' then at end
    from ended
  `.execute(db)
}
