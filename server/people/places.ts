import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { sourcesOf } from '#server/lifecycle/sources.ts'
import { gather, sorted } from './gather.ts'
import { type Asked, isEverybody, lookedUp, needs } from './look-up.ts'
import { numbered, ordered, orders, type Place, told } from './order.ts'
import { ahead, isIn, type Part } from './walks.ts'

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
  /** So many are gathered, at first and then. */
  readonly crowds: readonly [number, number]
}
const usual: Effort = { few: 500, strides: [2_000, 16_000], crowds: [8_000, 64_000] }

/** The places of the first people who match and whom the actor may see, in order. */
export async function places(work: Work, asked: Asked, effort = usual): Promise<Place[]> {
  const { strides, crowds } = effort
  const { listed, search } = sourcesOf(work, asked.filter)
  const few = await gather(work, asked, listed, effort.few)
  if (few) return few
  const start = await walk(work, asked, isEverybody(work, asked.filter) ? asked.most : strides[0], [])
  if (start.isWhole) return start.found

  // As many again on each stretch: whether the longer walk would find the rest.
  const isPromising = start.found.length * (strides[1] / strides[0]) >= asked.most
  if (isPromising) {
    const onward = await walk(work, asked, strides[1], start.found)
    if (onward.isWhole) return onward.found
  }
  for (const most of isPromising ? crowds.slice(1) : crowds) {
    const all = await gather(work, asked, listed, most, { search, from: crowds[0] })
    if (all) return all
  }
  return sorted(work, asked)
}

interface Walked {
  readonly found: Place[]
  /** Whether the page is full, or nobody is left. */
  readonly isWhole: boolean
}

/** Goes on behind those who were found already, past so many people. */
export async function walk(work: Work, asked: Asked, stride: number, already: readonly Place[]): Promise<Walked> {
  const found = [...already]
  for (const part of ahead(asked, found.at(-1) ?? asked.after)) {
    const place = found.at(-1) ?? asked.after
    const after = place && isIn(part, place) ? place : undefined
    const { hits, passed } = await met(work, { ...asked, after, most: asked.most - found.length }, part, stride)
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

async function met(work: Work, asked: Asked, part: Part, stride: number): Promise<Met> {
  const { keys } = orders[asked.sort]
  const { of } = part
  const next = part.rows({ ...asked, work, also: needs(work, asked.filter), most: stride })
  const look = isEverybody(work, asked.filter)
    ? sql``
    : sql`cross join lateral (select ${lookedUp(work, asked.filter, sql.ref(of === 'u' ? 'u.id' : `${of}.user_id`), [of])}) as one`
  const { rows } = await sql<Met>`
    with page as materialized (
      select ${told(keys, of)} as place from (${next}) as ${sql.ref(of)} ${look}
      ${ordered(numbered(keys, of), asked)} limit ${sql.lit(asked.most)}
    )
    select (select coalesce(jsonb_agg(place), '[]') from page) as hits,
      case when (select count(*) from page) < ${sql.lit(asked.most)} then (select count(*) from (${next}) as next) end as passed
  `.execute(work.db)
  return rows[0]!
}
