import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import {
  changeDueDate,
  enroll,
  getEnrollment,
  listEnrollments,
  previewEnroll,
  retake,
  unenroll,
} from '#contract/enrollments.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { aCrowd, anAccount, aPerson, letDatePass, type Person, store } from '#tests/harness/account.ts'

const idsOf = (people: readonly { id: string }[]) => people.map(({ id }) => id)

async function withCourse(learners = 3) {
  const account = await anAccount({ learners })
  const { accountId, admin } = account
  const aCourse = async (title = 'Fire safety', state: 'draft' | 'published' | 'archived' = 'published') =>
    (await store.insertInto('courses').values({ accountId, title, state }).returning('id').executeTakeFirstOrThrow()).id
  const courseId = await aCourse()
  const give = (people: readonly { id: string }[], told: Partial<Call<typeof enroll>> = {}, by: Person = admin) =>
    by.call(enroll, { courseIds: [courseId], users: { ids: idsOf(people) }, ...told })
  const of = async (person: { id: string }, withPast: 'true' | 'false' = 'false') =>
    (await admin.call(listEnrollments, { userId: person.id, withPast })).items
  const idOf = async (person: { id: string }) => (await of(person))[0]!.id
  const mails = async () =>
    (
      await store
        .selectFrom('mails')
        .select('userId')
        .where('accountId', '=', accountId)
        .where('kind', '=', 'course_assigned')
        .execute()
    ).map(({ userId }) => userId)
  return { ...account, aCourse, courseId, give, of, idOf, mails }
}

