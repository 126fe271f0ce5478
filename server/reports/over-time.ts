import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { reportCompletions, reportSignIns } from '#contract/reports.ts'
import type { Work } from '#server/gate/work.ts'
import { type Asked, begin, isEverybody, type Moment, ofStatus, peopleOf } from './people.ts'

interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly by: 'day' | 'week' | 'month'
}

/** How far a report goes back when it is not told. */
const pastDays = { day: 30, week: 182, month: 365 }

/** A period of the account's zone: the first days of its steps, and its first and last moment. */
interface Span {
  readonly steps: string[]
  readonly since: string
  readonly until: string
  readonly zone: string
}

async function spanOf({ db, accountId }: Work, { from, to, by }: Period): Promise<Span> {
  const { rows } = await sql<Span>`
    select first::timestamp at time zone zone as since, (last + 1)::timestamp at time zone zone as until, zone,
      array(
        select to_char(step, 'YYYY-MM-DD')
        from generate_series(date_trunc(${by}, first::timestamp), last::timestamp, ('1 ' || ${by})::interval) as step
      ) as steps
    from (
      select coalesce(${from ?? null}::date, coalesce(${to ?? null}::date, today_in(time_zone)) - ${pastDays[by]}::integer) as first,
        coalesce(${to ?? null}::date, today_in(time_zone)) as last, time_zone as zone
      from accounts where id = ${accountId}
    ) as told
  `.execute(db)
  return rows[0]!
}

/** Those of them who were asked for, as a condition on a column of user ids. */
const those = (work: Work, asked: Asked, moment: Moment, user: RawBuilder<unknown>): RawBuilder<unknown> =>
  isEverybody(work, asked) && asked.status === 'all'
    ? sql`true`
    : sql`${user} in (select user_id from (${peopleOf(work, asked, moment)}) as p where ${ofStatus(asked)})`

/** The first day of the step that a moment lies in. */
const stepOf = (at: RawBuilder<unknown>, { zone }: Span, by: Period['by']): RawBuilder<unknown> =>
  sql`date_trunc(${by}, ${at} at time zone ${zone})`

/** Completions over time, of those who are inactive by now too, unless asked otherwise (H2). */
export async function completions(
  work: Work,
  { courseId, from, to, by, ...asked }: Input<typeof reportCompletions>,
): Promise<Answer<typeof reportCompletions>> {
  const moment = await begin(work, asked)
  const span = await spanOf(work, { from, to, by })
  const { rows } = await sql<{ from: string; completions: number; people: number }>`
    select "from"::date as "from", sum(times)::integer as completions, count(*) as people from (
      select ${stepOf(sql`e.completed_at`, span, by)} as "from", e.user_id, count(*) as times from enrollments as e
      where e.account_id = ${work.accountId} and e.completed_at >= ${span.since}::timestamptz and e.completed_at < ${span.until}::timestamptz
        and ${courseId === undefined ? sql`true` : sql`e.course_id = ${courseId}::uuid`} and ${those(work, asked, moment, sql`e.user_id`)}
      group by 1, 2
    ) as of_person group by 1
  `.execute(work.db)
  const told = new Map(rows.map((row) => [row.from, row]))
  return { items: span.steps.map((step) => told.get(step) ?? { from: step, completions: 0, people: 0 }) }
}

/** Sign-ins over time, and how many were refused because their person is inactive (H1). */
export async function signIns(
  work: Work,
  { from, to, by, ...asked }: Input<typeof reportSignIns>,
): Promise<Answer<typeof reportSignIns>> {
  const moment = await begin(work, asked)
  const span = await spanOf(work, { from, to, by })
  const { rows: came } = await sql<{ from: string; signIns: number; people: number }>`
    select "from"::date as "from", sum(times)::integer as sign_ins, count(*) as people from (
      select ${stepOf(sql`s.at`, span, by)} as "from", s.user_id, count(*) as times from sign_ins as s
      where s.account_id = ${work.accountId} and s.at >= ${span.since}::timestamptz and s.at < ${span.until}::timestamptz
        and ${those(work, asked, moment, sql`s.user_id`)}
      group by 1, 2
    ) as of_person group by 1
  `.execute(work.db)
  const { rows: refused } = await sql<{ from: string; refused: number }>`
    select ${stepOf(sql`e.happened_at`, span, by)}::date as "from", count(*) as refused from lifecycle_events as e
    where e.account_id = ${work.accountId} and e.change = 'sign_in_refused' and ${those(work, asked, moment, sql`e.user_id`)}
      and e.happened_at >= ${span.since}::timestamptz and e.happened_at < ${span.until}::timestamptz
    group by 1
  `.execute(work.db)
  const [inThem, outOfThem] = [
    new Map(came.map((row) => [row.from, row])),
    new Map(refused.map((row) => [row.from, row.refused])),
  ]
  return {
    items: span.steps.map((step) => ({
      from: step,
      signIns: inThem.get(step)?.signIns ?? 0,
      people: inThem.get(step)?.people ?? 0,
      refused: outOfThem.get(step) ?? 0,
    })),
  }
}
