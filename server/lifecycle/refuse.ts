import { sql } from 'kysely'
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
    select ${refusalFor(work, doing)} as refusal
    from users as u join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    where u.account_id = ${work.accountId} and u.id = ${userId}
  `.execute(work.db)
  if (!rows[0]) throw new Problem('not_found')
  if (rows[0].refusal) throw problemOf(rows[0].refusal)
}

/** What is one line of a result for many is the answer itself for one. */
export const problemOf = (refusal: Refusal): Problem =>
  new Problem(refusal === 'changed_since' ? 'stale_edit' : refusal)
