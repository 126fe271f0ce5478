import { type RawBuilder, sql } from 'kysely'
import type { Refusal } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { type Doing, refusalFor } from './meant.ts'

/**
 * Refuses to do this to one person, for the reason that stands on their row. For what is not done to a selection.
 *
 * @throws Problem of the refusal; `not_found` when nobody is there
 */
export async function refuseUnlessAllowed(work: Work, doing: Doing, userId: string): Promise<void> {
  const { rows } = await sql<{ refusal: Refusal | null }>`
    select coalesce(${refusalFor(work, doing)}, ${doing === 'edit' ? refusalOfWiderReach(work) : sql`null`}) as refusal
    from users as u join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    where u.account_id = ${work.accountId} and u.id = ${userId}
  `.execute(work.db)
  if (!rows[0]) throw new Problem('not_found')
  if (rows[0].refusal) throw problemOf(rows[0].refusal)
}

/**
 * R36. Whoever edits somebody can sign in as them: by a password, by another address. So a department administrator
 * edits none who manages what they do not.
 */
function refusalOfWiderReach({ accountId, actor }: Work): RawBuilder<Refusal | null> {
  if (actor.role !== 'department_administrator') return sql<Refusal | null>`null`
  return sql<Refusal | null>`case when u.role = 'department_administrator' and exists (
    select from managed_departments as m where m.account_id = ${accountId} and m.user_id = u.id
      and m.department_id <> all(array(select departments_managed(${accountId}, ${actor.id})))
  ) then 'outside_your_departments' end`
}

/** What is one line of a result for many is the answer itself for one. */
export const problemOf = (refusal: Refusal): Problem =>
  new Problem(refusal === 'changed_since' ? 'stale_edit' : refusal)
