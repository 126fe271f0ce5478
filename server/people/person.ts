import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { getUser, Person } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach } from '#server/lifecycle/selection.ts'
import { Problem } from '#server/problem.ts'
import { personColumns, personJoins } from './columns.ts'

/** One person. Who is not there, is in another account, or out of one's reach, is answered alike (A1). @throws Problem `not_found` */
export async function person(work: Work, { userId }: Input<typeof getUser>): Promise<Answer<typeof getUser>> {
  const { rows } = await sql<Person>`
    select ${personColumns(work)}, p.phone, p.hire_date, p.language, p.custom, p.created_at, p.version,
      c.password_hash is not null as has_password, exists (
        select from authenticators as a where a.account_id = u.account_id and a.user_id = u.id and a.confirmed_at is not null
      ) or exists (
        select from passkeys as k where k.account_id = u.account_id and k.user_id = u.id
      ) as has_second_step,
      array(select department_id from managed_departments as m where m.account_id = u.account_id and m.user_id = u.id) as managed_department_ids
    from users as u
    join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    join credentials as c on c.account_id = u.account_id and c.user_id = u.id
    ${personJoins}
    where u.account_id = ${work.accountId} and u.id = ${userId} and ${inReach(work)}
  `.execute(work.db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}
