import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { linkPerson, listPeopleToLink, ToLink } from '#contract/provisioning.ts'
import type { Work } from '#server/gate/work.ts'
import { refuseUnlessAllowed } from '#server/lifecycle/refuse.ts'
import { Problem } from '#server/problem.ts'

/** Whom the identity provider wanted to add, though they were here already; the last asked for first. */
export async function peopleToLink({ db, accountId }: Work): Promise<Answer<typeof listPeopleToLink>> {
  const { rows } = await sql<ToLink>`
    select t.user_id, p.first_name || ' ' || p.last_name as name, p.email, t.user_name, t.external_id, t.asked_at
    from scim_to_link as t join profiles as p on p.account_id = t.account_id and p.user_id = t.user_id
    where t.account_id = ${accountId} order by t.asked_at desc, t.user_id limit 200
  `.execute(db)
  return { items: rows }
}

/**
 * Lets the identity provider manage somebody who was here before it, as it asked: the consent without which nobody is
 * taken over (R39). They are as they were until it says otherwise.
 *
 * @throws Problem `not_found` for whom it did not ask, `higher_role`, `user_name_taken`, `external_id_taken`
 */
export async function link(work: Work, { userId }: Input<typeof linkPerson>): Promise<Answer<typeof linkPerson>> {
  const { db, accountId } = work
  const asked = await db
    .deleteFrom('scimToLink')
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .returning(['userName', 'externalId', 'displayName'])
    .executeTakeFirst()
  if (!asked) throw new Problem('not_found')
  await refuseUnlessAllowed(work, 'edit', userId)
  await db
    .insertInto('scimUsers')
    .values({ accountId, userId, ...asked })
    .execute()
  return { done: true }
}

/** Nobody asks for them any more. */
export async function pruneToLink({ db, accountId }: Work): Promise<void> {
  await sql`delete from scim_to_link where account_id = ${accountId} and asked_at < statement_timestamp() - interval '30 days'`.execute(
    db,
  )
}
