import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { addGroup, deleteGroup, editGroup, Group, listGroups } from '#contract/groups.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach } from '#server/lifecycle/selection.ts'
import { Problem } from '#server/problem.ts'

/**
 * All groups, with how many people of each status they have; of those only whom the actor may see.
 *
 * Who is inactive is counted apart and taken off the whole: they are few, and the whole is counted in an index.
 */
export async function groups(work: Work, groupId: string | null = null): Promise<Answer<typeof listGroups>> {
  const { accountId, actor, db } = work
  await allowTime(db, 10_000)
  const isReached =
    actor.role === 'department_administrator'
      ? sql`exists (select from profiles as p where p.account_id = m.account_id and p.user_id = m.user_id and ${inReach(work)})`
      : sql`true`
  const these = sql`m.account_id = ${accountId} and (${groupId}::uuid is null or m.group_id = ${groupId}::uuid) and ${isReached}`
  const { rows } = await sql<Group>`
    select g.id, g.name, g.description, g.is_provisioned,
      coalesce(everybody.count, 0) - coalesce(outside.count, 0) as active, coalesce(outside.count, 0) as inactive
    from groups as g
    left join (
      select m.group_id, count(*) as count from group_members as m where ${these} group by 1
    ) as everybody on everybody.group_id = g.id
    left join (
      select m.group_id, count(*) as count
      from users as u join group_members as m on m.account_id = u.account_id and m.user_id = u.id
      where u.account_id = ${accountId} and not is_active(u.status, u.deactivate_at) and ${these} group by 1
    ) as outside on outside.group_id = g.id
    where g.account_id = ${accountId} and (${groupId}::uuid is null or g.id = ${groupId}::uuid)
    order by g.name, g.id
  `.execute(db)
  return { items: rows }
}

async function group(work: Work, groupId: string): Promise<Group> {
  const { items } = await groups(work, groupId)
  if (!items[0]) throw new Problem('not_found')
  return items[0]
}

/** @throws Problem `name_taken` */
export async function add(work: Work, { name, description }: Input<typeof addGroup>): Promise<Group> {
  const { accountId } = work
  const { id } = await work.db
    .insertInto('groups')
    .values({ accountId, name, description })
    .returning('id')
    .executeTakeFirstOrThrow()
  return group(work, id)
}

/** @throws Problem `not_found`, `name_taken` */
export async function edit(work: Work, { groupId, name, description }: Input<typeof editGroup>): Promise<Group> {
  const changed = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) }
  if (Object.keys(changed).length > 0) {
    await work.db
      .updateTable('groups')
      .set(changed)
      .where('accountId', '=', work.accountId)
      .where('id', '=', groupId)
      .execute()
  }
  return group(work, groupId)
}

/** Deletes a group. Its people stay. @throws Problem `not_found` */
export async function remove({ db, accountId }: Work, { groupId }: Input<typeof deleteGroup>) {
  // It may have a million members.
  await allowTime(db, 5 * 60_000)
  const { numDeletedRows } = await db
    .deleteFrom('groups')
    .where('accountId', '=', accountId)
    .where('id', '=', groupId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new Problem('not_found')
  return { done: true } as const
}
