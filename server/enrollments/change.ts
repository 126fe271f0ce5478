import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { changeDueDate, retake as retakeEndpoint, unenroll as unenrollEndpoint } from '#contract/enrollments.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach } from '#server/lifecycle/selection.ts'
import { Problem } from '#server/problem.ts'
import { dueAhead, enrollRefusal } from './enroll.ts'
import { publishedOnly } from './published.ts'

/** Current enrollments of people whom the actor may see; `e`, `u`, `p`. */
const theseOf = (work: Work, ids: readonly string[]) => sql`
  enrollments as e
  join users as u on u.account_id = e.account_id and u.id = e.user_id
  join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
  where e.account_id = ${work.accountId} and e.id = any(${ids}::uuid[]) and e.is_current and ${inReach(work)}`

/** Un-enrolls people, active or inactive. What they did stays (S4); open players end with it. */
export async function unenroll(
  work: Work,
  { enrollmentIds }: Input<typeof unenrollEndpoint>,
): Promise<{ changed: number }> {
  const { rows } = await sql`
    with these as (select e.id from ${theseOf(work, enrollmentIds)})
    update enrollments as e set is_current = false, withdrawn_at = statement_timestamp(), withdrawn_by = ${work.actor.id}
    from these where e.account_id = ${work.accountId} and e.id = these.id returning 1
  `.execute(work.db)
  return { changed: rows.length }
}

/**
 * Begins a new round for people: the one before stays as it was (S4).
 *
 * @throws Problem `user_inactive` when one of them is, `course_not_published`, `date_in_past`
 */
export async function retake(
  work: Work,
  { enrollmentIds, dueDate, dueDays }: Input<typeof retakeEndpoint>,
): Promise<{ changed: number }> {
  const { db, accountId, actor } = work
  await dueAhead(work, dueDate)
  const { rows: these } = await sql<{ id: string; courseId: string; refusal: string | null }>`
    select e.id, e.course_id, ${enrollRefusal(work)} as refusal from ${theseOf(work, enrollmentIds)} for update of e
  `.execute(db)
  if (these.some((one) => one.refusal === 'user_inactive')) throw new Problem('user_inactive')
  await publishedOnly(work, [...new Set(these.map((one) => one.courseId))])
  const ids = these.map((one) => one.id)
  await sql`update enrollments set is_current = false where account_id = ${accountId} and id = any(${ids}::uuid[])`.execute(
    db,
  )
  await sql`
    with added as (
      insert into enrollments (account_id, user_id, course_id, round, is_mandatory, due_date, assignment_id, enrolled_by)
      select e.account_id, e.user_id, e.course_id, e.round + 1, e.is_mandatory,
        coalesce(${dueDate}::date, today_in(a.time_zone) + ${dueDays}::integer), e.assignment_id, ${actor.id}
      from enrollments as e join accounts as a on a.id = e.account_id
      where e.account_id = ${accountId} and e.id = any(${ids}::uuid[])
      returning id, user_id, course_id
    )
    insert into mails (account_id, user_id, kind, about)
    select ${accountId}, user_id, 'course_assigned', jsonb_build_object('enrollmentId', id, 'courseId', course_id) from added
  `.execute(db)
  return { changed: ids.length }
}

/** Sets or clears the last day, also for people who are inactive (S7). */
export async function setDueDate(
  work: Work,
  { enrollmentIds, dueDate }: Input<typeof changeDueDate>,
): Promise<{ changed: number }> {
  const { rows } = await sql`
    with these as (select e.id from ${theseOf(work, enrollmentIds)})
    update enrollments as e set due_date = ${dueDate}::date
    from these where e.account_id = ${work.accountId} and e.id = these.id returning 1
  `.execute(work.db)
  return { changed: rows.length }
}
