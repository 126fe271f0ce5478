import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type {
  addDepartment,
  deleteDepartment,
  Department,
  editDepartment,
  listDepartments,
} from '#contract/departments.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/**
 * All departments with their people counted by status. A department administrator sees their own and those below, the
 * tops of which stand below nothing.
 */
export async function departments(
  { db, accountId, actor }: Work,
  departmentId: string | null = null,
): Promise<Answer<typeof listDepartments>> {
  await allowTime(db, 10_000)
  const mine =
    actor.role === 'department_administrator'
      ? sql`d.id in (select departments_managed(${accountId}, ${actor.id}))`
      : sql`true`
  const { rows } = await sql<Department>`
    with shown as materialized (
      select d.id, d.parent_id, d.name from departments as d
      where d.account_id = ${accountId} and ${mine} and (${departmentId}::uuid is null or d.id = ${departmentId}::uuid)
    ), people as (
      select p.department_id as id,
        count(*) filter (where is_active(u.status, u.deactivate_at)) as active,
        count(*) filter (where not is_active(u.status, u.deactivate_at)) as inactive
      from profiles as p join users as u on u.account_id = p.account_id and u.id = p.user_id
      where p.account_id = ${accountId} and p.department_id = any(array(select id from shown)) group by 1
    )
    select d.id, d.name, coalesce(people.active, 0) as active, coalesce(people.inactive, 0) as inactive,
      case when ${departmentId}::uuid is not null or d.parent_id in (select id from shown) then d.parent_id end as parent_id,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', u.id, 'name', p.first_name || ' ' || p.last_name) order by p.name_key)
        from managed_departments as m
        join users as u on u.account_id = m.account_id and u.id = m.user_id and u.role = 'department_administrator'
        join profiles as p on p.account_id = m.account_id and p.user_id = m.user_id
        where m.account_id = ${accountId} and m.department_id = d.id
      ), '[]') as administrators
    from shown as d left join people on people.id = d.id
    order by d.name, d.id
  `.execute(db)
  return { items: rows }
}

async function department(work: Work, departmentId: string): Promise<Department> {
  const { items } = await departments(work, departmentId)
  if (!items[0]) throw new Problem('not_found')
  return items[0]
}

/** @throws Problem `name_taken`, `unknown_department` */
export async function add(work: Work, { name, parentId }: Input<typeof addDepartment>): Promise<Department> {
  const { accountId } = work
  const { id } = await work.db
    .insertInto('departments')
    .values({ accountId, name, parentId })
    .returning('id')
    .executeTakeFirstOrThrow()
  return department(work, id)
}

/**
 * Renames a department, or moves it with all below.
 *
 * @throws Problem `not_found`, `name_taken`, `unknown_department`, `inside_itself`
 */
export async function edit(
  work: Work,
  { departmentId, name, parentId }: Input<typeof editDepartment>,
): Promise<Department> {
  const { db, accountId } = work
  if (parentId) {
    // Two moves at once could close a circle that neither sees.
    await sql`select from accounts where id = ${accountId} for no key update`.execute(db)
    const { rows } = await sql<{ isBelow: boolean }>`
      select ${parentId} in (select departments_below(${accountId}, array[${departmentId}]::uuid[])) as is_below
    `.execute(db)
    if (rows[0]!.isBelow) throw new Problem('inside_itself')
  }
  const changed = { ...(name !== undefined && { name }), ...(parentId !== undefined && { parentId }) }
  if (Object.keys(changed).length > 0) {
    await db
      .updateTable('departments')
      .set(changed)
      .where('accountId', '=', accountId)
      .where('id', '=', departmentId)
      .execute()
  }
  return department(work, departmentId)
}

/** Deletes a department. Its people move to the one above. @throws Problem `not_found`, `has_departments` */
export async function remove({ db, accountId, actor }: Work, { departmentId }: Input<typeof deleteDepartment>) {
  await allowTime(db, 15 * 60_000)
  // Whoever puts somebody or something into it meanwhile waits here, and then finds that it is gone.
  const { rows } = await sql<{ parentId: string | null }>`
    select parent_id from departments where account_id = ${accountId} and id = ${departmentId} for update
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  const below = await db
    .selectFrom('departments')
    .select('id')
    .where('accountId', '=', accountId)
    .where('parentId', '=', departmentId)
    .executeTakeFirst()
  if (below) throw new Problem('has_departments')
  await sql`
    update profiles set department_id = ${rows[0].parentId}, version = version + 1, changed_by = ${actor.id}, changed_at = statement_timestamp()
    where account_id = ${accountId} and department_id = ${departmentId}
  `.execute(db)
  await db.deleteFrom('departments').where('accountId', '=', accountId).where('id', '=', departmentId).execute()
  return { done: true } as const
}
