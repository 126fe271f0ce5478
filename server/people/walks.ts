import { type RawBuilder, sql } from 'kysely'
import type { PeopleFilter, PeopleSort } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { standing } from '#server/lifecycle/selection.ts'
import { lastSignedIn } from '#server/lifecycle/sources.ts'
import {
  beyond,
  columns,
  departmentKeys,
  type Direction,
  type Key,
  nameKeys,
  ordered,
  orders,
  type Place,
} from './order.ts'

/*
 * Walk: people one after the other in an order, each read from an index when they are asked for. An order that no
 * single index holds is walked part by part.
 */

export interface Walk extends Direction {
  readonly work: Work
  readonly filter: PeopleFilter
  readonly after: Place | undefined
  /** Of which tables the filter asks more than the id. */
  readonly also: readonly string[]
  readonly most: number
}

export interface Part {
  /** The rows have columns of this table, and are called like it in a condition: `u`, `p`, `c`. */
  readonly of: 'u' | 'p' | 'c'
  /** The values of the first key that it holds. Left out: all. */
  readonly holds?: readonly string[]
  /** At most so many, with the keys as `k0`, `k1` … */
  rows(walk: Walk): RawBuilder<unknown>
}

/** In ascending order. */
export const walks: Record<PeopleSort, readonly Part[]> = {
  name: [{ of: 'p', rows: (walk) => ofProfiles(walk, orders.name.keys) }],
  email: [{ of: 'p', rows: (walk) => ofProfiles(walk, orders.email.keys) }],
  department: [{ of: 'p', rows: byDepartment }],
  lastSignIn: [{ of: 'c', rows: ofCredentials }],
  role: [
    {
      of: 'u',
      holds: ['owner', 'administrator', 'department_administrator', 'author'],
      rows: (walk) => ofUsers(walk, orders.role.keys, [[sql`u.role <> 'learner'`, sql`u.role`]]),
    },
    {
      of: 'u',
      holds: ['learner'],
      rows: (walk) => ofUsers(walk, orders.role.keys, [[sql`u.role = 'learner'`]], sql`'learner'::role`),
    },
  ],
  status: [
    { of: 'u', holds: ['0'], rows: (walk) => byStanding(walk, 0, [[standing.staying, since]]) },
    { of: 'u', holds: ['1'], rows: (walk) => byStanding(walk, 1, [[standing.leaving, instant]]) },
    {
      of: 'u',
      holds: ['2'],
      rows: (walk) =>
        byStanding(walk, 2, [
          [standing.out, since],
          [standing.passed, instant],
        ]),
    },
  ],
  statusSince: [
    {
      of: 'u',
      rows: (walk) =>
        ofUsers(walk, orders.statusSince.keys, [
          [sql`is_active(u.status, u.deactivate_at)`, since],
          [standing.out, since],
          [standing.passed, instant],
        ]),
    },
  ],
}

const since = sql`u.status_since`
const instant = sql`u.deactivate_at`

/** Whether somebody of this place is met in the part. */
export const isIn = ({ holds }: Part, place: Place): boolean => !holds || holds.includes(place[0]!)

/** The parts that lie ahead of a place and may hold somebody who matches: the first of them goes on from there. */
export function ahead(
  { sort, filter, isDescending }: Direction & { sort: PeopleSort; filter: PeopleFilter },
  after: Place | undefined,
): Part[] {
  const parts = isDescending ? walks[sort].toReversed() : walks[sort]
  const from = after ? parts.findIndex((part) => isIn(part, after)) : 0
  const wanted = leads(sort, filter)
  return parts.slice(from).filter(({ holds }) => !holds || !wanted || wanted.some((value) => holds.includes(value)))
}

/** The values of the first key that the filter leaves. Undefined: it may be any. */
function leads(sort: PeopleSort, { role, status }: PeopleFilter): readonly string[] | undefined {
  if (sort === 'role') return role?.length ? role : undefined
  if (sort === 'status') return status?.length ? status.flatMap((one) => standings[one]) : undefined
  return undefined
}
const standings = { active: ['0', '1'], leaving: ['1'], inactive: ['2'], waiting: ['2'] } as const

function ofProfiles(walk: Walk, keys: readonly Key[]): RawBuilder<unknown> {
  return sql`
    select ${columns(keys)}, p.user_id ${alsoOf('p', walk)} from profiles as p
    where p.account_id = ${walk.work.accountId} and ${beyond(keys, walk.after, walk)} ${inOrder(keys, walk)}`
}

function ofCredentials(walk: Walk): RawBuilder<unknown> {
  const { keys } = orders.lastSignIn
  const { lastSignIn } = walk.filter
  return sql`
    select ${columns(keys)}, c.user_id from credentials as c
    where c.account_id = ${walk.work.accountId} and ${beyond(keys, walk.after, walk)}
      and ${lastSignIn ? lastSignedIn(lastSignIn) : sql`true`} ${inOrder(keys, walk)}`
}

