import { type RawBuilder, sql } from 'kysely'
import type { PeopleFilter } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { standing, wordsOf } from './selection.ts'

/*
 * Source: all who match one part of a filter, read from an index that holds them alone, as rows of one `id`. Each
 * belongs to a condition of `matching()` or `inReach()`, which decides; a source only spares it the others.
 */

/**
 * At most so many, one after the other in the order of the index: the planner, from whom row level security keeps the
 * statistics, takes no index unless an order asks for it.
 */
export type Source = (most: number) => RawBuilder<unknown>

export interface Sources {
  /** Cheap to count. */
  readonly listed: readonly Source[]
  /** The search, as rows of profiles: its index is asked whole, however many are wanted. */
  readonly search: Source | undefined
}

/** What there is to find those by who match the filter, and whom the actor may see. */
export function sourcesOf(work: Work, filter: PeopleFilter): Sources {
  const listed = [
    ofReach(work),
    ofStatus(work, filter.status),
    ofRole(work, filter.role),
    ofDepartments(work, filter.departmentId),
    ofGroups(work, filter.groupId),
    ofLastSignIn(work, filter.lastSignIn),
  ].filter((source) => source !== undefined)
  return { listed, search: ofSearch(filter.search) }
}

function ofReach({ accountId, actor }: Work): Source | undefined {
  if (actor.role !== 'department_administrator') return undefined
  return inDepartments(accountId, sql`departments_managed(${accountId}, ${actor.id})`)
}

function ofDepartments({ accountId }: Work, departments: PeopleFilter['departmentId']): Source | undefined {
  if (!departments?.length) return undefined
  return inDepartments(accountId, sql`departments_below(${accountId}, ${departments}::uuid[])`)
}

const inDepartments =
  (accountId: string, those: RawBuilder<unknown>): Source =>
  (most) =>
    sql`
    select p.id from ${those} as d (id) cross join lateral (
      select user_id as id from profiles where account_id = ${accountId} and department_id = d.id
      order by name_key, user_id limit ${sql.lit(most)}
    ) as p limit ${sql.lit(most)}`

function ofStatus({ accountId }: Work, asked: PeopleFilter['status']): Source | undefined {
  if (!asked?.length) return undefined
  const since = sql`u.status_since`
  const instant = sql`u.deactivate_at`
  const leaving = [standing.leaving, instant] as const
  const waiting = [standing.waiting, since] as const
  // Whoever leaves is active, and whoever waits is inactive: nobody is told twice.
  const kinds = {
    active: [[standing.staying, since] as const, leaving],
    leaving: asked.includes('active') ? [] : [leaving],
    inactive: [[standing.out, since] as const, [standing.passed, instant] as const],
    waiting: asked.includes('inactive') ? [] : [waiting],
  }
  const those = [...new Set(asked)].flatMap((one) => kinds[one])
  return (most) => {
    const each = those.map(
      ([who, by]) => sql`(
        select u.id from users as u where u.account_id = ${accountId} and ${who} order by ${by}, u.id limit ${sql.lit(most)}
      )`,
    )
    return sql`select id from (${sql.join(each, sql` union all `)}) as those limit ${sql.lit(most)}`
  }
}

function ofRole({ accountId }: Work, roles: PeopleFilter['role']): Source | undefined {
  if (!roles?.length || roles.includes('learner')) return undefined
  return (most) => sql`
    select u.id from users as u where u.account_id = ${accountId} and u.role <> 'learner' and u.role = any(${roles}::role[])
    order by u.role, u.id limit ${sql.lit(most)}`
}

function ofGroups({ accountId }: Work, groups: PeopleFilter['groupId']): Source | undefined {
  if (!groups?.length) return undefined
  return (most) => sql`
    select ${groups.length > 1 ? sql`distinct` : sql``} m.id from unnest(${groups}::uuid[]) as g (id) cross join lateral (
      select user_id as id from group_members where account_id = ${accountId} and group_id = g.id
      order by user_id limit ${sql.lit(most)}
    ) as m limit ${sql.lit(most)}`
}

function ofLastSignIn({ accountId }: Work, asked: PeopleFilter['lastSignIn']): Source | undefined {
  if (!asked) return undefined
  return (most) => sql`
    select c.user_id as id from credentials as c where c.account_id = ${accountId} and ${lastSignedIn(asked)}
    order by c.last_sign_in_at, c.user_id limit ${sql.lit(most)}`
}

/** The same as a part of the order of `c` (credentials). */
export function lastSignedIn(asked: NonNullable<PeopleFilter['lastSignIn']>): RawBuilder<boolean> {
  const ago = (interval: string) => sql`statement_timestamp() - ${sql.lit(interval)}::interval`
  const before = (interval: string) =>
    sql<boolean>`(c.last_sign_in_at > ${ago('100 years')} and c.last_sign_in_at <= ${ago(interval)})`
  const ofEach = {
    never: sql<boolean>`c.last_sign_in_at <= ${ago('100 years')}`,
    within_7_days: sql<boolean>`c.last_sign_in_at > ${ago('7 days')}`,
    within_30_days: sql<boolean>`c.last_sign_in_at > ${ago('30 days')}`,
    over_30_days_ago: before('30 days'),
    over_90_days_ago: before('90 days'),
  }
  return ofEach[asked]
}

/**
 * The index of a search is made of three signs each, letters and digits of ASCII alone where the database's locale
 * knows no others: a word without three of them in a row is not looked up in it.
 */
function ofSearch(search: string | undefined): Source | undefined {
  const words = wordsOf(search ?? '').filter((word) =>
    /[a-z0-9]{3}/i.test(word.normalize('NFKD').replace(/\p{M}/gu, '')),
  )
  if (words.length === 0) return undefined
  return (most) =>
    sql`select * from profiles_found(array(select search_pattern(word) from unnest(${words}::text[]) as word), ${sql.lit(most)})`
}
