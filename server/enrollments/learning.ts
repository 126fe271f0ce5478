import { type RawBuilder, sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { type Asked, type Moment, ofStatus, peopleOf, withinReach } from './people.ts'

/*
 * the whole: what the sums by day tell of everybody, whoever is in (migration 0014)
 * the fewer: those who are in, or those who are out; their enrollments are looked up
 *
 * What is told of the others is the rest of the whole.
 */

type Key = 'course_id' | 'department_id'

const names = ['enrolled', 'completed', 'started', 'overdue', 'overdue_started', 'score', 'scored'] as const

/** What is counted of enrollments `e`, one by one. */
function counted({ at, today }: Moment): RawBuilder<unknown> {
  const had = (moment: RawBuilder<unknown>) =>
    at === null ? sql`${moment} is not null` : sql`${moment} < ${at}::timestamptz`
  const isOpen = sql`(e.completed_at is null or not ${had(sql`e.completed_at`)})`
  const isOverdue = sql`e.due_date < ${today}::date and ${isOpen}`
  // Of scores no history is kept: of a day in the past, only those count whose course was completed by then.
  const isScored = at === null ? sql`e.score is not null` : sql`e.score is not null and ${had(sql`e.completed_at`)}`
  return sql`
    count(*) as enrolled, count(*) filter (where ${had(sql`e.completed_at`)}) as completed, count(*) filter (where ${had(sql`e.started_at`)}) as started,
    count(*) filter (where ${isOverdue}) as overdue, count(*) filter (where ${isOverdue} and ${had(sql`e.started_at`)}) as overdue_started,
    coalesce(sum((e.score * 100)::bigint) filter (where ${isScored}), 0)::bigint as score, count(*) filter (where ${isScored}) as scored`
}

/** Enrollments `e` that were current at that moment. */
export const current = ({ at }: Moment): RawBuilder<unknown> =>
  at === null
    ? sql`e.is_current`
    : sql`e.enrolled_at < ${at}::timestamptz and (e.is_current or e.withdrawn_at >= ${at}::timestamptz)`

/** The whole, by what the sums hold, as `counted()` counts it. */
function whole(
  work: Work,
  asked: Asked,
  { at, today }: Moment,
  key: Key,
  only: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const ofThen: Partial<Record<(typeof names)[number], string>> =
    at === null ? {} : { score: 'final_score', scored: 'final_scored' }
  const columns = sql.join(
    ['course_id', 'department_id', ...names.map((name) => ofThen[name] ?? name)].map((name) => sql.ref(name)),
  )
  const sums = names.map((name) => sql`sum(${sql.ref(ofThen[name] ?? name)})::bigint as ${sql.ref(name)}`)
  const month = sql`date_trunc('month', ${today}::timestamp)::date`
  return sql`
    select ${sql.ref(key)} as key, ${sql.join(sums)}
    from (
      select ${columns} from learning_sums where account_id = ${work.accountId} and span = 'month' and first_day < ${month}
      union all
      select ${columns} from learning_sums
      where account_id = ${work.accountId} and span = 'day' and first_day between ${month} and ${today}::date
      union all
      select ${columns} from learning_changes where account_id = ${work.accountId} and day <= ${today}::date
    ) as p
    where ${withinReach(work, asked)} and ${only} group by 1`
}

/** Whether fewer are in than out; and whether so few that their enrollments are better found one by one. */
async function fewerOf({ db, accountId }: Work): Promise<{ areIn: boolean; areFew: boolean }> {
  const { rows } = await sql<{ out: number; everybody: number }>`
    select count(*) filter (where not is_active(status, deactivate_at)) as out, count(*) as everybody from users where account_id = ${accountId}
  `.execute(db)
  const { out, everybody } = rows[0]!
  const fewer = Math.min(out, everybody - out)
  return { areIn: out > everybody - out, areFew: fewer < everybody / 6 }
}

/** By key, and whether their people are in: what is counted. */
export async function grouped(
  work: Work,
  asked: Asked,
  moment: Moment,
  key: Key,
  only = sql`true`,
): Promise<RawBuilder<unknown>> {
  const of = (people: RawBuilder<unknown>, isJoined: boolean) => {
    const those = sql`from enrollments as e where e.account_id = ${work.accountId} and ${current(moment)} and ${only}`
    return isJoined
      ? sql`(${people}) as p join lateral (select * ${those}) as e on e.user_id = p.user_id`
      : sql`(${people}) as p cross join lateral (select * ${those} and e.user_id = p.user_id offset 0) as e`
  }
  const people = peopleOf(work, asked, moment)
  // Members of a group are in many departments: there is no sum of them.
  if (asked.groupId !== undefined)
    return sql`select ${sql.ref(key)} as key, is_in, ${counted(moment)} from ${of(people, true)} group by 1, 2`

  const { areIn, areFew } = await fewerOf(work)
  const fewer = sql`select * from (${people}) as p where is_in = ${sql.lit(areIn)}`
  const rest = names.map((name) => sql`whole.${sql.ref(name)} - coalesce(fewer.${sql.ref(name)}, 0)`)
  return sql`
    with fewer as materialized (select ${sql.ref(key)} as key, ${counted(moment)} from ${of(fewer, !areFew)} group by 1),
    whole as materialized (${whole(work, asked, moment, key, only)})
    select key, ${sql.lit(areIn)} as is_in, ${sql.join(names.map((name) => sql.ref(name)))} from fewer
    union all
    select whole.key, ${sql.lit(!areIn)}, ${sql.join(rest)} from whole left join fewer on fewer.key is not distinct from whole.key`
}

/** What is counted only of those who are in: of the others nothing is overdue (C7.79). */
const ofThoseIn: readonly string[] = ['overdue', 'overdue_started'] satisfies (typeof names)[number][]

/** The sums of grouped rows with `is_in`: of those who were asked for, and apart how many are on hold. */
export const sums = (asked: Asked): RawBuilder<unknown> => sql`
  ${sql.join(
    names.map((name) => {
      const those = ofThoseIn.includes(name) ? sql`is_in and ${ofStatus(asked)}` : ofStatus(asked)
      return sql`coalesce(sum(${sql.ref(name)}) filter (where ${those}), 0) as ${sql.ref(name)}`
    }),
  )},
  sum(enrolled) filter (where not is_in) as on_hold`
