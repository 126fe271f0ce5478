import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { reportCompletions, reportSignIns } from '#contract/reports.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { type Asked, isEverybody, ofStatus, peopleOf } from './people.ts'

interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly by: 'day' | 'week' | 'month'
}

/** How far a report goes back when it is not told. */
const pastDays = { day: 30, week: 182, month: 365 }

/** The steps of a period as rows `from`, in the account's zone, and the whole of it as `since` and `until`. */
const steps = ({ accountId }: Work, { from, to, by }: Period): RawBuilder<unknown> => sql`
  select s::date as "from", first::timestamp at time zone time_zone as since, (last + 1)::timestamp at time zone time_zone as until, time_zone
  from (
    select coalesce(${from ?? null}::date, coalesce(${to ?? null}::date, today_in(time_zone)) - ${pastDays[by]}::integer) as first,
      coalesce(${to ?? null}::date, today_in(time_zone)) as last, time_zone
    from accounts where id = ${accountId}
  ) as told, generate_series(date_trunc(${by}, first::timestamp), last::timestamp, ('1 ' || ${by})::interval) as s`

const those = (work: Work, asked: Asked, user: RawBuilder<unknown>): RawBuilder<unknown> =>
  isEverybody(work, asked) && asked.status === 'all'
    ? sql`true`
    : sql`${user} in (select user_id from (${peopleOf(work, asked)}) as p where ${ofStatus(asked)})`

/** Completions over time, of those who are inactive by now too, unless asked otherwise (H2). */
export async function completions(
  work: Work,
  { courseId, from, to, by, ...asked }: Input<typeof reportCompletions>,
): Promise<Answer<typeof reportCompletions>> {
  await allowTime(work.db, 20_000)
  const { rows } = await sql<Answer<typeof reportCompletions>['items'][number]>`
    with steps as materialized (${steps(work, { from, to, by })}),
    whole as materialized (select since, until, time_zone from steps limit 1),
    done as materialized (
      select date_trunc(${by}, e.completed_at at time zone whole.time_zone)::date as "from", count(*) as completions, count(distinct e.user_id) as people
      from whole, enrollments as e
      where e.account_id = ${work.accountId} and e.completed_at >= whole.since and e.completed_at < whole.until
        and (${courseId ?? null}::uuid is null or e.course_id = ${courseId ?? null}::uuid) and ${those(work, asked, sql`e.user_id`)}
      group by 1
    )
    select steps."from", coalesce(completions, 0) as completions, coalesce(people, 0) as people
    from steps left join done using ("from") order by 1
  `.execute(work.db)
  return { items: rows }
}

/** Sign-ins over time, and how many were refused because their person is inactive (H1). */
export async function signIns(
  work: Work,
  { from, to, by, ...asked }: Input<typeof reportSignIns>,
): Promise<Answer<typeof reportSignIns>> {
  await allowTime(work.db, 20_000)
  const { rows } = await sql<Answer<typeof reportSignIns>['items'][number]>`
    with steps as materialized (${steps(work, { from, to, by })}),
    whole as materialized (select since, until, time_zone from steps limit 1),
    came as materialized (
      select date_trunc(${by}, s.at at time zone whole.time_zone)::date as "from", count(*) as sign_ins, count(distinct s.user_id) as people
      from whole, sign_ins as s
      where s.account_id = ${work.accountId} and s.at >= whole.since and s.at < whole.until and ${those(work, asked, sql`s.user_id`)}
      group by 1
    ),
    refused as materialized (
      select date_trunc(${by}, e.happened_at at time zone whole.time_zone)::date as "from", count(*) as refused
      from whole, lifecycle_events as e
      where e.account_id = ${work.accountId} and e.change = 'sign_in_refused' and e.happened_at >= whole.since and e.happened_at < whole.until
        and ${those(work, asked, sql`e.user_id`)}
      group by 1
    )
    select steps."from", coalesce(sign_ins, 0) as sign_ins, coalesce(people, 0) as people, coalesce(refused, 0) as refused
    from steps left join came using ("from") left join refused using ("from") order by 1
  `.execute(work.db)
  return { items: rows }
}
