import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { changeMembers as endpoint } from '#contract/groups.ts'
import type { Work } from '#server/gate/work.ts'
import { allowTimeFor, refusalFor } from '#server/lifecycle/meant.ts'
import { selected } from '#server/lifecycle/selection.ts'
import { Problem } from '#server/problem.ts'

/**
 * Adds the people meant to a group, or takes them out, active and inactive alike. Who is there already is told so;
 * who is out of reach is refused. Whoever has one of these people open to edit is told when they save.
 *
 * @throws Problem `not_found` for the group
 */
export async function changeMembers(
  work: Work,
  { groupId, users, change }: Input<typeof endpoint>,
): Promise<Answer<typeof endpoint>> {
  const { db, accountId, actor } = work
  await allowTimeFor(work, users)
  const group = await db
    .selectFrom('groups')
    .select('id')
    .where('accountId', '=', accountId)
    .where('id', '=', groupId)
    .executeTakeFirst()
  if (!group) throw new Problem('not_found')

  const write =
    change === 'add'
      ? sql`insert into group_members (account_id, group_id, user_id) select ${accountId}, ${groupId}, user_id from meant
          where refusal is null on conflict do nothing returning user_id`
      : sql`delete from group_members as m using meant
          where m.account_id = ${accountId} and m.group_id = ${groupId} and m.user_id = meant.user_id and refusal is null returning m.user_id`
  const { rows } = await sql<{ found: number; allowed: number; changed: number }>`
    with meant as materialized (
      select u.id as user_id, ${refusalFor(work, 'edit')} as refusal
      from users as u join profiles as p on p.account_id = u.account_id and p.user_id = u.id
      where u.account_id = ${accountId} and ${selected(work, users)}
    ), changed as (${write}),
    told as (
      update profiles as p set version = p.version + 1, changed_by = ${actor.id}, changed_at = statement_timestamp()
      from changed where p.account_id = ${accountId} and p.user_id = changed.user_id
    )
    select count(*) as found, count(*) filter (where refusal is null) as allowed, (select count(*) from changed) as changed from meant
  `.execute(db)
  const { found, allowed, changed } = rows[0]!
  const asked = 'ids' in users ? new Set(users.ids).size : found
  return { selected: asked, changed, alreadySo: allowed - changed, refused: asked - allowed }
}
