import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { Assignment, assign as endpoint, endAssignment, listAssignments } from '#contract/enrollments.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { dueAhead } from './enroll.ts'
import { publishedOnly } from './published.ts'

const assignments: RawBuilder<unknown> = sql`
  select s.id, s.course_id, c.title as course_title, s.is_mandatory, s.due_date, s.due_days,
    case when g.id is not null then jsonb_build_object('id', g.id, 'name', g.name) end as "group",
    case when d.id is not null then jsonb_build_object('id', d.id, 'name', d.name) end as department
  from course_assignments as s
  join courses as c on c.account_id = s.account_id and c.id = s.course_id
  left join groups as g on g.account_id = s.account_id and g.id = s.group_id
  left join departments as d on d.account_id = s.account_id and d.id = s.department_id`

/** Which courses are given to which groups and departments. */
export async function list(
  { db, accountId }: Work,
  asked: Input<typeof listAssignments>,
): Promise<Answer<typeof listAssignments>> {
  const [courseId, groupId, departmentId] = [asked.courseId ?? null, asked.groupId ?? null, asked.departmentId ?? null]
  const { rows } = await sql<Assignment>`
    ${assignments} where s.account_id = ${accountId}
      and (${courseId}::uuid is null or s.course_id = ${courseId}::uuid)
      and (${groupId}::uuid is null or s.group_id = ${groupId}::uuid)
      and (${departmentId}::uuid is null or s.department_id = ${departmentId}::uuid)
    order by c.title, g.name, d.name, s.id
  `.execute(db)
  return { items: rows }
}

/**
 * Gives a course to a group or a department: to whoever belongs to it and is in, now and later. Its inactive members
 * are skipped and listed; they get it when they return (C7.76).
 *
 * @throws Problem `not_found`, `course_not_published`, `unknown_group`, `unknown_department`, `already_given`, `date_in_past`
 */
export async function assign(
  work: Work,
  { courseId, isMandatory, dueDate, dueDays, ...target }: Input<typeof endpoint>,
): Promise<Answer<typeof endpoint>> {
  const { db, accountId, actor } = work
  const [groupId, departmentId] = [target.groupId ?? null, target.departmentId ?? null]
  await allowTime(db, 5 * 60_000)
  await publishedOnly(work, [courseId])
  await dueAhead(work, dueDate)
  const { rows: added } = await sql<{ id: string }>`
    insert into course_assignments (account_id, course_id, group_id, department_id, is_mandatory, due_date, due_days, assigned_by, assigned_on)
    select id, ${courseId}, ${groupId}, ${departmentId}, ${isMandatory}, ${dueDate}, ${dueDays}, ${actor.id}, today_in(time_zone)
    from accounts where id = ${accountId} returning id
  `.execute(db)
  const tally = await tallyOf(work, { courseId, groupId, departmentId })
  const { rows: caughtUp } = await sql<{ enrolled: number }>`
    select catch_up(${accountId}, null, ${courseId}) as enrolled
  `.execute(db)
  const { enrolled } = caughtUp[0]!
  const { rows } =
    await sql<Assignment>`${assignments} where s.account_id = ${accountId} and s.id = ${added[0]!.id}`.execute(db)
  return { assignment: rows[0]!, ...tally, enrolled }
}

/** Who belongs to it: how many, how many have the course, and who is skipped because they are inactive. */
async function tallyOf(
  { db, accountId }: Work,
  { courseId, groupId, departmentId }: { courseId: string; groupId: string | null; departmentId: string | null },
): Promise<Pick<Answer<typeof endpoint>, 'selected' | 'alreadySo' | 'refused'>> {
  const { rows } = await sql<{ selected: number; alreadySo: number; inactive: number; names: string[] }>`
    with members as (
      select user_id from group_members where account_id = ${accountId} and group_id = ${groupId}
      union
      select user_id from profiles
      where account_id = ${accountId} and department_id in (select departments_below(${accountId}, array[${departmentId}::uuid]))
    ), asked as materialized (
      select u.id, is_active(u.status, u.deactivate_at) as is_in, exists (
        select from enrollments as e where e.account_id = u.account_id and e.user_id = u.id and e.course_id = ${courseId}) as has
      from members join users as u on u.account_id = ${accountId} and u.id = members.user_id
    )
    select count(*) as selected, count(*) filter (where is_in and has) as already_so, count(*) filter (where not is_in) as inactive,
      array(
        select p.first_name || ' ' || p.last_name from asked join profiles as p on p.account_id = ${accountId} and p.user_id = asked.id
        where not is_in order by p.name_key limit 5
      ) as names
    from asked
  `.execute(db)
  const { inactive, names, ...told } = rows[0]!
  return { ...told, refused: inactive > 0 ? [{ refusal: 'user_inactive', count: inactive, names }] : [] }
}

/** Gives a course no longer. Those who have it keep it. @throws Problem `not_found` */
export async function end({ db, accountId }: Work, { assignmentId }: Input<typeof endAssignment>) {
  const { numDeletedRows } = await db
    .deleteFrom('courseAssignments')
    .where('accountId', '=', accountId)
    .where('id', '=', assignmentId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new Problem('not_found')
  return { done: true } as const
}
