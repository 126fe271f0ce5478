import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { PeopleFilter, PeopleSort } from '#contract/people.ts'
import { Role } from '#contract/roles.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { anAccount, database, store } from '#tests/harness/account.ts'
import { seeded } from '#tests/harness/random.ts'
import { countsOf } from './counts.ts'
import type { Asked } from './look-up.ts'
import type { Place } from './order.ts'
import { type Effort, places } from './places.ts'

type Filter = Asked['filter']
const lastSignIns = PeopleFilter.shape.lastSignIn.unwrap().options
const searches = ['an', 'ann', 'anna', 'mül', 'ler', 'anna mül', 'иван', 'example', '100%', 'x', 'nobody', 'ann er']

/** People alike in many ways, of every role, standing, department, group and last sign-in. */
async function aCrowd(chance: ReturnType<typeof seeded>, howMany: number) {
  const { accountId, admin } = await anAccount({ learners: 0 })
  const other = await anAccount({ learners: 5 })
  const departments: string[] = []
  for (const [n, parent] of [null, 0, 0, 1, null].entries()) {
    const parentId = parent === null ? null : departments[parent]!
    const row = { accountId, name: n === 3 ? 'Dept 2' : `Dept ${n}`, parentId }
    departments.push((await store.insertInto('departments').values(row).returning('id').executeTakeFirstOrThrow()).id)
  }
  const groups = await store
    .insertInto('groups')
    .values([0, 1, 2].map((n) => ({ accountId, name: `Group ${n}` })))
    .returning('id')
    .execute()
  const days = (n: number) => sql<string>`now() + ${n} * interval '1 day'`
  for (let n = 0; n < howMany; n++) {
    const isOut = chance.below(3) === 0
    const leaves = !isOut && chance.below(3) === 0 ? chance.oneOf([-2, -1, 1, 1, 5]) : null
    const { id } = await store
      .insertInto('users')
      .values({
        accountId,
        role: chance.oneOf(['administrator', 'department_administrator', 'author', 'learner', 'learner', 'learner']),
        status: isOut ? 'inactive' : 'active',
        statusCause: isOut ? chance.oneOf(['administrator', 'seat_limit']) : 'administrator',
        statusSince: days(-chance.below(6)),
        ...(leaves !== null && {
          deactivationDate: sql<string>`current_date + ${leaves}::integer`,
          deactivateAt: days(leaves),
        }),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await store
      .insertInto('profiles')
      .values({
        accountId,
        userId: id,
        firstName: chance.oneOf(['Anna', 'Änne', 'Иван', 'Max', 'Zoë_100%']),
        lastName: chance.oneOf(['Müller', 'Muller', 'Ann', 'Øster']),
        email: `${chance.oneOf(['anna', 'b', 'zz'])}${n}@example.org`,
        departmentId: chance.oneOf([null, ...departments]),
      })
      .execute()
    const lastSignInAt = chance.oneOf(['-infinity', days(-1), days(-10), days(-40), days(-100)])
    await store.insertInto('credentials').values({ accountId, userId: id, lastSignInAt }).execute()
    for (const { id: groupId } of groups.filter(() => chance.below(4) === 0))
      await store.insertInto('groupMembers').values({ accountId, userId: id, groupId }).execute()
  }
  const { id: headId } = admin
  await store
    .insertInto('managedDepartments')
    .values({ accountId, userId: headId, departmentId: departments[1]! })
    .execute()
  return { accountId, headId, departments, groups: groups.map(({ id }) => id), foreign: other.accountId }
}
type Crowd = Awaited<ReturnType<typeof aCrowd>>

const several = <T>(chance: ReturnType<typeof seeded>, choices: readonly T[]): T[] => [
  ...new Set([chance.oneOf(choices), chance.oneOf(choices)]),
]

function aFilter(chance: ReturnType<typeof seeded>, { departments, groups }: Crowd): Filter {
  const maybe = <T>(make: () => T) => (chance.below(3) === 0 ? make() : undefined)
  const told = {
    search: maybe(() => chance.oneOf(searches)),
    status: maybe(() => several(chance, ['active', 'inactive', 'leaving', 'waiting'] as const)),
    role: maybe(() => several(chance, Role.options)),
    departmentId: maybe(() => several(chance, departments)),
    groupId: maybe(() => several(chance, groups)),
    lastSignIn: maybe(() => chance.oneOf(lastSignIns)),
  }
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
}

/** The same question as one plain statement, past every index and wall of ours. */
async function plainly({ accountId, headId }: Crowd, { filter, sort, isDescending }: Asked, isHead: boolean) {
  const isIn = `(u.status = 'active' and (u.deactivate_at is null or u.deactivate_at > now()))`
  const statuses = {
    active: isIn,
    inactive: `not ${isIn}`,
    leaving: `${isIn} and u.deactivate_at is not null`,
    waiting: `u.status = 'inactive' and u.status_cause = 'seat_limit'`,
  }
  const ago = (told: string) => `now() - interval '${told}'`
  const signedIn = {
    never: `c.last_sign_in_at = '-infinity'`,
    within_7_days: `c.last_sign_in_at > ${ago('7 days')}`,
    within_30_days: `c.last_sign_in_at > ${ago('30 days')}`,
    over_30_days_ago: `c.last_sign_in_at <= ${ago('30 days')} and c.last_sign_in_at > '-infinity'`,
    over_90_days_ago: `c.last_sign_in_at <= ${ago('90 days')} and c.last_sign_in_at > '-infinity'`,
  }
  const since = `case when u.deactivate_at <= now() then u.deactivate_at else u.status_since end`
  const order = {
    name: ['p.name_key'],
    email: ['p.email_key'],
    department: ['d.id is null', `coalesce(d.name, '')`, 'd.id', 'p.name_key'],
    lastSignIn: ['c.last_sign_in_at'],
    role: ['u.role'],
    status: [
      `case when not ${isIn} then 2 when u.deactivate_at is null then 0 else 1 end`,
      `coalesce(u.deactivate_at, u.status_since)`,
    ],
    statusSince: [since],
  }[sort]
  const below = (tops: string[]) => sql`p.department_id in (
    with recursive b as (select id from departments where id = any(${tops}::uuid[]) union select d.id from departments as d join b on d.parent_id = b.id)
    select id from b)`
  const managed = await store
    .selectFrom('managedDepartments')
    .select('departmentId')
    .where('userId', '=', headId)
    .execute()
  const conditions = [
    sql`u.account_id = ${accountId}`,
    filter.search
      ? sql.join(
          filter.search.split(' ').map((word) => sql`position(folded(${word}) in p.search_text) > 0`),
          sql` and `,
        )
      : sql`true`,
    sql.raw(filter.status ? `(${filter.status.map((one) => `(${statuses[one]})`).join(' or ')})` : 'true'),
    filter.role ? sql`u.role = any(${filter.role}::role[])` : sql`true`,
    filter.departmentId ? below(filter.departmentId) : sql`true`,
    filter.groupId
      ? sql`u.id in (select user_id from group_members where group_id = any(${filter.groupId}::uuid[]))`
      : sql`true`,
    sql.raw(filter.lastSignIn ? signedIn[filter.lastSignIn] : 'true'),
    isHead ? below(managed.map(({ departmentId }) => departmentId)) : sql`true`,
  ]
  const { rows } = await sql<{ id: string }>`
    select u.id from users as u join profiles as p on p.user_id = u.id join credentials as c on c.user_id = u.id
    left join departments as d on d.id = p.department_id
    where ${sql.join(conditions, sql` and `)}
    order by ${sql.raw([...order, 'u.id'].map((one) => `${one} ${isDescending ? 'desc' : 'asc'}`).join(', '))}
  `.execute(store)
  return rows.map(({ id }) => id)
}

async function pagedThrough(work: Work, asked: Asked, effort: Effort | undefined): Promise<string[]> {
  const ids: string[] = []
  for (let after: Place | undefined; ;) {
    const page = await places(work, { ...asked, after }, effort)
    ids.push(...page.map((place) => place.at(-1)!))
    if (page.length < asked.most) return ids
    after = page.at(-1)
  }
}

test('any filter and order, paged through, gives and counts whom one plain statement gives, however much effort each way is given', async () => {
  const chance = seeded(50)
  const crowd = await aCrowd(chance, 90)
  const efforts: (Effort | undefined)[] = [
    undefined,
    { few: 0, strides: [1, 2], lookUps: 1, crowds: [1, 3] },
    { few: 0, strides: [4, 30], lookUps: 8, crowds: [10, 40] },
    { few: 0, strides: [8, 500], lookUps: 0, crowds: [0, 40] },
    { few: 3, strides: [2, 8], lookUps: 100, crowds: [25, 500] },
    { few: 0, strides: [1, 1], lookUps: 0, crowds: [0, 500] },
    { few: 0, strides: [1, 1], lookUps: 0, crowds: [0, 0] },
  ]
  let found = 0
  for (let asked = 0; asked < 240; asked++) {
    const question: Asked = {
      filter: aFilter(chance, crowd),
      sort: chance.oneOf(PeopleSort.options),
      isDescending: chance.below(2) === 0,
      after: undefined,
      most: chance.oneOf([2, 7, 50]),
    }
    const isHead = chance.below(4) === 0
    const effort = chance.oneOf(efforts)
    const expected = await plainly(crowd, question, isHead)
    const { status: _status, ...rest } = question.filter
    const ofAnyStatus = await plainly(crowd, { ...question, filter: rest }, isHead)
    const told = await workFor(database, crowd.accountId, 'clock', async (work) => {
      const role = isHead ? 'department_administrator' : 'administrator'
      const reader = { ...work, actor: { id: crowd.headId, role, sessionId: crowd.headId } } as const
      const { all, matching, active, inactive } = await countsOf(reader, question.filter, chance.oneOf([0, 20, 500]))
      return { ids: await pagedThrough(reader, question, effort), all, matching, bothStatuses: active + inactive }
    })
    const counted = { all: ofAnyStatus.length, matching: expected.length, bothStatuses: ofAnyStatus.length }
    expect({ question, isHead, effort, ...told }).toEqual({ question, isHead, effort, ids: expected, ...counted })
    found += expected.length
  }
  expect(found).toBeGreaterThan(1_000)
}, 120_000)

test('A1 profiles_found() finds nobody of another account, and without an account nobody at all', async () => {
  const { accountId, owner } = await anAccount({ learners: 2 })
  await anAccount({ learners: 2 })
  const ask = sql<{ id: string }>`select user_id as id from profiles_found(array['%example%'], 100) as id`
  expect((await ask.execute(database)).rows).toEqual([])
  const mine = await store.selectFrom('users').select('id').where('accountId', '=', accountId).execute()
  await workFor(database, accountId, 'clock', async ({ db }) => {
    const { rows } = await ask.execute(db)
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(mine.map(({ id }) => id)))
    expect(rows.map(({ id }) => id)).toContain(owner.id)
    const odd = sql<{
      id: string
    }>`select user_id as id from profiles_found(array['%'' or true or search_text like ''%', '%\\'], 100) as id`
    expect((await odd.execute(db)).rows).toEqual([])
    expect((await sql`select from profiles_found('{}', 100)`.execute(db)).rows).toEqual([])
    expect((await sql`select from profiles_found(array['%example%'], 2)`.execute(db)).rows).toHaveLength(2)
  })
})
