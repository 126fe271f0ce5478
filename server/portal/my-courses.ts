import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { listMyCourses, listMyHistory } from '#contract/portal.ts'
import { learningState, todayThere } from '#server/enrollments/state.ts'
import type { Work } from '#server/gate/work.ts'

/** My courses: what is due first, then what was done last. Archived ones are closed, and stand in the history alone. */
export async function myCourses({ db, accountId, actor }: Work): Promise<Answer<typeof listMyCourses>> {
  const { rows } = await sql<Answer<typeof listMyCourses>['items'][number]>`
    select c.id as course_id, e.id as enrollment_id, c.title, c.description, c.cover_file_id, e.is_mandatory,
      ${learningState(todayThere)} as state, e.progress, e.due_date, e.completed_at, e.last_at, z.id as certificate_id,
      (select count(*) from modules as m where m.account_id = c.account_id and m.course_id = c.id and m.removed_at is null) as modules
    from enrollments as e
    join users as u on u.account_id = e.account_id and u.id = e.user_id
    join courses as c on c.account_id = e.account_id and c.id = e.course_id and c.state = 'published'
    join accounts as a on a.id = e.account_id
    left join certificates as z on z.account_id = e.account_id and z.enrollment_id = e.id
    where e.account_id = ${accountId} and e.user_id = ${actor.id} and e.is_current
    order by e.completed_at is not null, e.completed_at desc, e.due_date, e.last_at desc nulls last, c.title, c.id
  `.execute(db)
  return { items: rows }
}

/** Every round of every course that I have or had, the newest first. */
export async function myHistory({ db, accountId, actor }: Work): Promise<Answer<typeof listMyHistory>> {
  const { rows } = await sql<Answer<typeof listMyHistory>['items'][number]>`
    select e.id as enrollment_id, c.id as course_id, c.title as course_title, e.round, e.is_current, ${learningState(todayThere)} as state,
      e.progress, e.score::float8 as score, e.seconds, e.enrolled_at, e.completed_at, e.withdrawn_at
    from enrollments as e
    join users as u on u.account_id = e.account_id and u.id = e.user_id
    join courses as c on c.account_id = e.account_id and c.id = e.course_id
    join accounts as a on a.id = e.account_id
    where e.account_id = ${accountId} and e.user_id = ${actor.id}
    order by coalesce(e.last_at, e.enrolled_at) desc, e.id desc
  `.execute(db)
  return { items: rows }
}
