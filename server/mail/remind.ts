import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { standing } from '#server/seats/standing.ts'
import { tellWebhooks } from '#server/webhooks/delivery.ts'

const dueSoonDays = 3
/** Older ones are no news: whoever starts to use this is not flooded. */
const overdueSinceDays = 7
const accessEndsDays = 7
const seatThresholds = [80, 90, 100]

/**
 * Queues what is to be told because time passes: courses that fall due, accesses that end, seats that run out. Every
 * node does it; each of these is told once, and again only when the date moved or the threshold was crossed anew.
 */
export async function remind(work: Work): Promise<void> {
  await remindOfCourses(work)
  await remindOfEndOfAccess(work)
  await warnOfSeats(work)
}

async function remindOfCourses({ db, accountId }: Work): Promise<void> {
  await sql`
    insert into mails (account_id, user_id, kind, about, once_key)
    select e.account_id, e.user_id, told.kind, jsonb_build_object('enrollmentId', e.id, 'courseId', e.course_id, 'dueDate', e.due_date),
      told.kind || ' ' || e.id || ' ' || e.due_date
    from enrollments as e
    join active_users as u on u.account_id = e.account_id and u.id = e.user_id
    join courses as c on c.account_id = e.account_id and c.id = e.course_id and c.state = 'published'
    join accounts as a on a.id = e.account_id
    cross join lateral (select today_in(a.time_zone) as today) as there
    cross join lateral (select case when e.due_date < there.today then 'overdue' else 'due_soon' end::mail_kind as kind) as told
    where e.account_id = ${accountId} and e.is_current and e.completed_at is null
      and e.due_date between there.today - ${overdueSinceDays}::integer and there.today + ${dueSoonDays}::integer
      and (e.enrolled_at at time zone a.time_zone)::date < there.today
    on conflict on constraint mail_once do nothing
  `.execute(db)
}

async function remindOfEndOfAccess(work: Work): Promise<void> {
  const { db, accountId } = work
  const { rows } = await sql<{ userId: string; about: object }>`
    insert into mails (account_id, user_id, kind, about, once_key)
    select u.account_id, u.id, 'access_ends',
      jsonb_build_object('deactivateAt', u.deactivate_at, 'deactivationDate', u.deactivation_date), 'access_ends ' || u.id || ' ' || u.deactivate_at
    from active_users as u
    where u.account_id = ${accountId} and u.deactivate_at < statement_timestamp() + make_interval(days => ${accessEndsDays})
    on conflict on constraint mail_once do nothing
    returning user_id, about
  `.execute(db)
  await tellWebhooks(work, 'ending_soon', rows)
}

/** C3.41: once for each crossing; armed again when the share has fallen below. Of several at once the highest is told. */
async function warnOfSeats(work: Work): Promise<void> {
  const { db, accountId } = work
  const { used, limit } = await standing(work)
  const percent = limit === null ? 0 : Math.floor((used * 100) / limit)
  await sql`delete from seat_alerts where account_id = ${accountId} and threshold > ${percent}`.execute(db)
  const crossed = seatThresholds.filter((threshold) => percent >= threshold)
  if (crossed.length === 0) return
  const { rows } = await sql<{ threshold: number }>`
    insert into seat_alerts (account_id, threshold) select ${accountId}, unnest(${crossed}::integer[])
    on conflict (account_id, threshold) do nothing returning threshold
  `.execute(db)
  const highest = Math.max(...rows.map((row) => row.threshold))
  if (highest < Math.max(...crossed)) return
  await sql`
    insert into mails (account_id, user_id, kind, about)
    select account_id, id, 'seats', ${JSON.stringify({ threshold: highest, used, limit })} from active_users
    where account_id = ${accountId} and role in ('owner', 'administrator')
  `.execute(db)
  if (highest === 100) await tellWebhooks(work, 'seat_limit_reached', [{ userId: null, about: { used, limit } }])
}
