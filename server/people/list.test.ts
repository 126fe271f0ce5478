import { describe, expect, test } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { countUsers, listUsers, type PersonRow, PeopleSort } from '#contract/people.ts'
import { cursorFor } from '#server/db/cursor.ts'
import { anAccount, aPerson, letDatePass, type Person, store } from '#tests/harness/account.ts'

const idsOf = (rows: readonly { id: string }[]) => rows.map((row) => row.id)
const sorts = PeopleSort.options.flatMap((sort) => [
  { sort, direction: 'asc' as const },
  { sort, direction: 'desc' as const },
])

/** All pages, from the first to the last, and from the last back to the first. */
async function walk(
  person: Person,
  asked: Call<typeof listUsers>,
  between: () => Promise<unknown> = () => Promise.resolve(),
) {
  const there: string[] = []
  let page = await person.call(listUsers, asked)
  there.push(...idsOf(page.items))
  while (page.next) {
    await between()
    page = await person.call(listUsers, { ...asked, cursor: page.next })
    there.push(...idsOf(page.items))
  }
  const back = [...idsOf(page.items)]
  while (page.previous) {
    page = await person.call(listUsers, { ...asked, cursor: page.previous })
    back.unshift(...idsOf(page.items))
  }
  return { there, back }
}

async function aDepartment(accountId: string, name: string, parentId: string | null = null): Promise<string> {
  const { id } = await store
    .insertInto('departments')
    .values({ accountId, name, parentId })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** People of every status, role and department, many of them alike in each. */
async function aMixedAccount() {
  const account = await anAccount({ learners: 12 })
  const { accountId, admin, people } = account
  const [sales, twin] = [await aDepartment(accountId, 'Sales'), await aDepartment(accountId, 'Éclairs')]
  const below = await aDepartment(accountId, 'Sales', sales)
  const profile = (person: Person, told: object) =>
    store.updateTable('profiles').set(told).where('userId', '=', person.id).execute()
  for (const [n, person] of people.entries()) {
    await profile(person, {
      firstName: n % 2 ? 'Same' : 'Other',
      lastName: 'Name',
      departmentId: [sales, twin, below, null][n % 4]!,
    })
    if (n % 3 === 0) {
      await store
        .updateTable('credentials')
        .set({ lastSignInAt: '2026-01-01T10:00:00.123456Z' })
        .where('userId', '=', person.id)
        .execute()
    }
  }
  await aPerson(accountId, 'author')
  await admin.call(deactivateUsers, { users: { ids: idsOf(people.slice(0, 4)) } })
  await admin.call(deactivateUsers, { users: { ids: idsOf(people.slice(4, 7)) }, deactivationDate: '2031-01-01' })
  await letDatePass(people[7]!)
  await letDatePass(people[8]!)
  return { ...account, sales, below, twin }
}

describe('pages', () => {
  test.each(sorts)(
    '$sort $direction: pages of 1, 3 and 50 show everybody once, there and back',
    async ({ sort, direction }) => {
      const { admin } = await aMixedAccount()
      const { items: whole, next, previous } = await admin.call(listUsers, { sort, direction, limit: 200 })
      expect(whole).toHaveLength(15)
      expect([next, previous]).toEqual([null, null])
      for (const limit of [1, 3, 50]) {
        const { there, back } = await walk(admin, { sort, direction, limit })
        expect(there).toEqual(idsOf(whole))
        expect(back).toEqual(there)
      }
      const { there: filtered } = await walk(admin, { sort, direction, limit: 2, status: 'inactive' })
      expect(filtered).toEqual(idsOf(whole.filter((row) => row.status === 'inactive')))
    },
  )

  test.each(sorts)(
    '$sort $direction: whoever is added meanwhile moves nobody twice or out',
    async ({ sort, direction }) => {
      const { accountId, admin } = await aMixedAccount()
      const before = new Set(idsOf((await admin.call(listUsers, { limit: 200 })).items))
      const { there } = await walk(admin, { sort, direction, limit: 4 }, () => aPerson(accountId))
      const seen = there.filter((id) => before.has(id))
      expect(new Set(seen)).toEqual(before)
      expect(new Set(there).size).toBe(there.length)
    },
  )

  test('the order is that of the column, without regard to accents and capitals in names', async () => {
    const { admin, below, sales } = await aMixedAccount()
    const by = async <T>(sort: PeopleSort, pick: (row: PersonRow) => T) =>
      (await admin.call(listUsers, { sort, limit: 200 })).items.map(pick)
    expect([...new Set(await by('role', (row) => row.role))]).toEqual(['owner', 'administrator', 'author', 'learner'])
    expect([...new Set(await by('status', (row) => row.status))]).toEqual(['active', 'inactive'])
    const names = await by('department', (row) => row.department?.name ?? null)
    expect([...new Set(names)]).toEqual(['Éclairs', 'Sales', null])
    const inSales = (await by('department', (row) => row.department?.id)).filter((id) => id === sales || id === below)
    expect(new Set(inSales.slice(0, 3)).size).toBe(1)
    expect((await by('lastSignIn', (row) => row.lastSignInAt)).slice(-4)).toEqual(
      Array(4).fill('2026-01-01T10:00:00.123Z'),
    )
    const since = await by('statusSince', (row) => row.statusSince)
    expect(since).toEqual([...since].sort())
  })

  test('a marker of another sort, filter or account, or of nobody, is refused', async () => {
    const { accountId, admin } = await aMixedAccount()
    const other = await aMixedAccount()
    const { next } = await admin.call(listUsers, { limit: 2 })
    const boundTo = ['people', accountId, 'statusSince', 'asc', {}]
    const refused = async (person: Person, asked: Call<typeof listUsers>) =>
      (await person.refused(listUsers, asked)).code
    expect(await refused(admin, { limit: 2, cursor: next!, sort: 'email' })).toBe('wrong_cursor')
    expect(await refused(admin, { limit: 2, cursor: next!, direction: 'desc' })).toBe('wrong_cursor')
    expect(await refused(admin, { limit: 2, cursor: next!, role: 'learner' })).toBe('wrong_cursor')
    expect(await refused(other.admin, { limit: 2, cursor: next! })).toBe('wrong_cursor')
    for (const cursor of ['', '%', 'null', 'W10', btoa('[]'), btoa('{"a":1}')])
      expect(await refused(admin, { cursor })).toBe('wrong_cursor')
    for (const place of [
      ['on'],
      ['on', '2026-02-31T00:00:00Z', admin.id],
      ['on', '2026-01-01T00:00:00Z', 'x'],
      ['on', admin.id],
    ]) {
      expect(await refused(admin, { sort: 'statusSince', cursor: cursorFor(boundTo, place) })).toBe('wrong_cursor')
    }
    const nul = cursorFor(['people', accountId, 'name', 'asc', {}], ['on', 'a\0', admin.id])
    expect(await refused(admin, { cursor: nul })).toBe('wrong_cursor')
    expect((await admin.call(listUsers, { limit: 5, cursor: next! })).items).toHaveLength(5)
  })

  test('wrong values are refused with the place of each', async () => {
    const { admin } = await anAccount()
    const wrong = async (asked: object) => {
      const { code, where } = await admin.refused(listUsers, asked)
      return [code, ...(where as { at: string }[]).map(({ at }) => at)]
    }
    expect(await wrong({ limit: 0 })).toEqual(['invalid_input', 'limit'])
    expect(await wrong({ limit: 201, sort: 'password' })).toEqual(['invalid_input', 'sort', 'limit'])
    expect(await wrong({ status: 'gone', colour: 'red' })).toContain('invalid_input')
    expect(await wrong({ search: ['a', 'b'] })).toEqual(['invalid_input', 'search'])
    expect(await wrong({ departmentId: 'x' })).toEqual(['invalid_input', 'departmentId'])
    expect(await admin.refused(listUsers, { search: 'a\0b' })).toMatchObject({ status: 422, code: 'invalid_input' })
  })
})

describe('a row', () => {
  test('S1 a passed date shows as inactive by schedule since that instant, before that is recorded', async () => {
    const { admin, learner } = await anAccount()
    await letDatePass(learner)
    const inactive = {
      status: 'inactive',
      statusCause: 'schedule',
      statusSince: '2024-01-01T23:59:00.000Z',
      deactivationDate: null,
      deactivateAt: null,
    }
    expect((await admin.call(listUsers, { status: 'inactive' })).items).toMatchObject([{ id: learner.id, ...inactive }])
    expect(await admin.call(countUsers, { status: 'active' })).toEqual({
      all: 3,
      active: 2,
      inactive: 1,
      leaving: 0,
      waiting: 0,
      matching: 2,
    })
    expect(await learner.row()).toMatchObject({ status: 'active' })
  })

  test('the badge says who and why: of the latest change, not of a refused sign-in', async () => {
    const { admin, learner, owner } = await anAccount()
    const row = async () => (await admin.call(listUsers, { role: 'learner' })).items[0]!
    await admin.call(deactivateUsers, {
      users: { ids: [learner.id] },
      deactivationDate: '2031-05-05',
      reason: 'contract ends',
    })
    expect(await row()).toMatchObject({
      status: 'active',
      deactivationDate: '2031-05-05',
      statusBy: 'Ada Example',
      statusReason: 'contract ends',
    })
    await owner.call(deactivateUsers, { users: { ids: [learner.id] }, reason: 'left early' })
    const { accountId } = await learner.row()
    await store
      .insertInto('lifecycleEvents')
      .values({ accountId, userId: learner.id, change: 'sign_in_refused', cause: 'administrator' })
      .execute()
    expect(await row()).toMatchObject({
      status: 'inactive',
      statusCause: 'administrator',
      statusBy: 'Olga Example',
      statusReason: 'left early',
    })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await row()).toMatchObject({ status: 'active', statusBy: 'Ada Example', statusReason: null })
  })

  test('it says whom I may not deactivate, and why', async () => {
    const { accountId, admin, learner, owner } = await anAccount()
    const peer = await aPerson(accountId, 'administrator')
    const { items } = await admin.call(listUsers, {})
    expect(Object.fromEntries(items.map((row) => [row.id, row.refusal]))).toEqual({
      [owner.id]: 'owner_protected',
      [admin.id]: 'not_yourself',
      [peer.id]: null,
      [learner.id]: null,
    })
  })
})

