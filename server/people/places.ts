import { type RawBuilder, sql } from 'kysely'
import type { PeopleFilter, PeopleSort } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching } from '#server/lifecycle/selection.ts'
import { departmentKeys, type Key, nameKeys, orders } from './order.ts'

/** Where somebody stands in a list: the values of its keys, the id last. */
export type Place = readonly string[]

export interface Asked {
  readonly sort: PeopleSort
  readonly filter: PeopleFilter
  /** Only who stands beyond this. */
  readonly after: Place | undefined
  readonly isDescending: boolean
  readonly most: number
}

/**
 * The places of the first people who match and whom the actor may see, in order.
 *
 * Whether to walk along the order or to gather all who match is not left to the planner: row level security keeps the
 * statistics of most conditions from it, and to find nine administrators it would walk along a million people.
 */
export async function places(work: Work, asked: Asked): Promise<Place[]> {
  if (!orders[asked.sort].isWalkable) return gathered(work, asked)
  if (isEverybody(work, asked.filter)) return walked(work, asked)
  return (await glimpsed(work, asked)) ?? gathered(work, asked)
}

const isHead = ({ actor }: Work): boolean => actor.role === 'department_administrator'
const isEverybody = (work: Work, filter: PeopleFilter): boolean =>
  !isHead(work) && Object.values(filter).every((one) => one === undefined || one.length === 0)

/** Whether the filter, or the actor's reach, asks for columns of `p`. */
export const asksProfiles = (work: Work, { search, departmentId }: PeopleFilter): boolean =>
  isHead(work) || Boolean(search) || Boolean(departmentId?.length)

/** Everybody: the rows of the page and no others. */
async function walked(work: Work, asked: Asked): Promise<Place[]> {
  const { keys } = orders[asked.sort]
  const { rows } = await sql<{ place: Place }>`
    select ${told(keys, 'page')} as place from (${next(work, asked, asked.most)}) as page ${ordered(numbered(keys, 'page'), asked)}
  `.execute(work.db)
  return rows.map(({ place }) => place)
}

/** How far along the order is looked for a page, before all who match are gathered instead. */
const glimpse = 2_000

/** The page, if enough of the next people match; undefined if they do not. */
async function glimpsed(work: Work, asked: Asked): Promise<Place[] | undefined> {
  const { accountId, db } = work
  const { keys } = orders[asked.sort]
  const id = sql.ref(`n.k${keys.length - 1}`)
  const profiles = asksProfiles(work, asked.filter)
    ? sql`join profiles as p on p.account_id = ${accountId} and p.user_id = ${id}`
    : sql``
  const { rows } = await sql<{ seen: number; places: Place[] | null }>`
    with next as materialized (${next(work, asked, glimpse)})
    select (select count(*) from next) as seen, (
      select jsonb_agg(place) from (
        select ${told(keys, 'n')} as place from next as n join users as u on u.account_id = ${accountId} and u.id = ${id} ${profiles}
        where ${matching(work, asked.filter)} and ${inReach(work)} ${ordered(numbered(keys, 'n'), asked)} limit ${asked.most}
      ) as page
    ) as places
  `.execute(db)
  const { seen, places } = rows[0]!
  const found = places ?? []
  return found.length === asked.most || seen < glimpse ? found : undefined
}

/** All who match, put in order. */
async function gathered(work: Work, asked: Asked): Promise<Place[]> {
  const { keys, in: tables, isWalkable } = orders[asked.sort]
  const joins = [
    (tables.includes('profiles') || asksProfiles(work, asked.filter)) &&
      sql`join profiles as p on p.account_id = u.account_id and p.user_id = u.id`,
    tables.includes('credentials') && sql`join credentials as c on c.account_id = u.account_id and c.user_id = u.id`,
    tables.includes('departments') &&
      sql`left join departments as d on d.account_id = p.account_id and d.id = p.department_id`,
  ].filter((join) => join !== false)
  // The offset keeps the planner from walking along an index after all.
  const { rows } = await sql<{ place: Place }>`
    select ${told(keys, 'page')} as place from (
      select * from (
        select ${columns(keys)} from users as u ${sql.join(joins, sql` `)}
        where u.account_id = ${work.accountId} and ${matching(work, asked.filter)} and ${inReach(work)} and ${beyond(keys, asked.after, asked)}
        ${isWalkable ? sql`offset 0` : sql``}
      ) as found ${ordered(numbered(keys, 'found'), asked)} limit ${asked.most}
    ) as page ${ordered(numbered(keys, 'page'), asked)}
  `.execute(work.db)
  return rows.map(({ place }) => place)
}

