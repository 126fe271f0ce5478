import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { listUsers, PersonRow } from '#contract/people.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { personColumns, personJoins } from './columns.ts'
import { orders, type Place } from './order.ts'
import { places } from './places.ts'

/** A page of people who match the filter, whom the actor may see. @throws Problem `wrong_cursor` */
export async function list(work: Work, asked: Input<typeof listUsers>): Promise<Answer<typeof listUsers>> {
  const { ids, ...around } = await listIds(work, asked)
  return { items: await peopleOf(work, ids), ...around }
}

/**
 * Who is on a page, in its order. The next and the previous page begin where this one
 * ends, so that deep pages cost what the first does, and nobody is shown twice because somebody was added.
 *
 * @throws Problem `wrong_cursor`
 */
export async function listIds(
  work: Work,
  { sort, direction, cursor, limit, ...filter }: Input<typeof listUsers>,
): Promise<{ ids: string[]; next: string | null; previous: string | null }> {
  const boundTo = ['people', work.accountId, sort, direction, filter]
  const [towards, ...after] = placeOf(boundTo, cursor) ?? ['on']
  const { keys } = orders[sort]
  const isPlace = after.length === keys.length && keys.every(({ told }, at) => told.safeParse(after[at]).success)
  if (cursor !== undefined && !isPlace) throw new Problem('wrong_cursor')

  const isBack = towards === 'back'
  const found = await places(work, {
    sort,
    filter,
    after: cursor === undefined ? undefined : after,
    isDescending: (direction === 'desc') !== isBack,
    most: limit + 1,
  })
  const more = found.length > limit
  const page = found.slice(0, limit)
  if (isBack) page.reverse()

  const cursorAt = (towards: 'on' | 'back', place: Place | undefined) =>
    place ? cursorFor(boundTo, [towards, ...place]) : null
  return {
    ids: page.map((place) => place.at(-1)!),
    next: more || isBack ? cursorAt('on', page.at(-1)) : null,
    previous: (isBack ? more : cursor !== undefined) ? cursorAt('back', page[0]) : null,
  }
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
