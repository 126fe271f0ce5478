import { sql } from 'kysely'
import { areAgreed } from '#server/db/clocks.ts'
import type { Work } from '#server/gate/work.ts'

/** Whether there is something to record, and the clocks agree. */
export const isDue = ({ accountId }: Work) => sql<boolean>`(${areAgreed()} and exists (
  select from users where account_id = ${accountId} and deactivate_at <= statement_timestamp() and status = 'active'))`

/** Records what is due, so that what follows looks at people as they are; nothing while the clocks are apart (R20). */
export async function settleFirst(work: Work): Promise<void> {
  const { rows } = await sql<{ isDue: boolean }>`select ${isDue(work)} as is_due`.execute(work.db)
  if (rows[0]!.isDue) await settleDue(work)
}

/**
 * Records what is already true: whose deactivation date has passed is inactive, by schedule (S1), and by whoever set the
 * date, with their reason (C2.21). In turn; done by
 * the clock of every node, and by each command that changes who is in before it looks. Once in effect: whoever comes
 * second finds nothing due (R23).
 *
 * @returns how many it recorded
 */
export async function settleDue(work: Work): Promise<number> {
  const { db, accountId } = work
  const { rows } = await sql<{ recorded: number }>`
    with due as materialized (
      select * from users
      where account_id = ${accountId} and deactivate_at <= statement_timestamp() and status = 'active'
    ), settled as (
      -- By the same question and not by a join: a planner that expects nobody to be due would compare each with each.
      update users set status = 'inactive', status_cause = 'schedule', status_since = deactivate_at,
        deactivation_date = null, deactivate_at = null, let_in_since = statement_timestamp()
      where account_id = ${accountId} and deactivate_at <= statement_timestamp() and status = 'active'
    ), recorded as (
      insert into lifecycle_events
        (account_id, user_id, change, cause, by_user_id, reason, from_status, to_status, from_cause, from_date, due_at)
      select due.account_id, due.id, 'deactivated', 'schedule', chosen.by_user_id, chosen.reason, 'active', 'inactive',
        due.status_cause, due.deactivation_date, due.deactivate_at
      from due left join lateral (
        select by_user_id, reason from lifecycle_events as e
        where e.account_id = due.account_id and e.user_id = due.id and e.change in ('scheduled', 'activated') and e.to_date is not null
        order by e.id desc limit 1
      ) as chosen on true
      returning id
    )
    select count(*) as recorded from recorded
  `.execute(db)
  return rows[0]!.recorded
}
