import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { changeMembers as endpoint } from '#contract/groups.ts'
import type { Work } from '#server/gate/work.ts'
import { allowTimeFor, oneByOne, refusalFor } from '#server/lifecycle/meant.ts'
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
      : sql`delete from group_members as m where m.account_id = ${accountId} and m.group_id = ${groupId}
          and m.user_id = any(array(select user_id from meant where refusal is null)) returning m.user_id`
  const { rows } = await sql<{ found: number; allowed: number; changed: number }>`
    with meant as materialized (${meant(work, users)}), changed as (${write}),
    told as (
      update profiles as p set version = p.version + 1, changed_by = ${actor.id}, changed_at = statement_timestamp()
      where p.account_id = ${accountId} and p.user_id = any(array(select user_id from changed))
    )
    select count(*) as found, count(*) filter (where refusal is null) as allowed, (select count(*) from changed) as changed from meant
  `.execute(db)
  const { found, allowed, changed } = rows[0]!
  const asked = 'ids' in users ? new Set(users.ids).size : found
  return { selected: asked, changed, alreadySo: allowed - changed, refused: asked - allowed }
}

/**
 * Who is meant, with why not. Told one by one they are looked up one by one: of an account that is new to its statistics
 * the planner expects one person, and compared each with each. To take out 20,000 took 95 s.
 */
function meant(work: Work, users: Input<typeof endpoint>['users']): RawBuilder<unknown> {
  const there = (condition: RawBuilder<unknown>) => sql`
    select u.id as user_id, ${refusalFor(work, 'edit')} as refusal
    from users as u join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    where u.account_id = ${work.accountId} and ${condition}`
  if (!('ids' in users)) return there(selected(work, users))
  return sql`
    select there.* from (select distinct unnest(${users.ids}::uuid[]) as id) as asked
    cross join ${oneByOne(there(sql`u.id = asked.id`))} as there`
}
