import { sql } from 'kysely'
import type { z } from 'zod'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { PersonProgress, reportByPerson } from '#contract/reports.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { begin, ofStatus, peopleOf } from '#server/enrollments/people.ts'

type Row = z.output<typeof PersonProgress> & { nameKey: string }

/** Progress by person, by name: active and inactive alike (H2). @throws Problem `wrong_cursor` */
export async function byPerson(
  work: Work,
  { cursor, limit, ...asked }: Input<typeof reportByPerson>,
): Promise<Answer<typeof reportByPerson>> {
  const { db, accountId } = work
  const moment = await begin(work, asked)
  const boundTo = ['report of people', asked]
  const after = placeOf(boundTo, cursor)
  if (after && after.length !== 2) throw new Problem('wrong_cursor')
  const { rows } = await sql<Row>`
    with m as (select ${moment.at}::timestamptz as at, ${moment.today}::date as today),
    page as materialized (
      select * from (${peopleOf(work, asked, moment)}) as asked
      where ${ofStatus(asked)}
        and ${after ? sql`(name_key, user_id) > (${after[0]}, ${after[1]}::uuid)` : sql`true`}
      order by name_key, user_id limit ${limit + 1}
    )
    select page.user_id, page.name, page.email, case when page.is_in then 'active' else 'inactive' end as status, d.name as department,
      coalesce(f.enrolled, 0) as enrolled, coalesce(f.completed, 0) as completed, coalesce(f.overdue, 0) as overdue,
      round(f.score::numeric, 1)::float8 as average_score, coalesce(f.seconds, 0)::integer as seconds, f.last_at, page.name_key
    from page
    left join departments as d on d.account_id = ${accountId} and d.id = page.department_id
    left join lateral (
      select count(*) as enrolled, count(*) filter (where e.completed_at < m.at or m.at is null and e.completed_at is not null) as completed,
        count(*) filter (where page.is_in and e.due_date < m.today and (e.completed_at is null or e.completed_at >= m.at)) as overdue,
        avg(e.score) filter (where m.at is null or e.completed_at < m.at) as score, sum(e.seconds) as seconds, max(e.last_at) as last_at
      from enrollments as e, m
      where e.account_id = ${accountId} and e.user_id = page.user_id
        and (m.at is null and e.is_current or e.enrolled_at < m.at and (e.is_current or e.withdrawn_at >= m.at))
    ) as f on true
    order by page.name_key, page.user_id
  `.execute(db)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(({ nameKey: _nameKey, ...item }) => item),
    next: rows.length > limit && last ? cursorFor(boundTo, [last.nameKey, last.userId]) : null,
    previous: null,
  }
}
