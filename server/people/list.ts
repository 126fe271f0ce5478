import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { listUsers, PeopleSort, PersonRow } from '#contract/people.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching } from '#server/lifecycle/selection.ts'
import { personColumns, personJoins } from './columns.ts'

/** What a list is ordered by; ties are broken by the id. The text of the key stands in cursors, in full precision. */
const keys: Record<PeopleSort, { key: RawBuilder<unknown>; type: RawBuilder<unknown> }> = {
  name: { key: sql`p.name_key`, type: sql`text` },
  email: { key: sql`p.email_key`, type: sql`text` },
  role: { key: sql`u.role`, type: sql`role` },
  department: { key: sql`coalesce((select o.name from departments as o where o.account_id = p.account_id and o.id = p.department_id), '')`, type: sql`text` },
  lastSignIn: { key: sql`c.last_sign_in_at`, type: sql`timestamptz` },
  status: { key: sql`(case when not is_active(u.status, u.deactivate_at) then 2 when u.deactivate_at is not null then 1 else 0 end)`, type: sql`integer` },
  statusSince: { key: sql`u.status_since`, type: sql`timestamptz` },
}

type Place = { key: string; id: string }

/**
 * A page of people who match the filter, whom the actor may see. The next and the previous page begin where this one
 * ends, so that deep pages cost what the first does, and nobody is shown twice because somebody was added.
 *
 * @throws Problem `wrong_cursor`
 */
export async function list(work: Work, { sort, direction, cursor, limit, ...filter }: Input<typeof listUsers>): Promise<Answer<typeof listUsers>> {
  const boundTo = ['people', sort, direction, filter]
  const [towards, key, id] = placeOf(boundTo, cursor) ?? []
  const isBack = towards === 'back'
  const place = key !== undefined && id !== undefined ? { key, id } : undefined
  const isDescending = (direction === 'desc') !== isBack

  const found = await pageOf(work, { sort, filter, place, isDescending, limit: limit + 1 })
  const more = found.length > limit
  const rows = found.slice(0, limit)
  if (isBack) rows.reverse()

  const cursorAt = (towards: 'on' | 'back', row: Place | undefined) => (row ? cursorFor(boundTo, [towards, row.key, row.id]) : null)
  return {
    items: await peopleOf(work, rows.map((row) => row.id)),
    next: more || isBack ? cursorAt('on', rows.at(-1)) : null,
    previous: (isBack ? more : place !== undefined) ? cursorAt('back', rows[0]) : null,
  }
}

interface Asked {
  readonly sort: PeopleSort
  readonly filter: Parameters<typeof matching>[1]
  readonly place: Place | undefined
  readonly isDescending: boolean
  readonly limit: number
}

async function pageOf(work: Work, { sort, filter, place, isDescending, limit }: Asked): Promise<Place[]> {
  const { key, type } = keys[sort]
  const way = isDescending ? sql`desc` : sql`asc`
  const beyond = isDescending ? sql`<` : sql`>`
  const collated = sort === 'name' ? sql`collate "und-x-icu"` : sql``
  const { rows } = await sql<Place>`
    select ${key}::text as key, u.id
    from profiles as p
    join users as u on u.account_id = p.account_id and u.id = p.user_id
    join credentials as c on c.account_id = p.account_id and c.user_id = p.user_id
    where p.account_id = ${work.accountId} and ${matching(work, filter)} and ${inReach(work)}
      ${place ? sql`and (${key}, p.user_id) ${beyond} (${place.key}::${type} ${collated}, ${place.id}::uuid)` : sql``}
    order by ${key} ${way}, p.user_id ${way} limit ${limit}
  `.execute(work.db)
  return rows
}

/** These people, in this order. */
async function peopleOf(work: Work, ids: readonly string[]): Promise<PersonRow[]> {
  const { rows } = await sql<PersonRow>`
    select ${personColumns(work)}
    from unnest(${ids}::uuid[]) with ordinality as wanted (id, place)
    join users as u on u.account_id = ${work.accountId} and u.id = wanted.id
    join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    join credentials as c on c.account_id = u.account_id and c.user_id = u.id
    ${personJoins}
    order by wanted.place
  `.execute(work.db)
  return rows
}