describe('finding', () => {
  test('a part of a name or an e-mail, without regard to case and accents; every word counts', async () => {
    const { accountId, admin } = await anAccount({ learners: 0 })
    const zoe = await aPerson(accountId, 'learner', { firstName: 'Zoë' })
    await store
      .updateTable('profiles')
      .set({ lastName: 'Łukasik_100%', email: 'zed@example.org' })
      .where('userId', '=', zoe.id)
      .execute()
    const found = async (search: string) => idsOf((await admin.call(listUsers, { search })).items)
    for (const search of ['zoe', 'ZOË', ' zoë ', 'oe łuk', 'zed@', '_100%', 'ukasik zo'])
      expect([search, await found(search)]).toEqual([search, [zoe.id]])
    for (const search of ['zo_', '%oe', 'z%', '\\', "'", 'zoe nobody', '_%'])
      expect([search, await found(search)]).toEqual([search, []])
    expect(await found('   ')).toHaveLength(3)
  })

  test('people far along the order are found, too', async () => {
    const { accountId, admin } = await anAccount({ learners: 0 })
    const users = await store
      .insertInto('users')
      .values(Array.from({ length: 2_100 }, () => ({ accountId, status: 'active' as const })))
      .returning('id')
      .execute()
    await store
      .insertInto('profiles')
      .values(
        users.map(({ id }, n) => ({
          accountId,
          userId: id,
          firstName: 'Extra',
          lastName: `A${n}`,
          email: `extra${n}@example.org`,
        })),
      )
      .execute()
    await store
      .insertInto('credentials')
      .values(users.map(({ id }) => ({ accountId, userId: id })))
      .execute()
    const late = await aPerson(accountId, 'author', { firstName: 'Zuletzt' })
    for (const { sort, direction } of sorts) {
      expect(idsOf((await admin.call(listUsers, { role: 'author', sort, direction })).items)).toEqual([late.id])
    }
    expect((await walk(admin, { search: 'Extra', limit: 200, sort: 'department' })).there).toHaveLength(2_100)
  })

  test('several values of a filter mean any of them; several filters mean all', async () => {
    const { admin, below, people, sales, twin } = await aMixedAccount()
    const found = async (asked: Call<typeof listUsers>) => new Set(idsOf((await admin.call(listUsers, asked)).items))
    const those = (...places: number[]) => new Set(places.map((place) => people[place]!.id))
    expect(await found({ departmentId: [below, twin] })).toEqual(those(1, 2, 5, 6, 9, 10))
    expect(await found({ departmentId: sales })).toEqual(those(0, 2, 4, 6, 8, 10))
    expect(await found({ departmentId: sales, status: ['leaving', 'inactive'] })).toEqual(those(0, 2, 4, 6, 8))
    expect(await found({ status: 'leaving' })).toEqual(those(4, 5, 6))
    expect(await found({ lastSignIn: 'over_90_days_ago' })).toEqual(those(0, 3, 6, 9))
    expect(await found({ departmentId: crypto.randomUUID() })).toEqual(new Set())
  })

  test('A1 a department or group of another account finds what an unknown one does: nobody', async () => {
    const { admin } = await anAccount()
    const other = await aMixedAccount()
    expect((await admin.call(listUsers, { departmentId: other.sales })).items).toEqual([])
    expect(await admin.call(countUsers, { departmentId: other.sales })).toMatchObject({ all: 0, matching: 0 })
  })
})

