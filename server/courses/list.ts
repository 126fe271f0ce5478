import { type RawBuilder, sql } from 'kysely'
import type { CourseRow, listCourses } from '#contract/courses.ts'
import type { Answer, Input } from '#contract/endpoint.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

const courses: RawBuilder<unknown> = sql`
  select c.id, c.title, c.description, c.cover_file_id, c.state, c.changed_at,
    (select count(*) from modules as m where m.account_id = c.account_id and m.course_id = c.id and m.removed_at is null) as modules,
    coalesce(learners.enrolled, 0) as enrolled, coalesce(learners.completed, 0) as completed
  from courses as c
  left join lateral (
    select count(*) as enrolled, count(e.completed_at) as completed
    from enrollments as e join active_users as u on u.account_id = e.account_id and u.id = e.user_id
    where e.account_id = c.account_id and e.course_id = c.id and e.is_current
  ) as learners on true
`

/** One course as the list tells it. @throws Problem `not_found` */
export async function row({ db, accountId }: Work, courseId: string): Promise<CourseRow> {
  const { rows } = await sql<CourseRow>`
    ${courses} where c.account_id = ${accountId} and c.id = ${courseId}
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}

/** Courses by title; archived ones only when asked for. @throws Problem `wrong_cursor` */
export async function list(
  { db, accountId }: Work,
  { cursor, limit, search = '', state }: Input<typeof listCourses>,
): Promise<Answer<typeof listCourses>> {
  const boundTo = ['courses', search, state]
  const after = placeOf(boundTo, cursor)
  if (after && after.length !== 2) throw new Problem('wrong_cursor')
  const { rows } = await sql<CourseRow>`
    ${courses} where c.account_id = ${accountId}
      and (${state ?? null}::course_state is null and c.state <> 'archived' or c.state = ${state ?? null}::course_state)
      and folded(c.title) like '%' || folded(${search.replaceAll(/[\\%_]/g, '\\$&')}) || '%'
      and (${after?.[0] ?? null}::text is null or (c.title, c.id) > (${after?.[0] ?? null}, ${after?.[1] ?? null}::uuid))
    order by c.title, c.id limit ${limit + 1}
  `.execute(db)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? cursorFor(boundTo, [last.title, last.id]) : null, previous: null }
}