/** The next so many people of the order, whoever they are, by an index. */
function next(work: Work, asked: Asked, most: number): RawBuilder<unknown> {
  const { accountId } = work
  const { keys } = orders[asked.sort]
  if (asked.sort === 'department') return nextByDepartment(work, asked, most)
  const from =
    asked.sort === 'lastSignIn'
      ? sql`credentials as c where c.account_id = ${accountId}`
      : sql`profiles as p where p.account_id = ${accountId}`
  return sql`
    select ${columns(keys)} from ${from} and ${beyond(keys, asked.after, asked)}
    ${ordered(
      keys.map(({ column }) => column),
      asked,
    )} limit ${most}`
}

/** Department after department, until there are enough. */
function nextByDepartment({ accountId }: Work, asked: Asked, most: number): RawBuilder<unknown> {
  const department = asked.after?.slice(0, departmentKeys.length)
  const person = asked.after?.slice(departmentKeys.length)
  // As columns of a subquery the planner knows that they are in order, and stops at the last department that it needs.
  const known = departmentKeys.map((key, at) => ({ ...key, column: sql.ref(`d.k${at}`) }))
  const people = (condition: RawBuilder<unknown>) => sql`
    select * from (
      select p.name_key, p.user_id from profiles as p where p.account_id = ${accountId} and ${condition}
      ${ordered(
        nameKeys.map(({ column }) => column),
        asked,
      )} limit ${most}
    ) as p`
  // Each of these is read or not as a whole, and by an index: one condition with "or" would read the department anew.
  const start = asked.after
    ? [
        sql`${beyond(known, department, asked)}`,
        sql`not ${beyond(known, department, asked)} and ${beyond(nameKeys, person, asked)}`,
      ]
    : [sql`true`]
  const branches = start.flatMap((condition) => [
    people(sql`p.department_id = d.id and ${condition}`),
    people(sql`d.id is null and p.department_id is null and ${condition}`),
  ])
  return sql`
    select ${columns([...known, ...nameKeys])}
    from (
      select d.id, ${columns(departmentKeys)}
      from (select id, name from departments where account_id = ${accountId} union all select null, null) as d
      where ${beyond(departmentKeys, department, asked, sql`=`)}
      ${ordered(
        departmentKeys.map((_key, at) => sql`${sql.lit(at + 2)}`),
        asked,
      )}
    ) as d
    cross join lateral (
      ${sql.join(branches, sql` union all `)}
    ) as p
    ${ordered(
      [...known, ...nameKeys].map(({ column }) => column),
      asked,
    )} limit ${most}`
}

const numbered = (keys: readonly Key[], from: string) => keys.map((_key, at) => sql.ref(`${from}.k${at}`))
const columns = (keys: readonly Key[]) => sql.join(keys.map(({ column }, at) => sql`${column} as ${sql.ref(`k${at}`)}`))
const told = (keys: readonly Key[], from: string) =>
  sql`array[${sql.join(numbered(keys, from).map((column, at) => keys[at]!.text(column)))}]`
const ordered = (by: readonly RawBuilder<unknown>[], { isDescending }: Asked) =>
  sql`order by ${sql.join(by.map((column) => sql`${column} ${isDescending ? sql`desc` : sql`asc`}`))}`

/** Whether the keys stand beyond a place, or there as well. */
function beyond(
  keys: readonly Key[],
  place: Place | undefined,
  { isDescending }: Asked,
  orThere = sql``,
): RawBuilder<boolean> {
  if (!place) return sql<boolean>`true`
  const values = sql.join(keys.map(({ type }, at) => sql`${place[at]}::${type}`))
  return sql<boolean>`(${sql.join(keys.map(({ column }) => column))}) ${isDescending ? sql`<` : sql`>`}${orThere} (${values})`
}
