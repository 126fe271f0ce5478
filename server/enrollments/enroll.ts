import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { enroll as endpoint, EnrollRefusal, previewEnroll } from '#contract/enrollments.ts'
import type { Work } from '#server/gate/work.ts'
import { allowTimeFor, isNamed } from '#server/lifecycle/meant.ts'
import { inReach, selected } from '#server/lifecycle/selection.ts'
import { Problem } from '#server/problem.ts'
import { publishedOnly } from './published.ts'
import { recount } from './recount.ts'

type Asked = Input<typeof previewEnroll>

/** Why the person of the row (`u`, `p`) cannot be enrolled, or null: S2, C7.76. */
export const enrollRefusal = (work: Work): RawBuilder<EnrollRefusal | null> => sql<EnrollRefusal | null>`case
    when u.id <> ${work.actor.id} and not coalesce(${inReach(work)}, false) then 'outside_your_departments'
    when not is_active(u.status, u.deactivate_at) then 'user_inactive'
  end`

/** Everybody meant, once for each course: `user_id`, `course_id`, `refusal`, and whether they have it. */
const pairsOf = (work: Work, { users, courseIds }: Asked): RawBuilder<unknown> => sql`
  select u.id as user_id, c.id as course_id, ${enrollRefusal(work)} as refusal,
    exists (select from enrollments as e where e.account_id = u.account_id and e.user_id = u.id and e.course_id = c.id and e.is_current) as already
  from users as u
  join profiles as p on p.account_id = u.account_id and p.user_id = u.id
  join courses as c on c.account_id = u.account_id and c.id = any(${courseIds}::uuid[])
  where u.account_id = ${work.accountId} and ${selected(work, users)}`

/** Whom an enrollment would reach, and whom not. It asks the very question that the enrollment asks. @throws as `enroll` */
export async function preview(work: Work, asked: Asked): Promise<Answer<typeof previewEnroll>> {
  await allowTimeFor(work, asked.users)
  await publishedOnly(work, asked.courseIds)
  const { rows } = await sql<{ selected: number; enrolled: number; alreadySo: number }>`
    with pairs as materialized (${pairsOf(work, asked)})
    select count(distinct user_id) as selected,
      count(distinct user_id) filter (where refusal is null and not already) as enrolled,
      count(distinct user_id) filter (where refusal is null) - count(distinct user_id) filter (where refusal is null and not already) as already_so
    from pairs
  `.execute(work.db)
  const told = rows[0]!
  const missing = missingOf(asked, told.selected)
  return { ...told, selected: told.selected + missing, refused: await refusedOf(work, asked, missing) }
}

/**
 * Enrolls people in courses, and tells each of them by mail. Of many, those who cannot be enrolled are skipped and
 * listed; one alone is refused. Whoever was un-enrolled before goes on where they were.
 *
 * @throws Problem `not_found`, `course_not_published`, `user_inactive`, `outside_your_departments`, `date_in_past`
 */
export async function enroll(
  work: Work,
  { isMandatory, dueDate, dueDays, ...asked }: Input<typeof endpoint>,
): Promise<Answer<typeof endpoint>> {
  const told = await preview(work, asked)
  const [only] = told.refused
  if (told.selected === 1 && only) {
    throw new Problem(only.refusal === 'user_inactive' ? 'user_inactive' : only.refusal, { names: only.names })
  }
  await dueAhead(work, dueDate)
  const { rows: again } = await sql<{ id: string }>`
    with pairs as materialized (${pairsOf(work, asked)}),
    meant as (
      select pairs.user_id, pairs.course_id, a.today, coalesce(${dueDate}::date, a.today + ${dueDays}::integer) as due_date
      from pairs, (select today_in(time_zone) as today from accounts where id = ${work.accountId}) as a
      where pairs.refusal is null and not pairs.already
    ),
    again as (
      update enrollments as e set is_current = true, withdrawn_at = null, withdrawn_by = null, is_mandatory = ${isMandatory},
        due_date = meant.due_date, enrolled_by = ${work.actor.id}, assignment_id = null
      from meant
      where e.account_id = ${work.accountId} and e.user_id = meant.user_id and e.course_id = meant.course_id
        and e.round = (select max(round) from enrollments as l where l.account_id = e.account_id and l.user_id = e.user_id and l.course_id = e.course_id)
      returning e.id, e.user_id, e.course_id
    ),
    added as (
      insert into enrollments (account_id, user_id, course_id, is_mandatory, due_date, enrolled_by)
      select ${work.accountId}, user_id, course_id, ${isMandatory}, due_date, ${work.actor.id} from meant
      where not exists (
        select from enrollments as e where e.account_id = ${work.accountId} and e.user_id = meant.user_id and e.course_id = meant.course_id
      )
      on conflict on constraint one_enrollment_a_round do nothing
      returning id, user_id, course_id
    ),
    mailed as (
      insert into mails (account_id, user_id, kind, about)
      select ${work.accountId}, user_id, 'course_assigned', jsonb_build_object('enrollmentId', id, 'courseId', course_id)
      from (select * from again union all select * from added) as enrolled
    )
    select id from again
  `.execute(work.db)
  // The course may be another than the one that they left.
  if (again.length > 0) await recount(work, { enrollmentIds: again.map(({ id }) => id) })
  return told
}

/** Those who are named, and are nobody of this account. */
const missingOf = ({ users }: Asked, found: number): number => ('ids' in users ? new Set(users.ids).size - found : 0)

async function refusedOf(work: Work, asked: Asked, missing: number): Promise<Answer<typeof previewEnroll>['refused']> {
  const { rows } = await sql<Answer<typeof previewEnroll>['refused'][number]>`
    with pairs as materialized (${pairsOf(work, asked)}),
    people as (select distinct user_id, refusal from pairs where refusal is not null)
    select refusal, count(*) as count,
      coalesce((array_agg(p.first_name || ' ' || p.last_name order by p.name_key) filter (where ${isNamed(work)}))[1:5], '{}') as names
    from people join profiles as p on p.account_id = ${work.accountId} and p.user_id = people.user_id
    group by refusal order by count(*) desc, refusal
  `.execute(work.db)
  return missing > 0 ? [...rows, { refusal: 'not_found', count: missing, names: [] }] : rows
}

/** @throws Problem `date_in_past` for a last day before the account's today */
export async function dueAhead({ db, accountId }: Work, dueDate: string | null): Promise<void> {
  if (dueDate === null) return
  const { rows } = await sql<{ today: string; isPast: boolean }>`
    select today_in(time_zone) as today, ${dueDate}::date < today_in(time_zone) as is_past from accounts where id = ${accountId}
  `.execute(db)
  const { today, isPast } = rows[0]!
  if (!isPast) return
  throw new Problem('date_in_past', {
    today,
    where: [{ at: 'dueDate', message: `Today is ${today} in the time zone of the account.` }],
  })
}
