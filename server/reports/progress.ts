import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { reportByCourse, reportByDepartment } from '#contract/reports.ts'
import type { Work } from '#server/gate/work.ts'
import { grouped, sums } from '#server/enrollments/learning.ts'
import { begin, ofStatus, peopleOf } from '#server/enrollments/people.ts'

/** The rates of rows with the sums of above. What is completed was started. */
const rates: RawBuilder<unknown> = sql`
  coalesce(enrolled, 0)::integer as enrolled, coalesce(completed, 0)::integer as completed, coalesce(overdue, 0)::integer as overdue,
  coalesce(started - completed - overdue_started, 0)::integer as in_progress,
  coalesce(enrolled - overdue - (started - overdue_started), 0)::integer as not_started,
  coalesce(on_hold, 0)::integer as on_hold,
  case when enrolled > 0 then round(completed * 100.0 / enrolled, 1)::float8 end as completion_rate,
  case when scored > 0 then round(score / scored / 100.0, 1)::float8 end as average_score`

/** Progress by course. */
export async function byCourse(
  work: Work,
  asked: Input<typeof reportByCourse>,
): Promise<Answer<typeof reportByCourse>> {
  const moment = await begin(work, asked)
  const { rows } = await sql<Answer<typeof reportByCourse>['items'][number]>`
    with of_course as materialized (
      select key, ${sums(asked)} from (${await grouped(work, asked, moment, 'course_id')}) as grouped group by key
    )
    select c.id as course_id, c.title, ${rates}
    from courses as c left join of_course as f on f.key = c.id
    where c.account_id = ${work.accountId} and c.state <> 'draft'
    order by c.title, c.id
  `.execute(work.db)
  return { items: rows }
}

/** Progress by department, each without those below it; people without one come last. */
export async function byDepartment(
  work: Work,
  { courseId, ...asked }: Input<typeof reportByDepartment>,
): Promise<Answer<typeof reportByDepartment>> {
  const moment = await begin(work, asked)
  const only = courseId === undefined ? sql`true` : sql`course_id = ${courseId}::uuid`
  const { rows } = await sql<Answer<typeof reportByDepartment>['items'][number]>`
    with of_department as materialized (
      select department_id, count(*) filter (where ${ofStatus(asked)}) as people from (${peopleOf(work, asked, moment)}) as p group by 1
    ),
    learning as materialized (
      select key, ${sums(asked)} from (${await grouped(work, asked, moment, 'department_id', only)}) as grouped group by key
    )
    select of_department.department_id, coalesce(d.name, '') as name, people, ${rates}
    from of_department
    left join departments as d on d.account_id = ${work.accountId} and d.id = of_department.department_id
    left join learning on learning.key is not distinct from of_department.department_id
    order by d.name nulls last, d.id
  `.execute(work.db)
  return { items: rows }
}
