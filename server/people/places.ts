import { type RawBuilder, sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { sourcesOf } from '#server/lifecycle/sources.ts'
import { gather, sorted, within } from './gather.ts'
import { type Asked, isEverybody, isMeant, needs } from './look-up.ts'
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
const usual: Effort = { few: 500, strides: [300, 32_000], lookUps: 4_000, crowds: [8_000, 64_000] }
/** A source of more people costs more to read than it spares. */
const mostAmong = 32_000
/** Whom the walk itself tells enough of costs next to nothing to pass by. */
const usualWithoutLookUps: Effort = { ...usual, strides: [2_000, 32_000], lookUps: 32_000 }

/** The places of the first people who match and whom the actor may see, in order. */
export async function places(work: Work, asked: Asked, effort = usualOf(work, asked)): Promise<Place[]> {
  const { strides, lookUps, crowds } = effort
  const { listed, search } = sourcesOf(work, asked.filter)
  const few = await gather(work, asked, listed, effort.few)
  if (few) return few
  const start = await walk(work, asked, { stride: isEverybody(work, asked.filter) ? asked.most : strides[0] })
  if (!start.ending) return start.found

  // As many again on each stretch: how much longer a walk would find the rest. Chance may make it twice as long.
  const onward = strides[0] * (asked.most / start.found.length - 1)
  const isPromising = 2 * onward <= strides[1]
  if (isPromising) {
    const { those: among } = await within(work, onward > lookUps ? listed : [], mostAmong)
    const rest = await walk(work, asked, { stride: strides[1], behind: start, among })
    if (!rest.ending) return rest.found
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
  /** Where the stride ended. Null: the page is full, or nobody is left. */
  readonly ending: Place | null
}

interface Stretch {
  /** Past so many people. */
  readonly stride: number
  /** Goes on where this one ended. */
  readonly behind?: Walked
  /** Who is not held by all of these is not looked up. */
  readonly among?: readonly RawBuilder<unknown>[]
}

export async function walk(work: Work, asked: Asked, { stride, behind, among = [] }: Stretch): Promise<Walked> {
  const from = behind?.ending ?? asked.after
  const found = [...(behind?.found ?? [])]
  for (const part of ahead(asked, from)) {
    const after = from && isIn(part, from) ? from : undefined
    const most = asked.most - found.length
    const { hits, ending } = await met(work, { ...asked, after, most }, part, { stride, among })
    found.push(...hits)
    if (hits.length === most) break
    if (ending) return { found, ending }
  }
  return { found, ending: null }
}

interface Met {
  readonly hits: readonly Place[]
  /** The last of the stride, if it was reached before the page was full. */
  readonly ending: Place | null
}

async function met(
  work: Work,
  asked: Asked,
  part: Part,
  { stride, among }: Required<Omit<Stretch, 'behind'>>,
): Promise<Met> {
  const { keys } = orders[asked.sort]
  const { of } = part
  const row = sql.ref(of)
  const id = sql.ref(of === 'u' ? 'u.id' : `${of}.user_id`)
  const next = part.rows({ ...asked, work, also: needs(work, asked.filter), most: stride })
  // As no condition of its own, so that it is made a hash once, whatever the planner expects: a join compares each with each.
  const isHeld = among.map((those) => sql`(${id} in ${those}) is true`)
  const isHit = sql.join([...isHeld, isMeant(work, asked.filter, id, of)], sql` and `)
  const inOrder = ordered(numbered(keys, of), asked)
  const { rows } = await sql<Met>`
    with page as materialized (
      select ${told(keys, of)} as place from (${next}) as ${row} where ${isHit} ${inOrder} limit ${sql.lit(asked.most)}
    )
    select coalesce(jsonb_agg(place), '[]') as hits, case when count(*) < ${sql.lit(asked.most)} then (
      select ${told(keys, of)} from (${next}) as ${row} ${inOrder} offset ${sql.lit(stride - 1)}
    ) end as ending from page
  `.execute(work.db)
  return rows[0]!
}
