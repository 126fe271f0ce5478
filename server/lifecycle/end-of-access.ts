import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

export interface EndOfAccess {
  /** The instant that the date means in the account's zone (D1, D5). Null without a date. */
  readonly deactivateAt: string | null
  readonly isAhead: boolean
  readonly isTooFar: boolean
  readonly today: string
}

/** The instant at which access ends on a date, and whether it lies ahead by the database's clock (D2). */
export async function endOfAccess(work: Work, deactivationDate: string | undefined): Promise<EndOfAccess> {
  return (await endsOfAccess(work, [deactivationDate ?? null]))[0]!
}

/** The same for each of several dates, in their order. */
export async function endsOfAccess(
  { db, accountId }: Work,
  deactivationDates: readonly (string | null)[],
): Promise<EndOfAccess[]> {
  const { rows } = await sql<EndOfAccess>`
    select ends_at as deactivate_at, coalesce(ends_at > statement_timestamp(), true) as is_ahead, today,
      coalesce(day > today + interval '10 years', false) as is_too_far
    from (
      select day, place, access_ends_at(day, deactivation_time, time_zone) as ends_at, today_in(time_zone) as today
      from accounts cross join unnest(${deactivationDates}::date[]) with ordinality as one (day, place) where id = ${accountId}
    ) as there order by place
  `.execute(db)
  return rows
}

/** @throws Problem `date_in_past` (D2), `date_too_far`, with `today` in the account's zone */
export async function endOfAccessAhead(work: Work, deactivationDate: string): Promise<string> {
  const { deactivateAt, isAhead, isTooFar, today } = await endOfAccess(work, deactivationDate)
  const where = [{ at: 'deactivationDate', message: `Today is ${today} in the time zone of the account.` }]
  if (!isAhead) throw new Problem('date_in_past', { deactivationDate, today, where })
  if (isTooFar) throw new Problem('date_too_far', { deactivationDate, today, where })
  return deactivateAt!
}
