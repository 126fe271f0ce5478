import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { moveToDepartment } from '#contract/departments.ts'
import type { Work } from '#server/gate/work.ts'
import { allowTimeFor, refusalFor } from '#server/lifecycle/meant.ts'
import { checkProfiles } from '#server/lifecycle/profile-rules.ts'
import { selected } from '#server/lifecycle/selection.ts'

/**
 * Changes the department of the people meant; a department administrator moves people among their own departments.
 *
 * @throws Problem `unknown_department`, `outside_your_departments`
 */
export async function movePeople(
  work: Work,
  { users, departmentId }: Input<typeof moveToDepartment>,
): Promise<Answer<typeof moveToDepartment>> {
  const { db, accountId, actor } = work
  await allowTimeFor(work, users)
  await checkProfiles(work, [{ departmentId }], (_place, field) => field)
  const { rows } = await sql<{ found: number; allowed: number; changed: number }>`
    with meant as materialized (
      select u.id as user_id, ${refusalFor(work, 'edit')} as refusal
      from users as u join profiles as p on p.account_id = u.account_id and p.user_id = u.id
      where u.account_id = ${accountId} and ${selected(work, users)}
    ), changed as (
      update profiles as p set department_id = ${departmentId}, version = p.version + 1, changed_by = ${actor.id}, changed_at = statement_timestamp()
      from meant where p.account_id = ${accountId} and p.user_id = meant.user_id and meant.refusal is null
        and p.department_id is distinct from ${departmentId}::uuid
      returning p.user_id
    )
    select count(*) as found, count(*) filter (where refusal is null) as allowed, (select count(*) from changed) as changed from meant
  `.execute(db)
  const { found, allowed, changed } = rows[0]!
  const asked = 'ids' in users ? new Set(users.ids).size : found
  return { selected: asked, changed, alreadySo: allowed - changed, refused: asked - allowed }
}
