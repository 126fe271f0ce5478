import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { getSeats } from '#contract/seats.ts'
import type { Work } from '#server/gate/work.ts'

/** T1: how the account stands: seat limit, seats used, who waits and who leaves. */
export async function standing({ db, accountId }: Work): Promise<Answer<typeof getSeats>> {
  const { rows } = await sql<Answer<typeof getSeats>>`
    select "limit", used, "limit" - least(used, "limit") as free, greatest(used - "limit", 0) as over_by, waiting,
      leaving_soon, leaving_this_month, fill_from_waiting, limit_set_by
    from (
      select a.seat_limit as "limit", a.fill_from_waiting, a.limit_set_by,
        seats_used(a.id) as used,
        (select count(*) from users where account_id = a.id and status = 'inactive' and status_cause = 'seat_limit') as waiting,
        (select count(*) from active_users where account_id = a.id
          and deactivate_at <= statement_timestamp() + interval '30 days') as leaving_soon,
        (select count(*) from active_users where account_id = a.id
          and date_trunc('month', deactivation_date) = date_trunc('month', today_in(a.time_zone))) as leaving_this_month
      from accounts as a where a.id = ${accountId}
    ) as counted
  `.execute(db)
  const { overBy, ...told } = rows[0]!
  return { ...told, overBy: overBy ?? 0 }
}
