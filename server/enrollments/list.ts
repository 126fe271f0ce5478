import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { Enrollment, getEnrollment, listEnrollments } from '#contract/enrollments.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching } from '#server/lifecycle/selection.ts'
import { Problem } from '#server/problem.ts'
import { learningState, todayThere } from './state.ts'

const columns: RawBuilder<unknown> = sql`
  e.id, e.user_id, p.first_name || ' ' || p.last_name as user_name, p.email,
  case when is_active(u.status, u.deactivate_at) then 'active' else 'inactive' end as status,
  e.course_id, c.title as course_title, e.round, e.is_current, e.is_mandatory, ${learningState(todayThere)} as state, e.progress,
  e.score::float8 as score, e.seconds, e.due_date, e.enrolled_at, coalesce(g.name, d.name) as given_by, e.started_at, e.completed_at, e.withdrawn_at`

const tables: RawBuilder<unknown> = sql`
  enrollments as e
  join users as u on u.account_id = e.account_id and u.id = e.user_id
  join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
  join courses as c on c.account_id = e.account_id and c.id = e.course_id
  join accounts as a on a.id = e.account_id
  left join course_assignments as s on s.account_id = e.account_id and s.id = e.assignment_id
  left join groups as g on g.account_id = s.account_id and g.id = s.group_id
  left join departments as d on d.account_id = s.account_id and d.id = s.department_id`

/**
 * Who has which course and how far they are: active and inactive people alike (H2). Of a course, by name; of a person,
 * the newest first.
 *
 * @throws Problem `wrong_cursor`, `not_found` for a course or a person that is not there
 */
export async function list(
  work: Work,
  { cursor, limit, ...asked }: Input<typeof listEnrollments>,
): Promise<Answer<typeof listEnrollments>> {
  const { db, accountId } = work
  await refuseUnknown(work, asked)
  const boundTo = ['enrollments', asked]
  const after = placeOf(boundTo, cursor)
  if (after && after.length !== 2) throw new Problem('wrong_cursor')
  const isOfPerson = asked.userId !== undefined
  const place = isOfPerson
    ? sql`(${after?.[0] ?? null}::text is null or e.id < ${after?.[1] ?? null}::uuid)`
    : sql`(${after?.[0] ?? null}::text is null or (p.name_key, e.id) > (${after?.[0] ?? null}, ${after?.[1] ?? null}::uuid))`
  await allowTime(db, 20_000)
  // Which they are is asked first, of many: what is told of each is looked up for those of the page alone.
  const { rows } = await sql<Enrollment & { nameKey: string }>`
    with page as materialized (
      select e.id, p.name_key
      from enrollments as e
      join users as u on u.account_id = e.account_id and u.id = e.user_id
      join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
      where e.account_id = ${accountId} and ${inReach(work)} and ${matching(work, { ...(asked.search && { search: asked.search }) })}
        and (${asked.courseId ?? null}::uuid is null or e.course_id = ${asked.courseId ?? null}::uuid)
        and (${asked.userId ?? null}::uuid is null or e.user_id = ${asked.userId ?? null}::uuid)
        and (${asked.withPast} = 'true' or e.is_current)
        and ${asked.status === undefined ? sql`true` : sql`is_active(u.status, u.deactivate_at) = ${asked.status === 'active'}`}
        and ${asked.state === undefined ? sql`true` : sql`${learningState(sql`(select today_in(time_zone) from accounts where id = ${accountId})`)} = ${asked.state}`}
        and ${place}
      order by ${isOfPerson ? sql`e.id desc` : sql`p.name_key, e.id`} limit ${limit + 1}
    )
    select ${columns}, page.name_key from page cross join ${tables}
    where e.account_id = ${accountId} and e.id = page.id order by ${isOfPerson ? sql`page.id desc` : sql`page.name_key, page.id`}
  `.execute(db)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(({ nameKey: _nameKey, ...item }) => item),
    next: rows.length > limit && last ? cursorFor(boundTo, [last.nameKey, last.id]) : null,
    previous: null,
  }
}

async function refuseUnknown(
  work: Work,
  asked: { courseId?: string | undefined; userId?: string | undefined },
): Promise<void> {
  const { rows } = await sql<{ isThere: boolean }>`
    select (${asked.courseId ?? null}::uuid is null or exists (
        select from courses where account_id = ${work.accountId} and id = ${asked.courseId ?? null}::uuid))
      and (${asked.userId ?? null}::uuid is null or exists (
        select from profiles as p where p.account_id = ${work.accountId} and p.user_id = ${asked.userId ?? null}::uuid and ${inReach(work)})) as is_there
  `.execute(work.db)
  if (!rows[0]!.isThere) throw new Problem('not_found')
}

/** One enrollment with every module that it had, also those that were removed since (S4). @throws Problem `not_found` */
export async function one(
  work: Work,
  { enrollmentId }: Input<typeof getEnrollment>,
): Promise<Answer<typeof getEnrollment>> {
  const { db, accountId } = work
  const { rows } = await sql<Enrollment>`
    select ${columns} from ${tables} where e.account_id = ${accountId} and e.id = ${enrollmentId} and ${inReach(work)}
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  const { rows: modules } = await sql<Answer<typeof getEnrollment>['modules'][number]>`
    select m.id as module_id, m.title, m.kind, m.removed_at is not null as is_removed, m.is_required,
      coalesce(p.state::text, 'not_started') as state, p.score::float8 as score, coalesce(p.seconds, 0) as seconds, p.completed_at,
      coalesce((
        select jsonb_agg(jsonb_build_object('number', t.number, 'score', t.score, 'isPassed', t.is_passed,
          'finishedAt', to_char(t.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by t.number)
        from attempts as t where t.account_id = m.account_id and t.enrollment_id = ${enrollmentId} and t.module_id = m.id
      ), '[]') as attempts
    from modules as m
    left join sections as s on s.account_id = m.account_id and s.id = m.section_id
    left join module_progress as p on p.account_id = m.account_id and p.enrollment_id = ${enrollmentId} and p.module_id = m.id
    where m.account_id = ${accountId} and m.course_id = ${rows[0].courseId} and (m.removed_at is null or p.module_id is not null)
    order by s.position nulls last, m.position, m.id
  `.execute(db)
  return { enrollment: rows[0], modules }
}
