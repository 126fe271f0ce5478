import { sql } from 'kysely'
import { allowTime, anyOf } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { issueCertificates } from './issue-certificates.ts'

/**
 * Counts anew how far enrollments are, from what was done in the modules of their course. Where no module is required,
 * all are. What was completed once stays so, whatever becomes of the course later; what is complete since now gives its
 * certificate.
 *
 * `courseId`: all open enrollments of a course whose modules changed.
 */
export async function recount(
  work: Work,
  which: { readonly enrollmentIds: readonly string[] } | { readonly courseId: string },
): Promise<void> {
  const { db, accountId } = work
  // A course may have a hundred thousand learners.
  if ('courseId' in which) await allowTime(db, 5 * 60_000)
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
    ), told as (
      select counted.id, counted.before, counted.score, coalesce(spent.seconds, 0) as seconds, spent.started_at, spent.last_at,
        case when counted.before is not null then 100 else 100 * counted.done / counted.required end as progress,
        coalesce(counted.before, case when counted.done = counted.required then statement_timestamp() end) as completed_at
      from counted left join spent on spent.id = counted.id
    )
    update enrollments as e set progress = told.progress, completed_at = told.completed_at, score = told.score, seconds = told.seconds,
      started_at = coalesce(e.started_at, told.started_at), last_at = coalesce(told.last_at, e.last_at)
    from told
    where e.account_id = ${accountId} and e.id = told.id
      and (e.progress, e.completed_at, e.score, e.seconds, e.last_at)
        is distinct from (told.progress, told.completed_at, told.score::numeric(5, 2), told.seconds, coalesce(told.last_at, e.last_at))
    returning e.id, told.before is null and e.completed_at is not null as is_new
  `.execute(db)
  await issueCertificates(
    work,
    rows.filter((row) => row.isNew).map((row) => row.id),
  )
}
