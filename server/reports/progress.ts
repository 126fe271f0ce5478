import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { reportByCourse, reportByDepartment } from '#contract/reports.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { type Asked, isEverybody, moment, ofStatus, peopleOf } from './people.ts'

/** What is counted of enrollments `e` on the day `today`, as a whole. */
const counted: RawBuilder<unknown> = sql`
  count(*) as enrolled,
  count(e.completed_at) filter (where e.completed_at < at or at is null) as completed,
  count(*) filter (where not (e.completed_at is not null and (e.completed_at < at or at is null)) and e.due_date < today) as overdue,
  count(*) filter (where not (e.completed_at is not null and (e.completed_at < at or at is null))
    and (e.due_date is null or e.due_date >= today) and e.started_at is not null and (e.started_at < at or at is null)) as in_progress,
  sum(e.score) as score, count(e.score) as scored`

/** The sums of grouped rows with `is_in`: of those who were asked for, and apart how many are on hold. */
const sums = (asked: Asked): RawBuilder<unknown> => sql`
  ${sql.join(names.map((name) => sql`sum(${sql.ref(name)}) filter (where ${ofStatus(asked)}) as ${sql.ref(name)}`))},
  sum(enrolled) filter (where not is_in) as on_hold`
const names = ['enrolled', 'completed', 'overdue', 'in_progress', 'score', 'scored']

/** The rates of rows with the sums of above, and `on_hold`. */
const rates: RawBuilder<unknown> = sql`
  coalesce(enrolled, 0)::integer as enrolled, coalesce(enrolled - completed - overdue - in_progress, 0)::integer as not_started,
  coalesce(in_progress, 0)::integer as in_progress, coalesce(completed, 0)::integer as completed, coalesce(overdue, 0)::integer as overdue,
  coalesce(on_hold, 0)::integer as on_hold,
  case when enrolled > 0 then round(completed * 100.0 / enrolled, 1)::float8 end as completion_rate,
  case when scored > 0 then round(score / scored, 1)::float8 end as average_score`

/** Enrollments that were current at the moment `m`. */
const current: RawBuilder<unknown> = sql`(m.at is null and e.is_current or e.enrolled_at < m.at and (e.is_current or e.withdrawn_at >= m.at))`

/**
 * Progress by course. Of everybody, the whole is counted in the index, and the few who are out are counted apart and
 * taken off: nobody has to be looked up.
 */
export async function byCourse(
  work: Work,
  asked: Input<typeof reportByCourse>,
): Promise<Answer<typeof reportByCourse>> {
  await allowTime(work.db, 20_000)
  const { rows } = await sql<Answer<typeof reportByCourse>['items'][number]>`
    with m as materialized (${moment(work, asked)}),
    of_course as materialized (${isEverybody(work, asked) ? wholeLessOut(work, asked) : oneByOne(work, asked)})
    select c.id as course_id, c.title, ${rates}
    from courses as c left join of_course as f on f.key = c.id
    where c.account_id = ${work.accountId} and c.state <> 'draft'
    order by c.title, c.id
  `.execute(work.db)
  return { items: rows }
}

function wholeLessOut({ accountId }: Work, { status }: Asked): RawBuilder<unknown> {
  const everybody = sql`
    select e.course_id as key, ${counted} from enrollments as e, m where e.account_id = ${accountId} and e.is_current group by 1`
  const out = sql`
    select e.course_id as key, ${counted}
    from m, users as u join enrollments as e on e.account_id = u.account_id and e.user_id = u.id and e.is_current
    where u.account_id = ${accountId} and not is_active(u.status, u.deactivate_at) group by 1`
  if (status === 'inactive') return sql`select *, enrolled as on_hold from (${out}) as o`
  return sql`
    select w.key, ${sql.join(
      names.map((name) =>
        status === 'all'
          ? sql`w.${sql.ref(name)}`
          : sql`w.${sql.ref(name)} - coalesce(o.${sql.ref(name)}, 0) as ${sql.ref(name)}`,
      ),
    )}, coalesce(o.enrolled, 0) as on_hold
    from (${everybody}) as w left join (${out}) as o using (key)`
}

function oneByOne(work: Work, asked: Asked): RawBuilder<unknown> {
  return sql`
    select key, ${sums(asked)} from (
      select e.course_id as key, is_in, ${counted}
      from (${peopleOf(work, asked)}) as p
      join enrollments as e on e.account_id = ${work.accountId} and e.user_id = p.user_id, m
      where ${current} group by 1, 2
    ) as grouped group by key`
}

/** Progress by department, each without those below it; people without one come last. */
export async function byDepartment(
  work: Work,
  { courseId, ...asked }: Input<typeof reportByDepartment>,
): Promise<Answer<typeof reportByDepartment>> {
  await allowTime(work.db, 20_000)
  const only = courseId === undefined ? sql`true` : sql`e.course_id = ${courseId}::uuid`
  const { rows } = await sql<Answer<typeof reportByDepartment>['items'][number]>`
    with m as materialized (${moment(work, asked)}),
    people as materialized (${peopleOf(work, asked)}),
    of_department as materialized (
      select department_id, count(*) filter (where ${ofStatus(asked)}) as people from people group by 1
    ),
    learning as materialized (
      select key, ${sums(asked)} from (
        select p.department_id as key, is_in, ${counted}
        from people as p join enrollments as e on e.account_id = ${work.accountId} and e.user_id = p.user_id, m
        where ${current} and ${only} group by 1, 2
      ) as grouped group by key
    )
    select of_department.department_id, coalesce(d.name, '') as name, people, ${rates}
    from of_department
    left join departments as d on d.account_id = ${work.accountId} and d.id = of_department.department_id
    left join learning on learning.key is not distinct from of_department.department_id
    order by d.name nulls last, d.id
  `.execute(work.db)
  return { items: rows }
}
