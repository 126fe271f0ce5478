import { type RawBuilder, sql } from 'kysely'
import type { CourseRow, listCourses } from '#contract/courses.ts'
import type { Answer, Input } from '#contract/endpoint.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import { grouped, sums } from '#server/enrollments/learning.ts'
import { begin } from '#server/enrollments/people.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

type Listed = Omit<CourseRow, 'enrolled' | 'completed'>

const courses: RawBuilder<Listed> = sql`
  select c.id, c.title, c.description, c.cover_file_id, c.state, c.changed_at,
    (select count(*) from modules as m where m.account_id = c.account_id and m.course_id = c.id and m.removed_at is null) as modules
  from courses as c
`

/** How many have each of them: of the people whom the actor may see, without the inactive ones, as reports count them. */
async function withLearners(work: Work, listed: readonly Listed[]): Promise<CourseRow[]> {
  const asked = { status: 'active' } as const
  const moment = await begin(work, {})
  const only = sql`course_id = any(${listed.map(({ id }) => id)}::uuid[])`
  const { rows } = await sql<{ key: string; enrolled: number; completed: number }>`
    select key, enrolled::integer, completed::integer from (
      select key, ${sums(asked)} from (${await grouped(work, asked, moment, 'course_id', only)}) as grouped group by key
    ) as of_course
  `.execute(work.db)
  const told = new Map(rows.map(({ key, ...learners }) => [key, learners]))
  return listed.map((course) => ({ ...course, ...(told.get(course.id) ?? { enrolled: 0, completed: 0 }) }))
}

/** One course as the list tells it. @throws Problem `not_found` */
export async function row(work: Work, courseId: string): Promise<CourseRow> {
  const { rows } = await sql<Listed>`
    ${courses} where c.account_id = ${work.accountId} and c.id = ${courseId}
  `.execute(work.db)
  if (!rows[0]) throw new Problem('not_found')
  return (await withLearners(work, rows))[0]!
}

/** Courses by title; archived ones only when asked for. @throws Problem `wrong_cursor` */
export async function list(
  work: Work,
  { cursor, limit, search = '', state }: Input<typeof listCourses>,
): Promise<Answer<typeof listCourses>> {
  const { db, accountId } = work
  const boundTo = ['courses', search, state]
  const after = placeOf(boundTo, cursor)
  if (after && after.length !== 2) throw new Problem('wrong_cursor')
  const { rows } = await sql<Listed>`
    ${courses} where c.account_id = ${accountId}
      and (${state ?? null}::course_state is null and c.state <> 'archived' or c.state = ${state ?? null}::course_state)
      and folded(c.title) like '%' || folded(${search.replaceAll(/[\\%_]/g, '\\$&')}) || '%'
      and (${after?.[0] ?? null}::text is null or (c.title, c.id) > (${after?.[0] ?? null}, ${after?.[1] ?? null}::uuid))
    order by c.title, c.id limit ${limit + 1}
  `.execute(db)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: await withLearners(work, items),
    next: rows.length > limit && last ? cursorFor(boundTo, [last.title, last.id]) : null,
    previous: null,
  }
}