test('C4.47 a department administrator sees the people of their departments and below, in lists and counts alike', async () => {
  const { accountId, people, sales } = await aMixedAccount()
  const head = await aPerson(accountId, 'department_administrator')
  await store.insertInto('managedDepartments').values({ accountId, userId: head.id, departmentId: sales }).execute()
  const mine = new Set([0, 2, 4, 6, 8, 10].map((place) => people[place]!.id))
  for (const { sort, direction } of sorts)
    expect(new Set((await walk(head, { sort, direction, limit: 2 })).there)).toEqual(mine)
  expect(await head.call(countUsers, {})).toEqual({
    all: 6,
    active: 3,
    inactive: 3,
    leaving: 2,
    waiting: 0,
    matching: 6,
  })
  expect((await head.call(listUsers, { search: 'Ada' })).items).toEqual([])

  await store.deleteFrom('managedDepartments').where('userId', '=', head.id).execute()
  expect((await head.call(listUsers, {})).items).toEqual([])
})

test('a learner and an author see no list', async () => {
  const { accountId, learner } = await anAccount()
  for (const person of [learner, await aPerson(accountId, 'author')]) {
    expect(await person.refused(listUsers, {})).toMatchObject({ status: 403, code: 'not_allowed' })
    expect(await person.refused(countUsers, {})).toMatchObject({ status: 403, code: 'not_allowed' })
  }
})
