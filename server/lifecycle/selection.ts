import { type RawBuilder, sql } from 'kysely'
import type { Selection } from '#contract/lifecycle.ts'
import type { PeopleFilter } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'

/*
 * Which people are meant, as conditions in SQL. They speak of `u` (users) and `p` (profiles), joined by the caller.
 */

type Condition = RawBuilder<boolean>

const all = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(conditions, sql` and `)})`
const any = (conditions: readonly Condition[]): Condition => sql<boolean>`(${sql.join(conditions, sql` or `)})`

/** The people whom this actor may see: all, or those of the departments that they manage. */
export function inReach({ accountId, actor }: Work): Condition {
  if (actor.role !== 'department_administrator') return sql<boolean>`true`
  // An array is made once; the planner would ask a subquery anew for each row.
  return sql<boolean>`p.department_id = any(array(select departments_managed(${accountId}, ${actor.id})))`
}

/** How somebody stands, as the indexes of `users` hold it: each person is in one of the first four, and `passed` is out already (S1). */
export const standing = {
  staying: sql<boolean>`u.status = 'active' and u.deactivate_at is null`,
  leaving: sql<boolean>`u.deactivate_at > statement_timestamp()`,
  passed: sql<boolean>`u.deactivate_at <= statement_timestamp()`,
  out: sql<boolean>`u.status = 'inactive'`,
  waiting: sql<boolean>`u.status = 'inactive' and u.status_cause = 'seat_limit'`,
} as const

const status: Record<NonNullable<PeopleFilter['status']>[number], Condition> = {
  active: sql<boolean>`is_active(u.status, u.deactivate_at)`,
  inactive: sql<boolean>`not is_active(u.status, u.deactivate_at)`,
  leaving: sql<boolean>`(u.deactivate_at > statement_timestamp())`,
  waiting: sql<boolean>`(${standing.waiting})`,
}

const signedInSince = (interval: string, accountId: string): Condition =>
  sql<boolean>`exists (select from credentials as c where c.account_id = ${accountId} and c.user_id = u.id
    and c.last_sign_in_at > statement_timestamp() - ${interval}::interval)`

function lastSignIn(asked: NonNullable<PeopleFilter['lastSignIn']>, accountId: string): Condition {
  const never = sql<boolean>`not ${signedInSince('100 years', accountId)}`
  switch (asked) {
    case 'never':
      return never
    case 'within_7_days':
      return signedInSince('7 days', accountId)
    case 'within_30_days':
      return signedInSince('30 days', accountId)
    case 'over_30_days_ago':
      return sql<boolean>`(not ${signedInSince('30 days', accountId)} and not ${never})`
    case 'over_90_days_ago':
      return sql<boolean>`(not ${signedInSince('90 days', accountId)} and not ${never})`
  }
}

/** The words of a search. */
export const wordsOf = (search: string): string[] => search.split(/\s+/).filter((word) => word !== '')

/** What a search compares with `profiles.search_text`: each word somewhere in the name or the address. */
function found(search: string): Condition {
  // As a question of its own the pattern is made once; as an expression, anew for each person.
  return all(wordsOf(search).map((word) => sql<boolean>`p.search_text like (select search_pattern(${word}))`))
}

/** B1: the people who match a filter. The same for the list, its counts, "all that match" and an export. */
export function matching({ accountId }: Work, filter: PeopleFilter): Condition {
  const conditions: Condition[] = []
  if (filter.search) conditions.push(found(filter.search))
  if (filter.status?.length) conditions.push(any(filter.status.map((one) => status[one])))
  if (filter.role?.length) conditions.push(sql<boolean>`u.role = any(${filter.role}::role[])`)
  if (filter.departmentId?.length) {
    conditions.push(
      sql<boolean>`p.department_id = any(array(select departments_below(${accountId}, ${filter.departmentId}::uuid[])))`,
    )
  }
  if (filter.groupId?.length) {
    conditions.push(sql<boolean>`exists (select from group_members as g where g.account_id = ${accountId}
      and g.user_id = u.id and g.group_id = any(${filter.groupId}::uuid[]))`)
  }
  if (filter.lastSignIn) conditions.push(lastSignIn(filter.lastSignIn, accountId))
  return all(conditions)
}

/** The people whom a selection means, who are there, and whom this actor may see where a filter chose them. */
export function selected(work: Work, users: Selection): Condition {
  if ('ids' in users) return sql<boolean>`u.id = any(${users.ids}::uuid[])`
  return all([matching(work, users.filter), inReach(work), sql<boolean>`u.id <> all(${users.except}::uuid[])`])
}
