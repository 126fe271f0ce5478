import { type RawBuilder, sql } from 'kysely'
import type { PeopleFilter, PeopleSort } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching } from '#server/lifecycle/selection.ts'
import type { Place } from './order.ts'

export interface Asked {
  readonly sort: PeopleSort
  readonly filter: PeopleFilter
  /** Only who stands beyond this. */
  readonly after: Place | undefined
  readonly isDescending: boolean
  readonly most: number
}

const isHead = ({ actor }: Work): boolean => actor.role === 'department_administrator'
export const isEverybody = (work: Work, filter: PeopleFilter): boolean =>
  !isHead(work) && Object.values(filter).every((one) => one === undefined || one.length === 0)

/** Whether the filter, or the actor's reach, asks for columns of `p`. */
export const asksProfiles = (work: Work, { search, departmentId }: PeopleFilter): boolean =>
  isHead(work) || Boolean(search) || Boolean(departmentId?.length)
const asksUsers = ({ role, status }: PeopleFilter): boolean => Boolean(role?.length) || Boolean(status?.length)

export type Table = 'u' | 'p' | 'c' | 'd'
export const needs = (work: Work, filter: PeopleFilter): Table[] => [
  ...(asksUsers(filter) ? (['u'] as const) : []),
  ...(asksProfiles(work, filter) ? (['p'] as const) : []),
]

/** Whether a person matches of whom a row of `of` is given: asked of the row alone where it tells enough, or looked up. */
export function isMeant(work: Work, filter: PeopleFilter, id: RawBuilder<unknown>, of: Table): RawBuilder<unknown> {
  const asksId = Boolean(filter.groupId?.length) || filter.lastSignIn !== undefined
  const tellsEnough = needs(work, filter).every((table) => table === of) && (of === 'u' || !asksId)
  if (tellsEnough) return sql`${matching(work, filter)} and ${inReach(work)}`
  return sql`exists (select ${lookedUp(work, filter, id, [of])})`
}

/**
 * The rest of a question for one person, found by the keys of the tables and by nothing else: one row if they match.
 * `there`: which tables are given already.
 */
export function lookedUp(
  work: Work,
  filter: PeopleFilter,
  id: RawBuilder<unknown>,
  there: readonly Table[],
  also: readonly Table[] = [],
): RawBuilder<unknown> {
  const wanted = new Set([...needs(work, filter), ...also].filter((table) => !there.includes(table)))
  const { accountId } = work
  const tables = [
    wanted.has('u')
      ? sql`(select * from users where account_id = ${accountId} and id = ${id}) as u`
      : !there.includes('u') && sql`(select ${id} as id) as u`,
    wanted.has('p') && sql`(select * from profiles where account_id = ${accountId} and user_id = ${id}) as p`,
    wanted.has('c') && sql`(select * from credentials where account_id = ${accountId} and user_id = ${id}) as c`,
  ].filter((table) => table !== false)
  const departments = wanted.has('d')
    ? sql`left join departments as d on d.account_id = ${accountId} and d.id = p.department_id`
    : sql``
  return sql`
    ${tables.length > 0 ? sql`from ${sql.join(tables, sql` cross join `)} ${departments}` : sql``}
    where ${matching(work, filter)} and ${inReach(work)} offset 0`
}
