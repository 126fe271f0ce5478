import { type RawBuilder, sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching } from '#server/lifecycle/selection.ts'
import type { Source } from '#server/lifecycle/sources.ts'
import { type Asked, asksProfiles, lookedUp, type Table } from './look-up.ts'
import { beyond, columns, numbered, ordered, orders, type Place, told } from './order.ts'

/**
 * All who match, put in order, if there is a source that holds them and not more than so many. The search, which is the
 * dearest of them, is asked when the others hold more than `from`.
 */
export async function gather(
  work: Work,
  asked: Asked,
  listed: readonly Source[],
  most: number,
  { search, from }: { search: Source | undefined; from: number } = { search: undefined, from: most },
): Promise<Place[] | undefined> {
  const { those, smallest } = await within(work, listed, most)
  if (search && smallest > from) return gatherFound(work, asked, search, those, most)
  if (those.length === 0) return undefined
  const { rows } = await sql<{ places: Place[] }>`select ${inOrder(work, asked, allOf(those))} as places`.execute(
    work.db,
  )
  return rows[0]!.places
}

/** To read somebody from one more source costs about so much less than to look them up. */
const lookUpCost = 8

/** The sources that hold not more than so many, where it is worth it to ask them: all who match are in all of them. */
export async function within(
  { db }: Work,
  sources: readonly Source[],
  most: number,
): Promise<{ those: RawBuilder<unknown>[]; smallest: number }> {
  if (sources.length === 0) return { those: [], smallest: Infinity }
  const counted = sources.map((source) => sql`(select count(*) from (${source(most + 1)}) as those)`)
  const { rows } = await sql<{ sizes: number[] }>`select jsonb_build_array(${sql.join(counted)}) as sizes`.execute(db)
  const small = sources
    .map((source, at) => ({ source, size: rows[0]!.sizes[at]! }))
    .filter(({ size }) => size <= most)
    .toSorted((one, other) => one.size - other.size)
  const smallest = small[0]?.size ?? Infinity
  const those = small
    .filter(({ size }, at) => at === 0 || size < smallest * lookUpCost)
    .map(({ source }) => sql`(${source(most)})`)
  return { those, smallest }
}

/** Who matches of those whom the search finds, if they are not more than so many; otherwise of the others alone. */
async function gatherFound(
  work: Work,
  asked: Asked,
  search: Source,
  others: readonly RawBuilder<unknown>[],
  most: number,
): Promise<Place[] | undefined> {
  const { rows } = await sql<{ places: Place[] | null }>`
    with found as materialized (${search(most + 1)})
    select case when (select count(*) from found) <= ${sql.lit(most)}
      then ${inOrder(work, asked, foundAmong(others), sql`p.user_id`, ['p'])}
      else ${others.length > 0 ? inOrder(work, asked, allOf(others)) : sql`null`} end as places
  `.execute(work.db)
  return rows[0]!.places ?? undefined
}

/** Whom all of these hold, as rows of `ids`. */
export const allOf = (those: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql`(${sql.join(those, sql` intersect `)}) as ids`

/** Who was found by a search and is among the others, as rows of `p`. */
export const foundAmong = (others: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  others.length === 0
    ? sql`found as p`
    : sql`(select * from found where user_id in (${sql.join(others, sql` intersect `)})) as p`

/** The page of those who match among rows with an id and maybe more of them, each looked up by it. */
function inOrder(
  work: Work,
  asked: Asked,
  those: RawBuilder<unknown>,
  id: RawBuilder<unknown> = sql.ref('ids.id'),
  there: readonly Table[] = [],
): RawBuilder<unknown> {
  const { keys, in: tables } = orders[asked.sort]
  const known = keys.map((key, at) => ({ ...key, column: sql.ref(`page.k${at}`) }))
  return sql`(
    select coalesce(jsonb_agg(place), '[]') from (
      select ${told(keys, 'page')} as place
      from ${those} cross join lateral (
        select ${columns(keys)} ${lookedUp(work, asked.filter, id, there, tables)}
      ) as page
      where ${beyond(known, asked.after, asked)} ${ordered(numbered(keys, 'page'), asked)} limit ${sql.lit(asked.most)}
    ) as page
  )`
}

/** All who match, whoever they are: what no index helps to find. */
export async function sorted(work: Work, asked: Asked): Promise<Place[]> {
  const { keys, in: tables } = orders[asked.sort]
  const joins = [
    (tables.includes('p') || asksProfiles(work, asked.filter)) &&
      sql`join profiles as p on p.account_id = u.account_id and p.user_id = u.id`,
    tables.includes('c') && sql`join credentials as c on c.account_id = u.account_id and c.user_id = u.id`,
    tables.includes('d') && sql`left join departments as d on d.account_id = p.account_id and d.id = p.department_id`,
  ].filter((join) => join !== false)
  // The offset keeps the planner from walking along an index after all.
  const { rows } = await sql<{ place: Place }>`
    select ${told(keys, 'page')} as place from (
      select * from (
        select ${columns(keys)} from users as u ${sql.join(joins, sql` `)}
        where u.account_id = ${work.accountId} and ${matching(work, asked.filter)} and ${inReach(work)} and ${beyond(keys, asked.after, asked)}
        offset 0
      ) as found ${ordered(numbered(keys, 'found'), asked)} limit ${asked.most}
    ) as page ${ordered(numbered(keys, 'page'), asked)}
  `.execute(work.db)
  return rows.map(({ place }) => place)
}
