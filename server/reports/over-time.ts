import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { reportCompletions, reportSignIns } from '#contract/reports.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { type Asked, begin, isEverybody, type Moment, ofStatus, peopleOf } from '#server/enrollments/people.ts'

interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly by: 'day' | 'week' | 'month'
}

/** How many steps a report tells at most: nearly three years of days. */
const mostSteps = 1_000

/** How far a report goes back when it is not told. */
const pastDays = { day: 30, week: 182, month: 365 }

/** A period of the account's zone: the first days of its steps, and its first and last moment. */
interface Span {
  readonly steps: string[]
  /** The moment at which each begins. */
  readonly starts: string[]
  readonly since: string
  readonly until: string
}

/** @throws Problem `period_too_long` */
export async function spanOf({ db, accountId }: Work, { from, to, by }: Period): Promise<Span> {
  // In a list of what is selected a series is made no further than the limit; as a table it would be made whole first.
  const { rows } = await sql<Span>`
    select first::timestamp at time zone zone as since, (last + 1)::timestamp at time zone zone as until,
      array_remove(array_agg(to_char(step, 'YYYY-MM-DD') order by step), null) as steps,
      array_remove(array_agg((step at time zone zone)::text order by step), null) as starts
    from (
      select coalesce(${from ?? null}::date, coalesce(${to ?? null}::date, today_in(time_zone)) - ${pastDays[by]}::integer) as first,
        coalesce(${to ?? null}::date, today_in(time_zone)) as last, time_zone as zone
      from accounts where id = ${accountId}
    ) as told left join lateral (
      select generate_series(date_trunc(${by}, first::timestamp), last::timestamp, ('1 ' || ${by})::interval) as step limit ${mostSteps + 1}
    ) as steps on true
    group by first, last, zone
  `.execute(db)
  const span = rows[0]!
  if (span.steps.length > mostSteps) throw new Problem('period_too_long')
  return span
}

/** Those of them who were asked for, as a condition on a column of user ids. */
function those(work: Work, asked: Asked, moment: Moment, user: RawBuilder<unknown>): RawBuilder<unknown> {
  if (!isEverybody(work, asked))
    return sql`${user} in (select user_id from (${peopleOf(work, asked, moment)}) as p where ${ofStatus(asked)})`
  if (asked.status === 'all') return sql`true`
  // Who is in is whoever is not out: the few, as a rule.
  const areOut = sql`exists (
    select from users as u where u.account_id = ${work.accountId} and u.id = ${user} and not is_active(u.status, u.deactivate_at)
  )`
  return asked.status === 'inactive' ? areOut : sql`not ${areOut}`
}

/** Which of the steps a moment lies in, the first is 1: cheaper for each of millions than its day in a zone. */
const stepOf = (at: RawBuilder<unknown>, { starts }: Span): RawBuilder<unknown> =>
  sql`width_bucket(${at}, ${starts}::timestamptz[])`

/** Every step with its row, or with nothing. */
const perStep = <Row extends { step: number }, Answered>(
  { steps }: Span,
  rows: readonly Row[],
  answered: (from: string, row: Row | undefined) => Answered,
): Answered[] => {
  const told = new Map(rows.map((row) => [row.step, row]))
  return steps.map((from, place) => answered(from, told.get(place + 1)))
}

/** Completions over time, of those who are inactive by now too, unless asked otherwise (H2). @throws Problem `period_too_long` */
export async function completions(
  work: Work,
  { courseId, from, to, by, ...asked }: Input<typeof reportCompletions>,
): Promise<Answer<typeof reportCompletions>> {
  const moment = await begin(work, asked)
  const span = await spanOf(work, { from, to, by })
  // Step after step, each a stretch of one index: grouped, the planner would take every moment for a step of its own.
  const { rows } = await sql<Answer<typeof reportCompletions>['items'][number]>`
    select step."from", of_step.completions
    from (
      select name as "from", greatest(begins, ${span.since}::timestamptz) as begins,
        lead(begins, 1, ${span.until}::timestamptz) over (order by begins) as ends
      from unnest(${span.steps}::text[], ${span.starts}::timestamptz[]) as told (name, begins)
    ) as step
    cross join lateral (
      select count(*) as completions from enrollments as e
      where e.account_id = ${work.accountId} and e.completed_at >= step.begins and e.completed_at < step.ends
        and ${courseId === undefined ? sql`true` : sql`e.course_id = ${courseId}::uuid`} and ${those(work, asked, moment, sql`e.user_id`)}
    ) as of_step
    order by step.begins
  `.execute(work.db)
  return { items: rows }
}

/** Sign-ins over time, and how many were refused because their person is inactive (H1). @throws Problem `period_too_long` */
export async function signIns(
  work: Work,
  { from, to, by, ...asked }: Input<typeof reportSignIns>,
): Promise<Answer<typeof reportSignIns>> {
  const moment = await begin(work, asked)
  const span = await spanOf(work, { from, to, by })
  const { rows: came } = await sql<{ step: number; signIns: number; people: number }>`
    select step, sum(times)::integer as sign_ins, count(*) as people from (
      select ${stepOf(sql`s.at`, span)} as step, s.user_id, count(*) as times from sign_ins as s
      where s.account_id = ${work.accountId} and s.at >= ${span.since}::timestamptz and s.at < ${span.until}::timestamptz
        and ${those(work, asked, moment, sql`s.user_id`)}
      group by 1, 2
    ) as of_person group by 1
  `.execute(work.db)
  const { rows: refused } = await sql<{ step: number; refused: number }>`
    select ${stepOf(sql`e.happened_at`, span)} as step, count(*) as refused from lifecycle_events as e
    where e.account_id = ${work.accountId} and e.change = 'sign_in_refused' and ${those(work, asked, moment, sql`e.user_id`)}
      and e.happened_at >= ${span.since}::timestamptz and e.happened_at < ${span.until}::timestamptz
    group by 1
  `.execute(work.db)
  const refusals = perStep(span, refused, (_from, row) => row?.refused ?? 0)
  return {
    items: perStep(span, came, (from, row) => ({ from, signIns: row?.signIns ?? 0, people: row?.people ?? 0 })).map(
      (item, place) => ({ ...item, refused: refusals[place]! }),
    ),
  }
}