/** People of one standing: it leads every place. */
function byStanding(walk: Walk, of: 0 | 1 | 2, kinds: readonly Kind[]): RawBuilder<unknown> {
  return ofUsers(walk, orders.status.keys, kinds, sql.lit(of))
}

/** Whom an index of `users` holds, and by what it is ordered before the id. Left out: by the id alone. */
type Kind = readonly [who: RawBuilder<unknown>, by?: RawBuilder<unknown>]

/** People of several kinds, merged. `lead`: the first key, where it is the same for all of them. */
function ofUsers(
  walk: Walk,
  keys: readonly Key[],
  kinds: readonly Kind[],
  lead?: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const leading = lead ? 1 : 0
  const rest = keys.slice(leading)
  const from = walk.after?.slice(leading)
  const names = rest.map((_key, at) => sql.ref(`k${at + leading}`))
  const rows = kinds.map(([who, by]) => {
    const own = rest.map((key, at) => ({ ...key, column: at < rest.length - 1 && by ? by : key.column }))
    return sql`select * from (
      select ${sql.join(own.map(({ column }, at) => sql`${column} as ${names[at]}`))}, u.id ${alsoOf('u', walk)}
      from users as u where u.account_id = ${walk.work.accountId} and ${who} and ${beyond(own, from, walk)}
      ${inOrder(own, walk)}
    ) as kind`
  })
  return sql`
    select ${lead ? sql`${lead} as k0,` : sql``} w.*
    from (${sql.join(rows, sql` union all `)} ${ordered(names, walk)} limit ${sql.lit(walk.most)}) as w`
}

/** What the filter asks of a table besides the id, as columns. */
function alsoOf(table: 'u' | 'p', walk: Walk): RawBuilder<unknown> {
  if (table === 'u') return walk.also.includes('u') ? sql`, u.role, u.status, u.status_cause, u.deactivate_at` : sql``
  if (!walk.also.includes('p')) return sql``
  // The index of names holds both, too.
  return walk.filter.search ? sql`, p.department_id, p.search_text` : sql`, p.department_id`
}

const inOrder = (keys: readonly Key[], walk: Walk) =>
  sql`${ordered(
    keys.map(({ column }) => column),
    walk,
  )} limit ${sql.lit(walk.most)}`

/** Department after department, until there are enough. */
function byDepartment(walk: Walk): RawBuilder<unknown> {
  const { after } = walk
  const { accountId } = walk.work
  const department = after?.slice(0, departmentKeys.length)
  const person = after?.slice(departmentKeys.length)
  // As columns of a subquery the planner knows that they are in order, and stops at the last department that it needs.
  const known = departmentKeys.map((key, at) => ({ ...key, column: sql.ref(`d.k${at}`) }))
  const also = alsoOf('p', walk)
  const people = (condition: RawBuilder<unknown>) => sql`
    select * from (
      select p.name_key, p.user_id ${also} from profiles as p where p.account_id = ${accountId} and ${condition}
      ${inOrder(nameKeys, walk)}
    ) as p`
  // Each of these is read or not as a whole, and by an index: one condition with "or" would read the department anew.
  const start = after
    ? [
        sql`${beyond(known, department, walk)}`,
        sql`not ${beyond(known, department, walk)} and ${beyond(nameKeys, person, walk)}`,
      ]
    : [sql`true`]
  const branches = start.flatMap((condition) => [
    people(sql`p.department_id = d.id and ${condition}`),
    people(sql`d.id is null and p.department_id is null and ${condition}`),
  ])
  return sql`
    select ${columns([...known, ...nameKeys])}, p.user_id ${also}
    from (
      select d.id, ${columns(departmentKeys)}
      from (select id, name from departments where account_id = ${accountId} union all select null, null) as d
      where ${beyond(departmentKeys, department, walk, sql`=`)} and ${departmentsAsked(walk)}
      ${ordered(
        departmentKeys.map((_key, at) => sql`${sql.lit(at + 2)}`),
        walk,
      )}
    ) as d
    cross join lateral (
      ${sql.join(branches, sql` union all `)}
    ) as p
    ${inOrder([...known, ...nameKeys], walk)}`
}

/** Departments in which there may be somebody who matches, and whom the actor may see. */
function departmentsAsked({ work: { accountId, actor }, filter }: Walk): RawBuilder<boolean> {
  const within = (those: RawBuilder<unknown>) => sql<boolean>`d.id = any(array(select ${those}))`
  const conditions = [
    ...(filter.departmentId?.length
      ? [within(sql`departments_below(${accountId}, ${filter.departmentId}::uuid[])`)]
      : []),
    ...(actor.role === 'department_administrator' ? [within(sql`departments_managed(${accountId}, ${actor.id})`)] : []),
    sql<boolean>`true`,
  ]
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}
