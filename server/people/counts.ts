import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { countUsers } from '#contract/people.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching, standing } from '#server/lifecycle/selection.ts'
import { sourcesOf } from '#server/lifecycle/sources.ts'
import { allOf, foundAmong, within } from './gather.ts'
import { asksProfiles, isEverybody, lookedUp, type Table } from './look-up.ts'
import { walk } from './places.ts'

type Counts = Answer<typeof countUsers>
type Filter = Input<typeof countUsers>

/** More are counted faster by looking at everybody. */
const usualCrowd = 64_000

/** How many people of each status match, the filter's own status aside; and how many match all of it. */
export async function counts(work: Work, filter: Filter): Promise<Counts> {
  // Everybody who matches is looked at.
  await allowTime(work.db, 10_000)
  return countsOf(work, filter, usualCrowd)
}

/** `crowd`: up to how many are counted one by one. */
export async function countsOf(work: Work, { status, ...filter }: Filter, crowd: number): Promise<Counts> {
  if (isEverybody(work, filter)) return countsOfEverybody(work, status)
  const { listed, search } = sourcesOf(work, filter)
  const { those } = await within(work, listed, crowd)
  const told = counted(work, status)
  const isSearched = search !== undefined && those.length === 0
  const isRare = isSearched && !(await isCommon(work, filter))
  // Behind row level security the planner expects few, and would look up each of a million.
  if (isSearched && !isRare) await sql`select set_config('enable_nestloop', 'off', true)`.execute(work.db)
  const question = isRare
    ? sql`with found as materialized (${search(crowd + 1)})
          select case when (select count(*) from found) <= ${sql.lit(crowd)}
            then (select ${told} from ${among(work, filter, foundAmong([]), sql`p.user_id`, ['p'])})
            else (select ${told} from ${everybody(work, filter)}) end as counts`
    : sql`select ${told} as counts from ${those.length > 0 ? among(work, filter, allOf(those)) : everybody(work, filter)}`
  const { rows } = await sql<{ counts: Counts }>`${question}`.execute(work.db)
  return rows[0]!.counts
}

/** Who is in is known by the seats (T1): only the others are counted. */
async function countsOfEverybody({ db, accountId }: Work, status: Filter['status']): Promise<Counts> {
  const those = (condition: RawBuilder<unknown>) =>
    sql`(select count(*) from users as u where u.account_id = ${accountId} and ${condition})`
  const { rows } = await sql<Omit<Counts, 'all' | 'matching'>>`
    select seats_used(${accountId}) as active, ${those(standing.leaving)} as leaving,
      ${those(standing.out)} + ${those(standing.passed)} as inactive, ${those(standing.waiting)} as waiting
  `.execute(db)
  const { active, leaving, inactive, waiting } = rows[0]!
  const all = active + inactive
  const has = (one: NonNullable<Filter['status']>[number]) => status?.includes(one)
  const ofTheIn = has('active') ? active : has('leaving') ? leaving : 0
  const ofTheOut = has('inactive') ? inactive : has('waiting') ? waiting : 0
  return { all, active, leaving, inactive, waiting, matching: status?.length ? ofTheIn + ofTheOut : all }
}

/** Whether a search finds so many that to look them all up in its index is of no help. */
async function isCommon(work: Work, { search }: Filter): Promise<boolean> {
  const asked = { sort: 'name', filter: { search }, after: undefined, isDescending: false, most: 200 } as const
  return (await walk(work, asked, { stride: 2_000 })).found.length === asked.most
}

function counted(work: Work, status: Filter['status']): RawBuilder<unknown> {
  const withStatus = (those: Filter['status']) => sql`count(*) filter (where ${matching(work, { status: those })})`
  return sql`jsonb_build_object('all', count(*), 'active', ${withStatus(['active'])}, 'inactive', ${withStatus(['inactive'])},
    'leaving', ${withStatus(['leaving'])}, 'waiting', ${withStatus(['waiting'])}, 'matching', ${withStatus(status)})`
}

/** Who matches, as `u`: of rows with an id and maybe more of them. */
const among = (
  work: Work,
  filter: Filter,
  those: RawBuilder<unknown>,
  id: RawBuilder<unknown> = sql.ref('ids.id'),
  there: readonly Table[] = [],
): RawBuilder<unknown> => sql`${those} cross join lateral (select u.* ${lookedUp(work, filter, id, there, ['u'])}) as u`

/** Who matches, as `u`. */
function everybody(work: Work, filter: Filter): RawBuilder<unknown> {
  const profiles = asksProfiles(work, filter)
    ? sql`join profiles as p on p.account_id = u.account_id and p.user_id = u.id`
    : sql``
  return sql`users as u ${profiles} where u.account_id = ${work.accountId} and ${matching(work, filter)} and ${inReach(work)}`
}
