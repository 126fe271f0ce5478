import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { deleteUser } from '#contract/people.ts'
import {
  exportReport,
  reportByCourse,
  reportByDepartment,
  reportByPerson,
  reportCompletions,
  reportLifecycle,
  reportSignIns,
} from '#contract/reports.ts'
import { anAccount, aPerson, letDatePass, type Person, store } from '#tests/harness/account.ts'

interface Learned {
  readonly startedAt?: string
  readonly completedAt?: string
  readonly score?: number
  readonly dueDate?: string
  readonly enrolledAt?: string
}

/** An account with one course, of which everybody's part is told. */
async function learning(timeZone = 'UTC', learners = 5) {
  const account = await anAccount({ timeZone, learners })
  const { accountId } = account
  const { id: courseId } = await store
    .insertInto('courses')
    .values({ accountId, title: 'Fire safety', state: 'published' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const has = (person: { id: string }, told: Learned = {}) =>
    store
      .insertInto('enrollments')
      .values({ accountId, courseId, userId: person.id, ...told, progress: told.completedAt ? 100 : 0 })
      .execute()
  const courses = async (asked: Call<typeof reportByCourse> = {}, by: Person = account.admin) =>
    (await by.call(reportByCourse, asked)).items
  return { ...account, courseId, has, courses }
}

/** Five people of each state: completed with 80 and 60, in progress, not started, overdue. */
async function ofEachState() {
  const scene = await learning()
  const [best, good, going, fresh, late] = scene.people as [Person, Person, Person, Person, Person]
  const started = '2026-01-05T09:00:00Z'
  await scene.has(best, { startedAt: started, completedAt: '2026-02-02T10:00:00Z', score: 80 })
  await scene.has(good, { startedAt: started, completedAt: '2026-02-03T10:00:00Z', score: 60 })
  await scene.has(going, { startedAt: started, dueDate: '2099-01-01' })
  await scene.has(fresh)
  await scene.has(late, { startedAt: started, dueDate: '2026-01-31' })
  return { ...scene, best, good, going, fresh, late }
}

/** What happened to somebody in the past: the history is what reports of a day read. */
const happened = (
  accountId: string,
  person: { id: string },
  change: 'added' | 'deactivated' | 'activated',
  at: string,
) =>
  sql`
    insert into lifecycle_events (account_id, user_id, change, cause, to_status, happened_at)
    values (${accountId}, ${person.id}, ${change}::change, 'administrator', ${change === 'deactivated' ? 'inactive' : 'active'}::status, ${at})
  `.execute(store)

describe('progress by course', () => {
  test('counts each state once, and takes its rates of those who are enrolled', async () => {
    const { courses } = await ofEachState()
    expect(await courses()).toEqual([
      {
        courseId: expect.any(String),
        title: 'Fire safety',
        enrolled: 5,
        notStarted: 1,
        inProgress: 1,
        completed: 2,
        overdue: 1,
        onHold: 0,
        completionRate: 40,
        averageScore: 70,
      },
    ])
  })

  test('C7.81 S1 leaves the inactive out of its rates and says how many they are, also whose date has just passed', async () => {
    const { courses, owner, best, late } = await ofEachState()
    await owner.call(deactivateUsers, { users: { ids: [best.id] } })
    await letDatePass(late)
    expect(await courses()).toMatchObject([
      { enrolled: 3, completed: 1, overdue: 0, onHold: 2, completionRate: 33.3, averageScore: 60 },
    ])
    expect(await courses({ status: 'all' })).toMatchObject([{ enrolled: 5, completed: 2, onHold: 2 }])
    expect(await courses({ status: 'inactive' })).toMatchObject([{ enrolled: 2, completed: 1, averageScore: 80 }])
  })

  test('shows a course that nobody has, and no draft', async () => {
    const { accountId, courses } = await learning()
    await store.insertInto('courses').values({ accountId, title: 'A draft', state: 'draft' }).execute()
    expect(await courses()).toMatchObject([
      { title: 'Fire safety', enrolled: 0, completionRate: null, averageScore: null },
    ])
  })

  test('as of a day in the past it tells what was so at its end, also of who has left and returned since', async () => {
    const { accountId, courses, has, people } = await learning()
    const [stayed, left, returned, came] = people as [Person, Person, Person, Person]
    for (const person of [stayed, left, returned]) await happened(accountId, person, 'added', '2026-01-01T08:00:00Z')
    await happened(accountId, returned, 'deactivated', '2026-02-01T08:00:00Z')
    await happened(accountId, left, 'deactivated', '2026-03-15T08:00:00Z')
    await happened(accountId, returned, 'activated', '2026-04-01T08:00:00Z')
    await happened(accountId, came, 'added', '2026-05-01T08:00:00Z')
    const enrolledAt = '2026-01-02T08:00:00Z'
    await has(stayed, { enrolledAt, startedAt: '2026-01-03T08:00:00Z', completedAt: '2026-03-20T08:00:00Z' })
    await has(left, { enrolledAt })
    await has(returned, { enrolledAt, dueDate: '2026-02-20' })
    await has(came, { enrolledAt: '2026-05-02T08:00:00Z' })
    expect(await courses({ asOf: '2026-01-01' })).toMatchObject([{ enrolled: 0 }])
    expect(await courses({ asOf: '2026-03-10' })).toMatchObject([
      { enrolled: 2, completed: 0, inProgress: 1, overdue: 0, onHold: 1 },
    ])
    expect(await courses({ asOf: '2026-03-20' })).toMatchObject([{ enrolled: 1, completed: 1, onHold: 2 }])
    expect(await courses({ asOf: '2026-04-10', status: 'all' })).toMatchObject([{ enrolled: 3, overdue: 1, onHold: 1 }])
  })

  test('C7.81 S1 a date that has passed since, without the clock’s job, counts from its day on', async () => {
    const { accountId, admin, courses, has, learner } = await learning()
    await happened(accountId, learner, 'added', '2023-12-01T08:00:00Z')
    await has(learner, { enrolledAt: '2023-12-02T08:00:00Z' })
    await letDatePass(learner)
    expect(await courses({ asOf: '2023-12-31' })).toMatchObject([{ enrolled: 1, onHold: 0 }])
    expect(await courses({ asOf: '2024-01-01' })).toMatchObject([{ enrolled: 0, onHold: 1 }])
    const { items } = await admin.call(reportByPerson, { asOf: '2024-01-01' })
    expect(items.find(({ userId }) => userId === learner.id)).toMatchObject({ status: 'inactive' })
  })

  test('C7.81 a date that is still ahead today leaves nobody out of today', async () => {
    const { accountId, courses, has, learner } = await learning()
    await happened(accountId, learner, 'added', '2023-12-01T08:00:00Z')
    await has(learner, { enrolledAt: '2023-12-02T08:00:00Z' })
    await sql`update users set deactivation_date = current_date, deactivate_at = statement_timestamp() + interval '1 minute'
      where id = ${learner.id}`.execute(store)
    const { rows } = await sql<{ today: string }>`select today_in('UTC') as today`.execute(store)
    expect(await courses({ asOf: rows[0]!.today })).toMatchObject([{ enrolled: 1, onHold: 0 }])
  })

  test('as of a day in the past a score that came later is not of that day', async () => {
    const { accountId, admin, courses, has, learner } = await learning()
    await happened(accountId, learner, 'added', '2026-01-01T08:00:00Z')
    await has(learner, { enrolledAt: '2026-01-02T08:00:00Z', completedAt: '2026-03-20T08:00:00Z', score: 90 })
    const averages = async (asOf: string) => [
      (await courses({ asOf }))[0]!.averageScore,
      (await admin.call(reportByPerson, { asOf })).items.find(({ userId }) => userId === learner.id)!.averageScore,
    ]
    expect(await averages('2026-03-10')).toEqual([null, null])
    expect(await averages('2026-03-20')).toEqual([90, 90])
  })
})

describe('progress by department and by person', () => {
  test('each department stands for itself; the filter takes those below with it', async () => {
    const scene = await ofEachState()
    const { accountId, admin, best, good, going } = scene
    const aDepartment = async (name: string, parentId: string | null = null) =>
      (
        await store
          .insertInto('departments')
          .values({ accountId, name, parentId })
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id
    const sales = await aDepartment('Sales')
    const south = await aDepartment('South', sales)
    const into = (person: Person, departmentId: string) =>
      store.updateTable('profiles').set({ departmentId }).where('userId', '=', person.id).execute()
    await into(best, sales)
    await into(good, south)
    await into(going, south)
    const { items } = await admin.call(reportByDepartment, {})
    expect(items.map(({ name, people, enrolled, completed }) => [name, people, enrolled, completed])).toEqual([
      ['Sales', 1, 1, 1],
      ['South', 2, 2, 1],
      ['', 4, 2, 0],
    ])
    expect(await scene.courses({ departmentId: sales })).toMatchObject([
      { enrolled: 3, completed: 2, averageScore: 70 },
    ])

    const dora = await aPerson(accountId, 'department_administrator')
    await store.insertInto('managedDepartments').values({ accountId, departmentId: south, userId: dora.id }).execute()
    expect(await scene.courses({}, dora)).toMatchObject([{ enrolled: 2, completed: 1 }])
    expect((await dora.call(reportByPerson, {})).items.map(({ userId }) => userId).sort()).toEqual(
      [good.id, going.id].sort(),
    )
  })

  test('H2 people of every status are listed, page by page, each once', async () => {
    const { accountId, admin, owner, best, late } = await ofEachState()
    await owner.call(deactivateUsers, { users: { ids: [late.id] } })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await admin.call(reportByPerson, { limit: 3, ...(cursor && { cursor }) })
      seen.push(...page.items.map(({ userId }) => userId))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
    const { items } = await admin.call(reportByPerson, { search: best.email })
    expect(items).toMatchObject([{ userId: best.id, status: 'active', enrolled: 1, completed: 1, averageScore: 80 }])
    expect((await admin.call(reportByPerson, { status: 'inactive' })).items).toMatchObject([
      { userId: late.id, status: 'inactive', overdue: 0 },
    ])
    const stranger = await anAccount()
    expect((await stranger.admin.call(reportByPerson, { limit: 200 })).items.map(({ userId }) => userId)).not.toContain(
      best.id,
    )
    expect(accountId).not.toBe(stranger.accountId)
  })
})

describe('over time', () => {
  // 23:30 of that day there is another day in UTC; on the second date of each zone the clocks are set.
  test.each([
    ['Pacific/Auckland', '2026-03-10T10:30:00Z', '2026-03-10'],
    ['Pacific/Auckland', '2026-04-05T11:30:00Z', '2026-04-05'],
    ['America/New_York', '2026-03-11T03:30:00Z', '2026-03-10'],
    ['America/New_York', '2026-03-09T03:30:00Z', '2026-03-08'],
    ['Asia/Kathmandu', '2026-03-10T17:45:00Z', '2026-03-10'],
  ])('a moment belongs to its day in %s: %s to %s', async (zone, at, day) => {
    const { accountId, admin, has, learner } = await learning(zone)
    await has(learner, { enrolledAt: '2026-01-01T00:00:00Z', startedAt: at, completedAt: at })
    await store.insertInto('signIns').values({ accountId, userId: learner.id, at }).execute()
    await sql`insert into lifecycle_events (account_id, user_id, change, cause, happened_at)
      values (${accountId}, ${learner.id}, 'sign_in_refused', 'administrator', ${at})`.execute(store)
    const period = { from: '2026-03-01', to: '2026-04-30', by: 'day' } as const
    const { items } = await admin.call(reportCompletions, period)
    expect(items).toHaveLength(61)
    expect(items.filter(({ completions }) => completions > 0)).toEqual([{ from: day, completions: 1 }])
    const signIns = (await admin.call(reportSignIns, period)).items
    expect(signIns.filter((item) => item.signIns + item.refused > 0)).toEqual([
      { from: day, signIns: 1, people: 1, refused: 1 },
    ])
  })

  test('weeks and months begin where they begin, and only the period counts', async () => {
    const { admin, has, people } = await learning()
    for (const [place, completedAt] of [
      '2026-02-28T23:59:59Z',
      '2026-03-01T00:00:00Z',
      '2026-03-31T12:00:00Z',
    ].entries())
      await has(people[place]!, { completedAt })
    const months = await admin.call(reportCompletions, { from: '2026-03-01', to: '2026-03-31', by: 'month' })
    expect(months.items).toEqual([{ from: '2026-03-01', completions: 2 }])
    const weeks = await admin.call(reportCompletions, { from: '2026-02-24', to: '2026-03-08', by: 'week' })
    expect(weeks.items).toEqual([
      { from: '2026-02-23', completions: 2 },
      { from: '2026-03-02', completions: 0 },
    ])
  })

  test('R12 R48 of more than 1,000 steps is refused, however it is asked for; of none it is empty', async () => {
    const { admin } = await learning()
    const refused = { status: 422, body: { code: 'period_too_long' } }
    const ages = { from: '0001-01-01', to: '9999-12-31' } as const
    for (const by of ['day', 'week', 'month'] as const) {
      expect(await admin.send(reportCompletions, { ...ages, by })).toMatchObject(refused)
      expect(await admin.send(reportSignIns, { from: ages.from, by })).toMatchObject(refused)
      for (const report of ['completions', 'sign-ins'] as const)
        expect(await admin.send(exportReport, { report, ...ages, by })).toMatchObject(refused)
    }
    for (const endpoint of [reportCompletions, reportSignIns] as const) {
      const thousand = { from: '2024-01-01', to: '2026-09-26', by: 'day' } as const
      expect((await admin.call(endpoint, thousand)).items).toHaveLength(1000)
      expect(await admin.refused(endpoint, { ...thousand, to: '2026-09-27' })).toMatchObject({
        code: 'period_too_long',
      })
      expect((await admin.call(endpoint, { from: '2026-03-02', to: '2026-03-01', by: 'day' })).items).toEqual([])
    }
  })

  test('H1 the lifecycle tells who left and returned, why and by whom; of whoever was deleted the name', async () => {
    const { admin, owner, people } = await learning()
    const [left, gone] = people as [Person, Person]
    await admin.call(deactivateUsers, { users: { ids: [left.id] }, reason: 'Parental leave' })
    await admin.call(activateUsers, { users: { ids: [left.id] } })
    await admin.call(deactivateUsers, { users: { ids: [gone.id] } })
    await owner.call(deleteUser, { userId: gone.id })
    const { items, months } = await admin.call(reportLifecycle, {})
    expect(items.map(({ name, change, by, reason, status }) => [name, change, by, reason, status])).toEqual([
      ['Lea1 Example', 'deactivated', 'Ada Example', null, 'inactive'],
      ['Lea0 Example', 'activated', 'Ada Example', null, 'active'],
      ['Lea0 Example', 'deactivated', 'Ada Example', 'Parental leave', 'active'],
    ])
    expect(months).toMatchObject([{ added: 0, deactivated: 2, activated: 1 }])
    expect((await admin.call(reportLifecycle, { change: 'activated' })).items).toHaveLength(1)
  })

  // 23:30 of 31 March there; the next is 00:30 of 1 April.
  test.each([
    ['Pacific/Auckland', '2026-03-31T10:30:00Z', '2026-03-31T11:30:00Z'],
    ['America/New_York', '2026-04-01T03:30:00Z', '2026-04-01T04:30:00Z'],
  ])('H1 who left is told of the month and the days of %s, and of no other account', async (zone, inMarch, inApril) => {
    const { accountId, admin, people } = await learning(zone)
    const [first, second] = people as [Person, Person]
    await happened(accountId, first, 'deactivated', inMarch)
    await happened(accountId, second, 'deactivated', inApril)
    const stranger = await learning(zone)
    await happened(stranger.accountId, stranger.learner, 'deactivated', inMarch)
    const all = await admin.call(reportLifecycle, {})
    expect(all.items.map(({ userId }) => userId)).toEqual([second.id, first.id])
    expect(all.months).toEqual([
      { from: '2026-03-01', added: 0, deactivated: 1, activated: 0 },
      { from: '2026-04-01', added: 0, deactivated: 1, activated: 0 },
    ])
    const march = await admin.call(reportLifecycle, { from: '2026-03-31', to: '2026-03-31' })
    expect(march.items.map(({ userId }) => userId)).toEqual([first.id])
  })
})