describe('enrolling', () => {
  test('J6 C7.76 of many, the inactive are skipped and listed; the others have the course and are told once', async () => {
    const { admin, people, courseId, give, of, mails } = await withCourse()
    const [first, second, gone] = people as [Person, Person, Person]
    await admin.call(deactivateUsers, { users: { ids: [gone.id] } })
    const tally = {
      selected: 3,
      enrolled: 2,
      alreadySo: 0,
      refused: [{ refusal: 'user_inactive', count: 1, names: ['Lea2 Example'] }],
    }
    expect(await admin.call(previewEnroll, { courseIds: [courseId], users: { ids: idsOf(people) } })).toEqual(tally)
    expect(await mails()).toEqual([])
    expect(await give(people, { dueDays: 10, isMandatory: false })).toEqual(tally)
    expect(await of(first)).toMatchObject([
      { courseId, courseTitle: 'Fire safety', state: 'not_started', isMandatory: false, givenBy: null, round: 1 },
    ])
    expect(await of(gone)).toEqual([])
    expect((await mails()).toSorted()).toEqual([first.id, second.id].toSorted())
    expect(await give(people)).toMatchObject({ enrolled: 0, alreadySo: 2 })
    expect(await mails()).toHaveLength(2)
  })

  test('C7.76 S1 one inactive person alone is refused, by a passed date too, and nothing is queued', async () => {
    const { admin, learner, courseId, of, mails } = await withCourse(1)
    await letDatePass(learner)
    const refused = await admin.refused(enroll, { courseIds: [courseId], users: { ids: [learner.id] } })
    expect(refused).toMatchObject({ status: 409, code: 'user_inactive' })
    expect(await of(learner)).toEqual([])
    expect(await mails()).toEqual([])
  })

  test('C7.77 C7.79 what inactive people have is on hold and not overdue, and is overdue when they are in', async () => {
    const { admin, people, give, of, idOf } = await withCourse(1)
    const learner = people[0]!
    await give(people)
    const id = await idOf(learner)
    await admin.call(changeDueDate, { enrollmentIds: [id], dueDate: '2024-05-01' })
    expect(await of(learner)).toMatchObject([{ state: 'overdue', dueDate: '2024-05-01' }])
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(await of(learner)).toMatchObject([{ state: 'on_hold', status: 'inactive', dueDate: '2024-05-01' }])
    const found = async (state: 'on_hold' | 'overdue') =>
      (await admin.call(listEnrollments, { userId: learner.id, state })).items.length
    expect([await found('on_hold'), await found('overdue')]).toEqual([1, 0])
  })

  test('only published courses can be given, and only those that are there', async () => {
    const { admin, learner, aCourse } = await withCourse(1)
    const users = { ids: [learner.id] }
    for (const state of ['draft', 'archived'] as const) {
      const courseIds = [await aCourse(state, state)]
      expect(await admin.refused(enroll, { courseIds, users })).toMatchObject({
        status: 409,
        code: 'course_not_published',
        courses: [state],
      })
    }
    expect(await admin.refused(enroll, { courseIds: [randomUUID()], users })).toMatchObject({ status: 404 })
  })

  test('an enrollment of nobody, of somebody unknown and of a passed day is refused', async () => {
    const { admin, learner, courseId } = await withCourse(1)
    const courseIds = [courseId]
    expect(await admin.refused(enroll, { courseIds, users: { ids: [] } })).toMatchObject({ status: 422 })
    expect(await admin.refused(enroll, { courseIds, users: { ids: [randomUUID()] } })).toMatchObject({ status: 404 })
    const users = { ids: [learner.id] }
    expect(await admin.refused(enroll, { courseIds, users, dueDate: '2024-01-01' })).toMatchObject({
      code: 'date_in_past',
      where: [{ at: 'dueDate' }],
    })
    const both = { dueDate: '2031-01-01', dueDays: 3 }
    expect(await admin.refused(enroll, { courseIds, users, ...both })).toMatchObject({ code: 'invalid_input' })
  })

  test('R33 a department administrator enrolls their own people alone, and sees no others', async () => {
    const { accountId, admin, people, courseId, give } = await withCourse()
    const { id: departmentId } = await store
      .insertInto('departments')
      .values({ accountId, name: 'Mine' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const [mine, other] = people as [Person, Person, Person]
    await store.updateTable('profiles').set({ departmentId }).where('userId', '=', mine.id).execute()
    const head = await aPerson(accountId, 'department_administrator', { departmentId })
    await store.insertInto('managedDepartments').values({ accountId, userId: head.id, departmentId }).execute()
    expect(await give([mine, other], {}, head)).toMatchObject({
      enrolled: 1,
      refused: [{ refusal: 'outside_your_departments', count: 1, names: [] }],
    })
    const alone = { courseIds: [courseId], users: { ids: [other.id] } }
    expect(await head.refused(enroll, alone)).toMatchObject({ status: 403, code: 'outside_your_departments' })
    await give([other])
    const [theirs] = (await admin.call(listEnrollments, { userId: other.id })).items
    expect((await head.call(listEnrollments, { courseId })).items.map(({ userId }) => userId)).toEqual([mine.id])
    expect(await head.refused(listEnrollments, { userId: other.id })).toMatchObject({ status: 404 })
    expect(await head.refused(getEnrollment, { enrollmentId: theirs!.id })).toMatchObject({ status: 404 })
    expect(await head.call(unenroll, { enrollmentIds: [theirs!.id] })).toEqual({ changed: 0 })
    expect(await mine.refused(enroll, alone)).toMatchObject({ status: 403, code: 'not_allowed' })
  })

  test('two at once give nobody a course twice', async () => {
    const { people, give, of, mails } = await withCourse(3)
    await Promise.all([give(people), give([...people].reverse()), give(people)])
    for (const person of people) expect(await of(person, 'true')).toHaveLength(1)
    expect(await mails()).toHaveLength(3)
  })

  test('a filter of 20,000 people is enrolled by one statement', async () => {
    const { accountId, admin, courseId } = await withCourse(0)
    for (let part = 0; part < 10; part++) await aCrowd(accountId, 2_000)
    await aCrowd(accountId, 500, { status: 'inactive' })
    // As autovacuum does it for people who have been there for a while.
    await sql`analyze`.execute(store)
    const began = performance.now()
    const told = await admin.call(enroll, { courseIds: [courseId], users: { filter: { role: ['learner'] } } })
    const tookMs = performance.now() - began
    expect(told).toMatchObject({ selected: 20_500, enrolled: 20_000, refused: [{ count: 500 }] })
    console.info(`20,000 people enrolled in ${Math.round(tookMs)} ms`)
    expect(tookMs).toBeLessThan(20_000)
  }, 120_000)
})

describe('an enrollment', () => {
  test('S4 ends by un-enrolling, keeps its history, and goes on where it was when given again', async () => {
    const { admin, people, give, of, idOf } = await withCourse(1)
    const learner = people[0]!
    await give(people)
    const id = await idOf(learner)
    await store.updateTable('enrollments').set({ progress: 40, seconds: 90 }).where('id', '=', id).execute()
    expect(await admin.call(unenroll, { enrollmentIds: [id] })).toEqual({ changed: 1 })
    expect(await of(learner)).toEqual([])
    expect(await of(learner, 'true')).toMatchObject([{ id, isCurrent: false, progress: 40, seconds: 90 }])
    expect(await admin.call(unenroll, { enrollmentIds: [id] })).toEqual({ changed: 0 })
    expect(await give(people)).toMatchObject({ enrolled: 1 })
    expect(await of(learner, 'true')).toMatchObject([{ id, isCurrent: true, progress: 40, withdrawnAt: null }])
  })

  test('S4 is taken again as a new round, and the one before stays as it was', async () => {
    const { admin, people, give, of, idOf } = await withCourse(1)
    const learner = people[0]!
    await give(people)
    const id = await idOf(learner)
    const completedAt = '2025-03-01T10:00:00.000Z'
    await store.updateTable('enrollments').set({ progress: 100, completedAt }).where('id', '=', id).execute()
    expect(await admin.call(retake, { enrollmentIds: [id] })).toEqual({ changed: 1 })
    expect(await of(learner, 'true')).toMatchObject([
      { round: 2, isCurrent: true, state: 'not_started', progress: 0 },
      { id, round: 1, isCurrent: false, state: 'completed', completedAt },
    ])
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(await admin.refused(retake, { enrollmentIds: [await idOf(learner)] })).toMatchObject({
      code: 'user_inactive',
    })
  })

  test('S4 tells every module, also one that was removed since, with its attempts', async () => {
    const { accountId, admin, people, courseId, give, idOf } = await withCourse(1)
    const { id: sectionId } = await store
      .insertInto('sections')
      .values({ accountId, courseId, title: 'One', position: 0 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const aModule = async (title: string, position: number, removed: boolean) =>
      (
        await store
          .insertInto('modules')
          .values({
            accountId,
            courseId,
            sectionId: removed ? null : sectionId,
            title,
            position,
            kind: 'quiz',
            content: '{}',
            removedAt: removed ? '2025-01-01T00:00:00Z' : null,
          })
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id
    const [kept, done] = [await aModule('Now', 0, false), await aModule('Before', 1, true)]
    await aModule('Never touched', 2, true)
    await give(people)
    const enrollmentId = await idOf(people[0]!)
    await store
      .insertInto('moduleProgress')
      .values({ accountId, enrollmentId, moduleId: done, state: 'completed', score: 80 })
      .execute()
    await store
      .insertInto('attempts')
      .values({ accountId, enrollmentId, moduleId: done, number: 1, score: 80, isPassed: true, answers: '[]' })
      .execute()
    expect((await admin.call(getEnrollment, { enrollmentId })).modules).toMatchObject([
      { moduleId: kept, title: 'Now', isRemoved: false, state: 'not_started', attempts: [] },
      {
        moduleId: done,
        title: 'Before',
        isRemoved: true,
        state: 'completed',
        score: 80,
        attempts: [{ number: 1, score: 80, isPassed: true }],
      },
    ])
  })

  test('the people of a course come page by page, active and inactive, each once', async () => {
    const { admin, people, courseId, give } = await withCourse(5)
    await give(people)
    await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] } })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: { items: { userId: string }[]; next: string | null } = await admin.call(listEnrollments, {
        courseId,
        limit: 2,
        ...(cursor && { cursor }),
      })
      seen.push(...page.items.map(({ userId }) => userId))
      cursor = page.next
    } while (cursor)
    expect(seen).toEqual(idsOf(people))
    const inactive = await admin.call(listEnrollments, { courseId, status: 'inactive' })
    expect(inactive.items.map(({ userId }) => userId)).toEqual([people[0]!.id])
    const found = await admin.call(listEnrollments, { courseId, search: 'Lea3' })
    expect(found.items.map(({ userId }) => userId)).toEqual([people[3]!.id])
  })
})
