import { sql } from 'kysely'
import type { Person, Refusal } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { oneByOne, refusalFor } from '#server/lifecycle/meant.ts'
import { inReach } from '#server/lifecycle/selection.ts'
import type { Editable } from '#server/people/changes.ts'

/** Somebody who is there already, as far as a row of a file can change them, and what this actor may do to them. */
export interface Facts extends Editable {
  readonly id: string
  readonly emailKey: string
  readonly version: number
  readonly role: Person['role']
  readonly status: Person['status']
  readonly statusSince: string
  readonly isInReach: boolean
  readonly mayNot: Record<'edit' | 'deactivate' | 'activate' | 'schedule' | 'clearDate', Refusal | null>
}

/** Those who have one of these addresses, told in small letters; by it. One question for many. */
export async function factsOf(work: Work, emailKeys: readonly string[]): Promise<Map<string, Facts>> {
  const { accountId } = work
  if (emailKeys.length === 0) return new Map()
  const isDue = sql`u.deactivate_at > statement_timestamp()`
  const { rows } = await sql<Facts>`
    select u.id, p.email_key, p.version, u.role, p.first_name, p.last_name, p.email, p.job_title, p.phone, p.hire_date, p.language, p.custom,
      case when is_active(u.status, u.deactivate_at) then 'active' else 'inactive' end as status, u.status_cause, u.status_since,
      case when ${isDue} then u.deactivation_date end as deactivation_date,
      case when p.department_id is not null then jsonb_build_object('id', p.department_id, 'name', '') end as department,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', m.group_id, 'name', '')) from group_members as m
        where m.account_id = ${accountId} and m.user_id = u.id
      ), '[]') as groups,
      array(select m.department_id from managed_departments as m where m.account_id = ${accountId} and m.user_id = u.id) as managed_department_ids,
      coalesce(${inReach(work)}, false) as is_in_reach,
      jsonb_build_object(
        'edit', ${refusalFor(work, 'edit')}, 'deactivate', ${refusalFor(work, 'deactivate')}, 'activate', ${refusalFor(work, 'activate')},
        'schedule', ${refusalFor(work, 'schedule')}, 'clearDate', ${refusalFor(work, 'clear_date')}) as may_not
    from unnest(${emailKeys}::text[]) as key
    cross join ${oneByOne(sql`select * from profiles where account_id = ${accountId} and email_key = key`)} as p
    cross join ${oneByOne(sql`select * from users where account_id = ${accountId} and id = p.user_id`)} as u
  `.execute(work.db)
  return new Map(rows.map((row) => [row.emailKey, row]))
}
