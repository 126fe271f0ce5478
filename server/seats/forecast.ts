import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { getSeatForecast } from '#contract/seats.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'

/**
 * Seats used at the end of each day of the past year, counted back from now by the history, and of the year ahead,
 * as the deactivation dates stand. Days are the account's.
 */
export async function forecast(work: Work): Promise<Answer<typeof getSeatForecast>> {
  const { db, accountId } = work
  await allowTime(db, 10_000)
  const { rows } = await sql<Answer<typeof getSeatForecast>>`
    with here as (
      select seat_limit, time_zone, today_in(time_zone) as today,
        seats_used(${accountId}) as used
      from accounts where id = ${accountId}
    ),
    moved as (
      select (coalesce(e.due_at, e.happened_at) at time zone here.time_zone)::date as day,
        sum(case when to_status = 'active' then 1 else 0 end - case when from_status = 'active' then 1 else 0 end) as by
      from lifecycle_events as e, here
      where e.account_id = ${accountId} and e.from_status is distinct from e.to_status
        and e.happened_at > statement_timestamp() - interval '370 days'
      group by 1
    ),
    past as (
      select days.day::date as day, here.used - coalesce(sum(moved.by), 0) as used
      from here cross join generate_series(here.today - 365, here.today, '1 day') as days (day)
      left join moved on moved.day > days.day
      group by days.day, here.used
    ),
    leaving as (
      select (deactivate_at at time zone here.time_zone)::date as day, count(*) as by
      from active_users, here where account_id = ${accountId} and deactivate_at is not null group by 1
    ),
    ahead as (
      select days.day::date as day, here.used - coalesce(sum(leaving.by), 0) as used
      from here cross join generate_series(here.today, here.today + 365, '1 day') as days (day)
      left join leaving on leaving.day <= days.day
      group by days.day, here.used
    )
    select seat_limit as "limit", today,
      (select jsonb_agg(jsonb_build_object('date', day, 'used', used) order by day) from past) as past,
      (select jsonb_agg(jsonb_build_object('date', day, 'used', used) order by day) from ahead) as ahead
    from here
  `.execute(db)
  return rows[0]!
}
