import { sql } from 'kysely'
import { anyOf } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'

/**
 * Counts anew how far enrollments are, from what was done in the modules of their course. Where no module is required,
 * all are. What was completed once stays so, whatever becomes of the course later.
 *
 * `courseId`: all open enrollments of a course whose modules changed. @returns the ids that are complete since now
 */
export async function recount(
  { db, accountId }: Work,
  which: { readonly enrollmentIds: readonly string[] } | { readonly courseId: string },
): Promise<string[]> {
  const these =
    'courseId' in which
      ? sql`e.course_id = ${which.courseId} and e.is_current and e.completed_at is null`
      : sql`e.id = ${anyOf(which.enrollmentIds)}`
  const { rows } = await sql<{ id: string; isNew: boolean }>`
    with these as materialized (
      select e.id, e.course_id, e.completed_at from enrollments as e where e.account_id = ${accountId} and ${these}
    ), counted as (
      select these.id, these.completed_at as before,
        count(*) filter (where m.counts) as required,
        count(*) filter (where m.counts and p.state = 'completed') as done,
        avg(p.score) as score
      from these
      join lateral (
        select id, is_required or not bool_or(is_required) over () as counts
        from modules where account_id = ${accountId} and course_id = these.course_id and removed_at is null
      ) as m on true
      left join module_progress as p on p.account_id = ${accountId} and p.enrollment_id = these.id and p.module_id = m.id
      group by these.id, these.completed_at
    ), spent as (
      select p.enrollment_id as id, sum(p.seconds) as seconds, min(p.started_at) as started_at, max(p.changed_at) as last_at
      from module_progress as p join these on these.id = p.enrollment_id
      where p.account_id = ${accountId} group by 1
    )
    update enrollments as e set
      progress = case when e.completed_at is not null then 100 else 100 * counted.done / counted.required end,
      completed_at = coalesce(e.completed_at, case when counted.done = counted.required then statement_timestamp() end),
      score = counted.score, seconds = coalesce(spent.seconds, 0),
      started_at = coalesce(e.started_at, spent.started_at), last_at = coalesce(spent.last_at, e.last_at)
    from counted left join spent on spent.id = counted.id
    where e.account_id = ${accountId} and e.id = counted.id
    returning e.id, counted.before is null and e.completed_at is not null as is_new
  `.execute(db)
  return rows.filter((row) => row.isNew).map((row) => row.id)
}
