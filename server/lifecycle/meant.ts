import { type RawBuilder, sql } from 'kysely'
import type { Selection } from '#contract/lifecycle.ts'
import type { Refusal } from '#contract/people.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, selected, standing } from './selection.ts'

/** What is about to be done to somebody. `edit` is everything that leaves their access as it is. */
export type Doing = 'deactivate' | 'schedule' | 'clear_date' | 'activate' | 'edit' | 'delete'

const endsAccess: readonly Doing[] = ['deactivate', 'schedule', 'delete']
const notToYourself: readonly Doing[] = [...endsAccess, 'clear_date']

/**
 * Why this actor may not do this to the person of the row (`u`, `p`), or null: S6, R36. One question for one person,
 * for all that match a filter, for the preview, and for the buttons that the browser draws.
 */
export function refusalFor(work: Work, doing: Doing): RawBuilder<Refusal | null> {
  const { actor } = work
  if (actor.id === null) {
    return endsAccess.includes(doing)
      ? sql<Refusal | null>`case when u.role = 'owner' then 'owner_protected' end`
      : sql<Refusal | null>`null::text`
  }
  const reasons = [
    endsAccess.includes(doing) && sql`when u.role = 'owner' then 'owner_protected'`,
    notToYourself.includes(doing) && sql`when u.id = ${actor.id} then 'not_yourself'`,
    sql`when u.role < ${actor.role}::role then 'higher_role'`,
    sql`when u.id <> ${actor.id} and not coalesce(${inReach(work)}, false) then 'outside_your_departments'`,
    doing === 'edit' &&
      actor.role === 'department_administrator' &&
      sql`when ${managesMore(work)} then 'outside_your_departments'`,
    (doing === 'schedule' || doing === 'clear_date') &&
      sql`when not is_active(u.status, u.deactivate_at) then 'only_the_active_leave'`,
  ].filter((reason) => reason !== false)
  return sql<Refusal | null>`case ${sql.join(reasons, sql` `)} end`
}

/**
 * R36. Whoever edits somebody can sign in as them: by a password, by another address. So a department administrator
 * edits none who manages what they do not.
 */
const managesMore = ({ accountId, actor }: Work): RawBuilder<boolean> => sql<boolean>`(
  u.role = 'department_administrator' and exists (
    select from managed_departments as m where m.account_id = ${accountId} and m.user_id = u.id
      and m.department_id <> all(array(select departments_managed(${accountId}, ${actor.id})))
  ))`

/** Whether this actor may read who the person of the profile `p` is: whoever is told by an id alone may be out of their reach. */
export const isNamed = (work: Work): RawBuilder<boolean> =>
  sql<boolean>`(p.user_id = ${work.actor.id} or ${inReach(work)})`

/** Whether the person of the row is already what they are to become. Whoever waits for a seat is to come in yet (T3). */
export function alreadySo(
  doing: Doing,
  date?: { deactivationDate: string; keepEarlierDate: boolean },
): RawBuilder<boolean> {
  switch (doing) {
    case 'deactivate':
      return sql<boolean>`(not is_active(u.status, u.deactivate_at) and not (${standing.waiting}))`
    case 'activate':
      return sql<boolean>`is_active(u.status, u.deactivate_at)`
    case 'clear_date':
      return sql<boolean>`u.deactivation_date is null`
    case 'schedule':
      return date?.keepEarlierDate
        ? sql<boolean>`coalesce(u.deactivation_date <= ${date.deactivationDate}::date, false)`
        : sql<boolean>`u.deactivation_date is not distinct from ${date?.deactivationDate ?? null}::date`
    default:
      return sql<boolean>`false`
  }
}

/** What somebody is to become: SQL over the row of `u`. */
export interface Target {
  readonly status: RawBuilder<unknown>
  readonly cause: RawBuilder<unknown>
  readonly deactivationDate: RawBuilder<unknown>
  readonly deactivateAt: RawBuilder<unknown>
}

/** What somebody is before the change: SQL over the row of `u`. */
export const asTheyAre = sql`u.status as from_status, u.status_cause as from_cause, u.deactivation_date as from_date,
  u.deactivate_at as from_at, u.status_since as since`

/**
 * The people meant, one row each: `user_id`, `refusal`, `already`, what they are to become, and what they are. Somebody
 * who is not there, or in another account, is refused as not found (A1), so that all numbers add up to what was asked for.
 */
export function meant(
  work: Work,
  users: Selection,
  { refusal, already, target }: { refusal: RawBuilder<unknown>; already: RawBuilder<boolean>; target: Target },
): RawBuilder<unknown> {
  // A left join is left out by the planner where nothing is asked of the profile.
  const there = (condition: RawBuilder<unknown>) => sql`
    select u.id as user_id, ${refusal} as refusal, ${already} as already, ${target.status}::status as to_status,
      ${target.cause}::status_cause as to_cause, ${target.deactivationDate}::date as to_date, ${target.deactivateAt}::timestamptz as to_at,
      ${asTheyAre}
    from users as u left join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    where u.account_id = ${work.accountId} and ${condition}`
  if (!('ids' in users)) return there(selected(work, users))
  // The database keeps its plan for one id, and makes that for a list anew each time, which takes longer than the change.
  const ids =
    users.ids.length === 1
      ? sql`select ${users.ids[0]}::uuid as id`
      : sql`select distinct unnest(${users.ids}::uuid[]) as id order by 1`
  return sql`
    select asked.id as user_id, case when there.user_id is null then 'not_found' else there.refusal end as refusal,
      coalesce(there.already, false) as already, to_status, to_cause, to_date, to_at, from_status, from_cause, from_date, from_at, since
    from (${ids}) as asked left join ${oneByOne(there(sql`u.id = asked.id`))} as there on true`
}

/**
 * Looks up for each row what hangs on it, quickest in the order of the ids. Left to itself, the planner reads all people
 * of the account for a piece of 5,000: of 100,000 that took longer than the change.
 */
export const oneByOne = (lookUp: RawBuilder<unknown>): RawBuilder<unknown> => sql`lateral (${lookUp} offset 0)`

/** Those who were told one by one. */
export const listed = (users: Selection) => ('ids' in users ? users.ids : undefined)

/** A change of many people takes as long as it takes; one of a few fails closed like everything else (R12). */
export async function allowTimeFor({ db }: Work, users: Selection): Promise<void> {
  if (!('ids' in users) || users.ids.length > 200) await allowTime(db, 15 * 60_000)
}
