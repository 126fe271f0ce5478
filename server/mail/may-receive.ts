import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'

/** Why a mail is not sent. */
export type NotSent = 'user_inactive' | 'unsubscribed' | 'no_longer_so'

/**
 * M1, R43. Whether the recipient of a mail may receive it now, by the database's clock: asked when it is handed over,
 * whenever it was queued. What is no longer so is not told either: a course that was done meanwhile, a date that moved.
 */
export async function whyNot({ db, accountId }: Work, mailId: string): Promise<NotSent | null> {
  // The enrollment is taken out first: row security lets no cast be part of a look-up, and would read all enrollments.
  const { rows } = await sql<{ reason: NotSent | null }>`
    with m as materialized (
      select *, (about ->> 'enrollmentId')::uuid as enrollment_id from mails where account_id = ${accountId} and id = ${mailId}
    )
    select case
      when u.id is null then 'user_inactive'
      when m.kind in ('due_soon', 'overdue') and exists (
        select from mail_refusals as r where r.account_id = m.account_id and r.user_id = m.user_id) then 'unsubscribed'
      when m.kind in ('course_assigned', 'due_soon', 'overdue') and not coalesce(e.is_current and c.state = 'published', false) then 'no_longer_so'
      when m.kind in ('due_soon', 'overdue') and (e.completed_at is not null or e.due_date is distinct from (m.about ->> 'dueDate')::date)
        then 'no_longer_so'
      when m.kind = 'access_ends' and u.deactivate_at is distinct from (m.about ->> 'deactivateAt')::timestamptz then 'no_longer_so'
      when m.kind = 'seats' and u.role not in ('owner', 'administrator') then 'no_longer_so'
    end as reason
    from m
    left join active_users as u on u.account_id = m.account_id and u.id = m.user_id
    left join enrollments as e on e.account_id = m.account_id and e.id = m.enrollment_id
    left join courses as c on c.account_id = e.account_id and c.id = e.course_id
  `.execute(db)
  return rows[0]?.reason ?? null
}
