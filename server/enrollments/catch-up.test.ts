import { describe, expect, onTestFinished, test } from 'vitest'
import { sql } from 'kysely'
import { changeCourseState } from '#contract/courses.ts'
import { assign, endAssignment, listAssignments, listEnrollments, unenroll } from '#contract/enrollments.ts'
import { changeMembers } from '#contract/groups.ts'
import { activateUsers, deactivateUsers, getOperation, previewChange, undoOperation } from '#contract/lifecycle.ts'
import { addUsers, editUser, getUser } from '#contract/people.ts'
import { changeSeats } from '#contract/seats.ts'
import { takeTurn, workFor } from '#server/gate/work.ts'
import { fillFromWaiting } from '#server/lifecycle/activate.ts'
import { carryOnOperations } from '#server/operations/carry-on.ts'
import { settleAssignments } from './settle-assignments.ts'
import { aCrowd, anAccount, database, letDatePass, type Person, store } from '#tests/harness/account.ts'
import { until } from '#tests/harness/until.ts'

/** An account with a group, two departments, one below the other, and a published course. */
async function withPlaces(told: { learners?: number; seatLimit?: number } = {}) {
  const account = await anAccount({ learners: 2, ...told })
  const { accountId, admin } = account
  const { id: groupId } = await store
    .insertInto('groups')
    .values({ accountId, name: 'Runners' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const aDepartment = async (name: string, parentId: string | null) =>
    (
      await store
        .insertInto('departments')
        .values({ accountId, name, parentId })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id
  const above = await aDepartment('Company', null)
  const below = await aDepartment('Sales', above)
  const aCourse = async (title = 'Fire safety', state: 'draft' | 'published' = 'published') =>
    (await store.insertInto('courses').values({ accountId, title, state }).returning('id').executeTakeFirstOrThrow()).id
  const courseId = await aCourse()
  const join = (people: readonly { id: string }[]) =>
    admin.call(changeMembers, { groupId, users: { ids: people.map(({ id }) => id) }, change: 'add' })
  const coursesOf = async ({ id }: { id: string }) =>
    (await admin.call(listEnrollments, { userId: id })).items.map((one) => one.courseTitle)
  const one = ({ id }: { id: string }) => ({ users: { ids: [id] } })
  return { ...account, groupId, above, below, aCourse, courseId, join, coursesOf, one }
}

describe('a course given to a group or a department', () => {
  test('C7.76 reaches its active members; the inactive are skipped and listed', async () => {
    const { admin, people, groupId, courseId, join, coursesOf, one } = await withPlaces()
    const [stays, gone] = people as [Person, Person]
    await join(people)
    await admin.call(deactivateUsers, one(gone))
    expect(await admin.call(assign, { courseId, groupId, dueDays: 5 })).toMatchObject({
      assignment: { courseTitle: 'Fire safety', group: { id: groupId, name: 'Runners' }, department: null, dueDays: 5 },
      selected: 2,
      enrolled: 1,
      alreadySo: 0,
      refused: [{ refusal: 'user_inactive', count: 1, names: ['Lea1 Example'] }],
    })
    expect([await coursesOf(stays), await coursesOf(gone)]).toEqual([['Fire safety'], []])
    const [given] = (await admin.call(listEnrollments, { userId: stays.id })).items
    expect(given).toMatchObject({ givenBy: 'Runners' })
    expect(await admin.refused(assign, { courseId, groupId })).toMatchObject({ status: 409, code: 'already_given' })
  })

  test('reaches the departments below, and is no longer given when that ends; who has it keeps it', async () => {
    const { admin, people, above, below, courseId, coursesOf } = await withPlaces()
    const [first, later] = people as [Person, Person]
    await store.updateTable('profiles').set({ departmentId: below }).where('userId', '=', first.id).execute()
    const { assignment, enrolled } = await admin.call(assign, { courseId, departmentId: above })
    expect(enrolled).toBe(1)
    await admin.call(endAssignment, { assignmentId: assignment.id })
    await store.updateTable('profiles').set({ departmentId: below }).where('userId', '=', later.id).execute()
    expect([await coursesOf(first), await coursesOf(later)]).toEqual([['Fire safety'], []])
    expect((await admin.call(listAssignments, { departmentId: above })).items).toEqual([])
    expect(await admin.refused(endAssignment, { assignmentId: assignment.id })).toMatchObject({ status: 404 })
  })
})

describe('whoever belongs somewhere has its courses in the same commit', () => {
  test('joining a group, one by one and as a new person', async () => {
    const { admin, learner, groupId, courseId, join, coursesOf } = await withPlaces()
    await admin.call(assign, { courseId, groupId })
    await join([learner])
    expect(await coursesOf(learner)).toEqual(['Fire safety'])
    const { people } = await admin.call(addUsers, {
      people: [{ firstName: 'New', lastName: 'Person', email: 'new@example.org', groupIds: [groupId] }],
    })
    expect(await coursesOf({ id: people[0]!.userId })).toEqual(['Fire safety'])
  })

  test('an edit of the groups or the department, and a new person in a department', async () => {
    const { admin, people, groupId, below, above, aCourse, courseId, coursesOf } = await withPlaces()
    const learner = people[0]!
    await admin.call(assign, { courseId, groupId })
    await admin.call(assign, { courseId: await aCourse('First aid'), departmentId: above })
    const { version } = await admin.call(getUser, { userId: learner.id })
    const edited = await admin.call(editUser, { userId: learner.id, version, groupIds: [groupId] })
    expect(await coursesOf(learner)).toEqual(['Fire safety'])
    await admin.call(editUser, { userId: learner.id, version: edited.version, departmentId: below })
    expect((await coursesOf(learner)).toSorted()).toEqual(['Fire safety', 'First aid'])
    const added = await admin.call(addUsers, {
      people: [{ firstName: 'New', lastName: 'Person', email: 'new@example.org', departmentId: below }],
    })
    expect(await coursesOf({ id: added.people[0]!.userId })).toEqual(['First aid'])
  })

  test('a course that is published later', async () => {
    const { admin, learner, accountId, groupId, aCourse, join, coursesOf } = await withPlaces()
    const courseId = await aCourse('Later', 'published')
    await join([learner])
    await store.updateTable('courses').set({ state: 'draft' }).where('id', '=', courseId).execute()
    await sql`
      insert into course_assignments (account_id, course_id, group_id, assigned_on)
      values (${accountId}, ${courseId}, ${groupId}, current_date)`.execute(store)
    expect(await coursesOf(learner)).toEqual([])
    const { id: sectionId } = await store
      .insertInto('sections')
      .values({ accountId, courseId, title: 'One', position: 0 })
      .returning('id')
      .executeTakeFirstOrThrow()
    await store
      .insertInto('modules')
      .values({
        accountId,
        courseId,
        sectionId,
        title: 'Rules',
        position: 0,
        kind: 'link',
        content: JSON.stringify({ url: 'https://example.org' }),
      })
      .execute()
    await admin.call(changeCourseState, { courseId, state: 'published' })
    expect(await coursesOf(learner)).toEqual(['Later'])
  })
})

describe('S5 C7.76 whoever comes back has what was given meanwhile', () => {
  test('activated alone, and the preview said how many', async () => {
    const { admin, people, groupId, courseId, join, coursesOf, one } = await withPlaces()
    const gone = people[1]!
    await join(people)
    await admin.call(deactivateUsers, one(gone))
    await admin.call(assign, { courseId, groupId })
    expect(await admin.call(previewChange, { ...one(gone), change: 'activate' })).toMatchObject({
      missedCourses: 1,
      passedDueDates: 0,
    })
    expect(await coursesOf(gone)).toEqual([])
    await admin.call(activateUsers, one(gone))
    expect(await coursesOf(gone)).toEqual(['Fire safety'])
    expect(await admin.call(previewChange, { ...one(gone), change: 'deactivate' })).toMatchObject({ missedCourses: 0 })
  })

  test('by undo, after a passed date, from the waiting list, and past the application', async () => {
    const { accountId, admin, owner, people, groupId, courseId, join, coursesOf, one } = await withPlaces({
      learners: 4,
      seatLimit: 6,
    })
    const [undone, left, waits, cleared] = people as [Person, Person, Person, Person]
    await join(people)
    const { operation } = await admin.call(deactivateUsers, one(undone))
    await letDatePass(left)
    await letDatePass(cleared)
    await store
      .updateTable('users')
      .set({ status: 'inactive', statusCause: 'seat_limit' })
      .where('id', '=', waits.id)
      .execute()
    expect(await admin.call(assign, { courseId, groupId })).toMatchObject({ selected: 4, enrolled: 0 })
    await admin.call(undoOperation, { operationId: operation.id })
    expect(await coursesOf(undone)).toEqual(['Fire safety'])
    await admin.call(activateUsers, one(left))
    expect(await coursesOf(left)).toEqual(['Fire safety'])
    await owner.call(changeSeats, { fillFromWaiting: true })
    await workFor(database, accountId, 'clock', async (work) => (await takeTurn(work), fillFromWaiting(work)))
    expect(await coursesOf(waits)).toEqual(['Fire safety'])
    expect(await coursesOf(cleared)).toEqual([])
    await sql`
      update users set status = 'active', deactivation_date = null, deactivate_at = null where id = ${cleared.id}
    `.execute(store)
    expect(await coursesOf(cleared)).toEqual(['Fire safety'])
  })

  test('an inactive person who joins gets nothing until then', async () => {
    const { admin, learner, groupId, courseId, join, coursesOf, one } = await withPlaces()
    await admin.call(assign, { courseId, groupId })
    await admin.call(deactivateUsers, one(learner))
    await join([learner])
    expect(await coursesOf(learner)).toEqual([])
    await admin.call(activateUsers, one(learner))
    expect(await coursesOf(learner)).toEqual(['Fire safety'])
  })

  test('but not what they were un-enrolled from by hand', async () => {
    const { admin, learner, groupId, courseId, join, coursesOf, one } = await withPlaces()
    await join([learner])
    await admin.call(assign, { courseId, groupId })
    const { items } = await admin.call(listEnrollments, { userId: learner.id })
    await admin.call(unenroll, { enrollmentIds: items.map(({ id }) => id) })
    await admin.call(deactivateUsers, one(learner))
    await admin.call(activateUsers, one(learner))
    expect(await coursesOf(learner)).toEqual([])
  })

  test('the course given by two places is theirs once, also when both come at once', async () => {
    const { admin, people, groupId, above, courseId, join, coursesOf } = await withPlaces()
    const learner = people[0]!
    await join(people)
    await store.updateTable('profiles').set({ departmentId: above }).where('userId', '=', learner.id).execute()
    await Promise.all([
      admin.call(assign, { courseId, groupId }),
      admin.call(assign, { courseId, departmentId: above }),
    ])
    expect(await coursesOf(learner)).toEqual(['Fire safety'])
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from mails where user_id = ${learner.id} and kind = 'course_assigned'`.execute(store)
    expect(rows[0]!.n).toBe(1)
  })

  test('8,000 people at once, with five courses missed', async () => {
    const { accountId, admin, groupId, aCourse } = await withPlaces({ learners: 0 })
    for (let part = 0; part < 4; part++) await aCrowd(accountId, 2_000, { status: 'inactive' })
    await sql`
      insert into group_members (account_id, group_id, user_id)
      select account_id, ${groupId}, id from users where account_id = ${accountId} and status = 'inactive'`.execute(
      store,
    )
    // As autovacuum does it for people who have been there for a while.
    await sql`analyze`.execute(store)
    for (let n = 1; n <= 5; n++) await admin.call(assign, { courseId: await aCourse(`Course ${n}`), groupId })
    const users = { filter: { status: ['inactive' as const] } }
    const { operation } = await admin.call(activateUsers, { users })
    const carrying = carryOnOperations(database, { warn() {}, error: (error: unknown) => console.error(error) })
    onTestFinished(() => carrying.stop())
    const changed = async () => (await admin.call(getOperation, { operationId: operation.id })).changed
    await until('all are in', async () => (await changed()) === 8_000, 120_000)
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from enrollments where account_id = ${accountId}`.execute(store)
    expect(rows[0]!.n).toBe(40_000)
  }, 180_000)
})

describe('C7.79 last days that passed while somebody was away', () => {
  /** Somebody who had ten days for a course, was let go twenty days ago, and is inactive now. */
  async function away() {
    const places = await withPlaces({ learners: 1 })
    const { accountId, admin, learner, courseId, one } = places
    await admin.call(deactivateUsers, one(learner))
    await sql`update lifecycle_events set happened_at = now() - interval '20 days' where user_id = ${learner.id}`.execute(
      store,
    )
    await sql`
      insert into enrollments (account_id, user_id, course_id, enrolled_at, due_date)
      values (${accountId}, ${learner.id}, ${courseId}, now() - interval '25 days', (now() at time zone 'UTC')::date - 15)
    `.execute(store)
    const dueIn = async () => {
      const { rows } = await sql<{ days: number }>`
        select due_date - (now() at time zone 'UTC')::date as days from enrollments where user_id = ${learner.id}`.execute(
        store,
      )
      return rows[0]!.days
    }
    return { ...places, dueIn }
  }

  test('are counted before', async () => {
    const { admin, learner, one } = await away()
    expect(await admin.call(previewChange, { ...one(learner), change: 'activate' })).toMatchObject({
      passedDueDates: 1,
      missedCourses: 0,
    })
  })

  test.for([
    ['keep', -15],
    ['shift', 5],
    ['reset', 10],
  ] as const)('are treated as asked: %s', async ([dueDates, days]) => {
    const { admin, learner, one, dueIn } = await away()
    await admin.call(activateUsers, { ...one(learner), dueDates })
    expect(await dueIn()).toBe(days)
  })

  test('stay as they are where the course is done', async () => {
    const { admin, learner, one, dueIn } = await away()
    await sql`update enrollments set completed_at = now() - interval '22 days' where user_id = ${learner.id}`.execute(
      store,
    )
    await admin.call(activateUsers, { ...one(learner), dueDates: 'shift' })
    expect(await dueIn()).toBe(-15)
  })
})

describe('C7.76 S5 whoever comes at the moment at which a course is given has it, too', () => {
  const settle = (accountId: string) => workFor(database, accountId, 'clock', settleAssignments)

  test.each(['joins', 'returns'] as const)('where the giving is not committed yet: somebody %s', async (how) => {
    const { accountId, admin, courseId, groupId, learner, join, coursesOf, one } = await withPlaces()
    if (how === 'returns') {
      await join([learner])
      await admin.call(deactivateUsers, one(learner))
    }
    const held = await store.startTransaction().execute()
    await held
      .insertInto('courseAssignments')
      .values({ accountId, courseId, groupId, assignedOn: '2026-01-01' })
      .execute()
    await sql`select catch_up(${accountId}, null, ${courseId})`.execute(held)
    await (how === 'joins' ? join([learner]) : admin.call(activateUsers, one(learner)))
    await settle(accountId)
    await held.commit().execute()
    expect(await coursesOf(learner)).toEqual([])
    await settle(accountId)
    expect(await coursesOf(learner)).toEqual(['Fire safety'])
  })

  test('where the coming is not committed yet', async () => {
    const { accountId, admin, courseId, groupId, learner, coursesOf } = await withPlaces()
    const held = await store.startTransaction().execute()
    await held.insertInto('groupMembers').values({ accountId, groupId, userId: learner.id }).execute()
    await admin.call(assign, { courseId, groupId })
    await settle(accountId)
    await held.commit().execute()
    expect(await coursesOf(learner)).toEqual([])
    await settle(accountId)
    expect(await coursesOf(learner)).toEqual(['Fire safety'])
  })

  test('also where the course is published', async () => {
    const { accountId, aCourse, admin, groupId, learner, coursesOf } = await withPlaces()
    const courseId = await aCourse('Later', 'draft')
    await store
      .insertInto('courseAssignments')
      .values({ accountId, courseId, groupId, assignedOn: '2026-01-01', isSettled: true })
      .execute()
    const { id: sectionId } = await store
      .insertInto('sections')
      .values({ accountId, courseId, title: 'One', position: 0 })
      .returning('id')
      .executeTakeFirstOrThrow()
    await store
      .insertInto('modules')
      .values({
        accountId,
        courseId,
        sectionId,
        kind: 'link',
        title: 'Link',
        position: 0,
        content: JSON.stringify({ url: 'https://example.org/' }),
      })
      .execute()
    const held = await store.startTransaction().execute()
    await held.insertInto('groupMembers').values({ accountId, groupId, userId: learner.id }).execute()
    await admin.call(changeCourseState, { courseId, state: 'published' })
    await held.commit().execute()
    await settle(accountId)
    expect(await coursesOf(learner)).toEqual(['Later'])
  })
})
