import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { reportByCourse, reportByDepartment } from '#contract/reports.ts'
import type { Work } from '#server/gate/work.ts'
import { type Asked, begin, isEverybody, type Moment, ofStatus, peopleOf } from './people.ts'

/** What is counted of enrollments `e`: as little as can be for each, since there are millions. */
function counted({ at, today }: Moment): RawBuilder<unknown> {
  const had = (moment: RawBuilder<unknown>) =>
    at === null ? sql`count(${moment})` : sql`count(*) filter (where ${moment} < ${at}::timestamptz)`
  const isOpen =
    at === null ? sql`e.completed_at is null` : sql`(e.completed_at is null or e.completed_at >= ${at}::timestamptz)`
  // Of scores no history is kept: of a day in the past, only those count whose course was completed by then.
  const ofThen = at === null ? sql`` : sql`filter (where e.completed_at < ${at}::timestamptz)`
  const isOverdue = sql`e.due_date < ${today}::date and ${isOpen}`
  return sql`
    count(*) as enrolled, ${had(sql`e.completed_at`)} as completed, ${had(sql`e.started_at`)} as started,
    count(*) filter (where ${isOverdue}) as overdue, count(e.started_at) filter (where ${isOverdue}) as overdue_started,
    sum(e.score) ${ofThen} as score, count(e.score) ${ofThen} as scored`
}
const names = ['enrolled', 'completed', 'started', 'overdue', 'overdue_started', 'score', 'scored']

/** Enrollments `e` that were current at that moment. */
export const current = ({ at }: Moment): RawBuilder<unknown> =>
  at === null
    ? sql`e.is_current`
    : sql`e.enrolled_at < ${at}::timestamptz and (e.is_current or e.withdrawn_at >= ${at}::timestamptz)`

/** The sums of grouped rows with `is_in`: of those who were asked for, and apart how many are on hold. */
const sums = (asked: Asked): RawBuilder<unknown> => sql`
  ${sql.join(names.map((name) => sql`sum(${sql.ref(name)}) filter (where ${ofStatus(asked)}) as ${sql.ref(name)}`))},
  sum(enrolled) filter (where not is_in) as on_hold`

/** The rates of rows with the sums of above. What is completed was started. */
const rates: RawBuilder<unknown> = sql`
  coalesce(enrolled, 0)::integer as enrolled, coalesce(completed, 0)::integer as completed, coalesce(overdue, 0)::integer as overdue,
  coalesce(started - completed - overdue_started, 0)::integer as in_progress,
  coalesce(enrolled - overdue - (started - overdue_started), 0)::integer as not_started,
  coalesce(on_hold, 0)::integer as on_hold,
  case when enrolled > 0 then round(completed * 100.0 / enrolled, 1)::float8 end as completion_rate,
  case when scored > 0 then round((score / scored)::numeric, 1)::float8 end as average_score`

/** Progress by course. */
export async function byCourse(
  work: Work,
  asked: Input<typeof reportByCourse>,
): Promise<Answer<typeof reportByCourse>> {
  const moment = await begin(work, asked)
  const { rows } = await sql<Answer<typeof reportByCourse>['items'][number]>`
    with of_course as materialized (${isEverybody(work, asked) ? everybody(work, asked, moment) : oneByOne(work, asked, moment)})
    select c.id as course_id, c.title, ${rates}
    from courses as c left join of_course as f on f.key = c.id
    where c.account_id = ${work.accountId} and c.state <> 'draft'
    order by c.title, c.id
  `.execute(work.db)
  return { items: rows }
}

/** The few who are out. */
const outside = ({ accountId }: Work): RawBuilder<unknown> =>
  sql`select id from users where account_id = ${accountId} and not is_active(users.status, deactivate_at)`

/** Everybody in one pass: only the few who are out are looked up. */
function everybody(work: Work, asked: Asked, moment: Moment): RawBuilder<unknown> {
  return sql`
    select key, ${sums(asked)} from (
      select e.course_id as key, outside.id is null as is_in, ${counted(moment)}
      from enrollments as e
      left join (${outside(work)}) as outside on outside.id = e.user_id
      where e.account_id = ${work.accountId} and e.is_current group by 1, 2
    ) as grouped group by key`
}

function oneByOne(work: Work, asked: Asked, moment: Moment): RawBuilder<unknown> {
  return sql`
    select key, ${sums(asked)} from (
      select e.course_id as key, is_in, ${counted(moment)}
      from enrollments as e
      join (${peopleOf(work, asked, moment)}) as p on p.user_id = e.user_id
      where e.account_id = ${work.accountId} and ${current(moment)} group by 1, 2
    ) as grouped group by key`
}

/** Progress by department, each without those below it; people without one come last. */
export async function byDepartment(
  work: Work,
  { courseId, ...asked }: Input<typeof reportByDepartment>,
): Promise<Answer<typeof reportByDepartment>> {
  const moment = await begin(work, asked)
  const only = courseId === undefined ? sql`true` : sql`e.course_id = ${courseId}::uuid`
  const people = peopleOf(work, asked, moment)
  const { rows } = await sql<Answer<typeof reportByDepartment>['items'][number]>`
    with of_department as materialized (
      select department_id, count(*) filter (where ${ofStatus(asked)}) as people from (${people}) as p group by 1
    ),
    learning as materialized (
      select key, ${sums(asked)} from (
        select p.department_id as key, is_in, ${counted(moment)}
        from enrollments as e
        join (${people}) as p on p.user_id = e.user_id
        where e.account_id = ${work.accountId} and ${current(moment)} and ${only} group by 1, 2
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
