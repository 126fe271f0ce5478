import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { previewChange } from '#contract/lifecycle.ts'
import type { Work } from '#server/gate/work.ts'
import { endOfAccess } from './end-of-access.ts'
import { isMassChange } from './mass-change.ts'
import { allowTimeFor, alreadySo, isNamed, meant, refusalFor, type Target } from './meant.ts'

const none: Target = { status: sql`null`, cause: sql`null`, deactivationDate: sql`null`, deactivateAt: sql`null` }

interface Learning {
  missedCourses: number
  passedDueDates: number
}

interface Tally {
  selected: number
  willChange: number
  alreadySo: number
  waiting: number
  haveDate: number
  haveEarlierDate: number
  seatsFree: number | null
}

/** B2: what a change would do, to whom. It asks the very question that the change asks, and changes nothing. */
export async function preview(
  work: Work,
  { users, change, deactivationDate }: Input<typeof previewChange>,
): Promise<Answer<typeof previewChange>> {
  await allowTimeFor(work, users)
  const date = deactivationDate === undefined ? undefined : { deactivationDate, keepEarlierDate: false }
  const rows = meant(work, users, { refusal: refusalFor(work, change), already: alreadySo(change, date), target: none })
  const tally = await tallyOf(work, rows, deactivationDate)
  const fits = Math.min(tally.willChange, Math.max(tally.seatsFree ?? Infinity, 0))
  const end = await endOfAccess(work, deactivationDate)
  return {
    ...tally,
    ...(change === 'activate' ? await learningOf(work, rows) : { missedCourses: 0, passedDueDates: 0 }),
    refused: await refusedBy(work, rows),
    fits,
    needsConfirmCount: await isMassChange(work, change === 'activate' ? fits : tally.willChange),
    today: end.today,
    deactivateAt: end.deactivateAt,
    dateIsAhead: end.isAhead && !end.isTooFar,
  }
}

async function tallyOf(
  { db, accountId }: Work,
  rows: RawBuilder<unknown>,
  deactivationDate: string | undefined,
): Promise<Tally> {
  const { rows: tallies } = await sql<Tally>`
    with meant as (${rows})
    select count(*) as selected,
      count(*) filter (where refusal is null and not already) as will_change,
      count(*) filter (where refusal is null and already) as already_so,
      count(*) filter (where refusal is null and not already and from_status = 'inactive' and from_cause = 'seat_limit') as waiting,
      count(*) filter (where refusal is null and not already and from_date is not null) as have_date,
      count(*) filter (where refusal is null and not already and from_date < ${deactivationDate ?? null}::date) as have_earlier_date,
      (select seat_limit - seats_used(id) from accounts where id = ${accountId}) as seats_free
    from meant
  `.execute(db)
  return tallies[0]!
}

/** What those who would come back have missed, and which of their last days have passed meanwhile (C7.76, C7.79). */
async function learningOf({ db, accountId }: Work, rows: RawBuilder<unknown>): Promise<Learning> {
  const { rows: told } = await sql<Learning>`
    with meant as materialized (${rows}),
    coming_back as materialized (select coalesce(array_agg(user_id), '{}') as ids from meant where refusal is null and not already)
    select (select count(*) from coming_back cross join lateral owed_courses(${accountId}, ids)) as missed_courses,
      (select count(*) from coming_back, accounts as a, enrollments as e
       where a.id = ${accountId} and e.account_id = a.id and e.user_id = any(ids) and e.is_current and e.completed_at is null
         and e.due_date < today_in(a.time_zone)) as passed_due_dates
  `.execute(db)
  return told[0]!
}

async function refusedBy(work: Work, rows: RawBuilder<unknown>): Promise<Answer<typeof previewChange>['refused']> {
  const { rows: refused } = await sql<Answer<typeof previewChange>['refused'][number]>`
    with meant as (${rows})
    select refusal, count(*) as count,
      coalesce((array_agg(p.first_name || ' ' || p.last_name order by p.name_key) filter (where p.user_id is not null))[1:5], '{}') as names
    from meant left join profiles as p on p.account_id = ${work.accountId} and p.user_id = meant.user_id and ${isNamed(work)}
    where refusal is not null group by refusal order by count(*) desc, refusal
  `.execute(work.db)
  return refused
}
