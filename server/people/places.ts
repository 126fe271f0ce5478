import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { type Source, sourcesOf } from '#server/lifecycle/sources.ts'
import { gather, sorted } from './gather.ts'
import { type Asked, isEverybody, lookedUp, needs } from './look-up.ts'
import { numbered, ordered, orders, type Place, told } from './order.ts'
import { ahead, isIn, type Part, walks } from './walks.ts'

/*
 * Either many match: then a page of them is met soon on a walk along the order. Or few: then indexes of their own find
 * them all, to be put in order. Which it is, is not left to the planner: row level security keeps the statistics of
 * most conditions from it, and to find nine administrators it would walk along a million people. Both are tried here
 * with growing effort, so that neither costs much more than the better of the two.
 */

export interface Effort {
  /** So few are gathered faster than a walk begins. */
  readonly few: number
  /** So many people a walk passes by, at first and then. */
  readonly strides: readonly [number, number]
  /** So many are looked up on a walk. To pass by more, one first reads whom the sources hold. */
  readonly lookUps: number
  /** So many are gathered, at first and then. */
  readonly crowds: readonly [number, number]
}
const usual: Effort = { few: 500, strides: [300, 16_000], lookUps: 1_500, crowds: [8_000, 64_000] }
/** Whom the walk itself tells enough of costs next to nothing to pass by. */
const usualWithoutLookUps: Effort = { ...usual, strides: [2_000, 16_000], lookUps: 16_000 }

/** The places of the first people who match and whom the actor may see, in order. */
export async function places(work: Work, asked: Asked, effort = usualOf(work, asked)): Promise<Place[]> {
  const { strides, lookUps, crowds } = effort
  const { listed, search } = sourcesOf(work, asked.filter)
  const few = await gather(work, asked, listed, effort.few)
  if (few) return few
  const start = await walk(work, asked, { stride: isEverybody(work, asked.filter) ? asked.most : strides[0] })
  if (start.isWhole) return start.found

  // As many again on each stretch: how much longer a walk would find the rest.
  const onward = strides[0] * (asked.most / start.found.length - 1)
  const isPromising = onward <= strides[1]
  if (isPromising) {
    const among = onward > lookUps ? listed : []
    const rest = await walk(work, asked, { stride: strides[1], already: start.found, among })
    if (rest.isWhole) return rest.found
  }
  for (const most of isPromising ? crowds.slice(1) : crowds) {
    const all = await gather(work, asked, listed, most, { search, from: crowds[0] })
    if (all) return all
  }
  return sorted(work, asked)
}

function usualOf(work: Work, { filter, sort }: Asked): Effort {
  const { of } = walks[sort][0]!
  return needs(work, filter).every((table) => table === of) ? usualWithoutLookUps : usual
}

interface Walked {
  readonly found: Place[]
  /** Whether the page is full, or nobody is left. */
  readonly isWhole: boolean
}

interface Stretch {
  /** Past so many people. */
  readonly stride: number
  /** Behind those who were found already. */
  readonly already?: readonly Place[]
  /** Who is not held by all of these is not looked up. */
  readonly among?: readonly Source[]
}

export async function walk(work: Work, asked: Asked, { stride, already = [], among = [] }: Stretch): Promise<Walked> {
  const found = [...already]
  for (const part of ahead(asked, found.at(-1) ?? asked.after)) {
    const place = found.at(-1) ?? asked.after
    const after = place && isIn(part, place) ? place : undefined
    const { hits, passed } = await met(work, { ...asked, after, most: asked.most - found.length }, part, {
      stride,
      among,
    })
    found.push(...hits)
    if (found.length === asked.most) return { found, isWhole: true }
    if (passed === stride) return { found, isWhole: false }
  }
  return { found, isWhole: true }
}

interface Met {
  readonly hits: Place[]
  /** How many people were passed by; null: not all of the stride, since the page is full. */
  readonly passed: number | null
}

/** A source of more people is not read to the end, and keeps nobody away. */
const mostAmong = 32_000

async function met(
  work: Work,
  asked: Asked,
  part: Part,
  { stride, among }: Required<Omit<Stretch, 'already'>>,
): Promise<Met> {
  const { keys } = orders[asked.sort]
  const { of } = part
  const row = sql.ref(of)
  const id = sql.ref(of === 'u' ? 'u.id' : `${of}.user_id`)
  const next = part.rows({ ...asked, work, also: needs(work, asked.filter), most: stride })
  const held = among.map((source, at) => ({ name: sql.ref(`held${at}`), rows: source(mostAmong + 1) }))
  const read = held.map(({ name, rows }) => sql`${name} as materialized (${rows}),`)
  const isHeld = held.map(
    ({ name }) =>
      sql`((select count(*) from ${name}) > ${sql.lit(mostAmong)} or ${id} in (select held.id from ${name} as held))`,
  )
  const those =
    held.length > 0 ? sql`(select * from (${next}) as ${row} where ${sql.join(isHeld, sql` and `)})` : sql`(${next})`
  const look = isEverybody(work, asked.filter)
    ? sql``
    : sql`cross join lateral (select ${lookedUp(work, asked.filter, id, [of])}) as one`
  const { rows } = await sql<Met>`
    with ${sql.join(read, sql` `)} page as materialized (
      select ${told(keys, of)} as place from ${those} as ${row} ${look}
      ${ordered(numbered(keys, of), asked)} limit ${sql.lit(asked.most)}
    )
    select (select coalesce(jsonb_agg(place), '[]') from page) as hits,
      case when (select count(*) from page) < ${sql.lit(asked.most)} then (select count(*) from (${next}) as next) end as passed
  `.execute(work.db)
  return rows[0]!
}
