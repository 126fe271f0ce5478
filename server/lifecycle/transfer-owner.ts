import { sql } from 'kysely'
import { holdOff, type Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { recordEvent } from './history.ts'

/**
 * Hands the account over to an active person; the owner before becomes an administrator (S6, C3.44). There is an
 * owner at every moment, and never two.
 *
 * @throws Problem `not_found`, `not_an_active_user`
 */
export async function transferOwner(work: Work, userId: string): Promise<void> {
  const { db, accountId, actor } = work
  const { rows } = await sql<{ isIn: boolean }>`
    select is_active(status, deactivate_at) as is_in from users where account_id = ${accountId} and id = ${userId}
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  if (!rows[0].isIn) throw new Problem('not_an_active_user')

  await holdOff(work, [userId])
  await sql`update users set role = 'administrator' where account_id = ${accountId} and role = 'owner'`.execute(db)
  // An owner has no deactivation date; what was planned for the person ends here, in the history too.
  await sql`
    with cleared as (
      insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, from_status, to_status, from_cause, from_date)
      select account_id, id, 'date_cleared', 'administrator', ${actor.id}, status, status, status_cause, deactivation_date
      from users where account_id = ${accountId} and id = ${userId} and deactivation_date is not null
    )
    update users set role = 'owner', deactivation_date = null, deactivate_at = null where account_id = ${accountId} and id = ${userId}
  `.execute(db)
  await recordEvent(work, { userId, change: 'owner_changed' })
}
