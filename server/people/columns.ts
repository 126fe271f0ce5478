import { type RawBuilder, sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { refusalFor } from '#server/lifecycle/meant.ts'

/**
 * The columns of a person in a list, over `u` (users), `p` (profiles), `c` (credentials). The status is the effective
 * one: whose date has passed shows as inactive by schedule before that is recorded (S1).
 */
export function personColumns(work: Work): RawBuilder<unknown> {
  const { accountId } = work
  return sql`
    u.id, p.first_name, p.last_name, p.email, u.role, p.job_title,
    case when is_active(u.status, u.deactivate_at) then 'active' else 'inactive' end as status,
    case when u.deactivate_at <= statement_timestamp() then 'schedule' else u.status_cause end as status_cause,
    case when u.deactivate_at <= statement_timestamp() then u.deactivate_at else u.status_since end as status_since,
    case when u.deactivate_at > statement_timestamp() then u.deactivation_date end as deactivation_date,
    case when u.deactivate_at > statement_timestamp() then u.deactivate_at end as deactivate_at,
    latest.by_name as status_by, latest.reason as status_reason,
    nullif(c.last_sign_in_at, '-infinity') as last_sign_in_at,
    case when d.id is not null then jsonb_build_object('id', d.id, 'name', d.name) end as department,
    coalesce((
      select jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.name)
      from group_members as m join groups as g on g.account_id = m.account_id and g.id = m.group_id
      where m.account_id = ${accountId} and m.user_id = u.id
    ), '[]') as groups,
    ${refusalFor(work, 'deactivate')} as refusal`
}

/** What `personColumns` needs beside `u`, `p` and `c`. */
export const personJoins = sql`
  left join departments as d on d.account_id = p.account_id and d.id = p.department_id
  left join lateral (
    select e.reason, coalesce(b.first_name || ' ' || b.last_name, gone.name) as by_name
    from lifecycle_events as e
    left join profiles as b on b.account_id = e.account_id and b.user_id = e.by_user_id
    left join deleted_users as gone on gone.account_id = e.account_id and gone.user_id = e.by_user_id
    where e.account_id = u.account_id and e.user_id = u.id and e.change in ('added', 'activated', 'deactivated', 'scheduled', 'date_cleared')
    order by e.id desc limit 1
  ) as latest on true`
