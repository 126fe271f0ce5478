import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { addModule, removeModule } from '#contract/courses.ts'
import { enroll, unenroll } from '#contract/enrollments.ts'
import { activateUsers, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { listMyCertificates, listMyCourses, saveProgress } from '#contract/portal.ts'
import { aSession, letDatePass, somebodyWaits, store } from '#tests/harness/account.ts'
import { aCourse, aPageModule, opened } from '#tests/harness/course.ts'

/** A course of two pages, of which its learner has done the first. */
async function halfDone() {
  const scene = await aCourse([aPageModule, aPageModule], { givesCertificate: true })
  const { accountId, author, admin, courseId, enrollmentId, learner, modules } = scene
  const player = await opened(learner, scene.module)
  await learner.call(saveProgress, { ...player, number: 1, seconds: 5, isDone: true })
  const standing = async () => {
    const { progress, completedAt } = await store
      .selectFrom('enrollments')
      .select(['progress', 'completedAt'])
      .where('id', '=', enrollmentId)
      .executeTakeFirstOrThrow()
    const told = await store
      .selectFrom('mails')
      .select('id')
      .where('userId', '=', learner.id)
      .where('kind', '=', 'certificate')
      .execute()
    const given = await store.selectFrom('certificates').select('id').where('userId', '=', learner.id).execute()
    return [progress, completedAt !== null, given.length, told.length]
  }
  const users = { ids: [learner.id] }
  return {
    ...scene,
    standing,
    users,
    /** So that the rest of the course is what is done. */
    removeSecond: () => author.call(removeModule, { courseId, moduleId: modules[1]! }),
    deactivate: () => admin.call(deactivateUsers, { users }),
    back: async () => learner.with(await aSession(accountId, learner.id)),
  }
}
const half = [50, false, 0, 0]
const complete = [100, true, 1, 1]

describe('C7.77 S5 a course that is changed while its learner is out', () => {
  test.each(['activated', 'activated with all who are out', 'undone', 'after a passed date'] as const)(
    'is as it was, and is counted with the commit that lets them in: %s',
    async (how) => {
      const { admin, learner, users, standing, removeSecond, deactivate, back } = await halfDone()
      if (how === 'after a passed date') await letDatePass(learner)
      const operationId = how === 'after a passed date' ? '' : (await deactivate()).operation.id
      await removeSecond()
      expect(await standing()).toEqual(half)
      if (how === 'undone') await admin.call(undoOperation, { operationId })
      else
        await admin.call(activateUsers, {
          users: how === 'activated with all who are out' ? { filter: { status: ['inactive'] }, except: [] } : users,
        })
      expect(await standing()).toEqual(complete)
      const person = await back()
      expect(await person.call(listMyCourses, {})).toMatchObject({ items: [{ state: 'completed', progress: 100 }] })
      expect((await person.call(listMyCertificates, {})).items).toMatchObject([
        { code: expect.stringMatching(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/) },
      ])
      // Once: whoever leaves and returns again earns nothing anew.
      await deactivate()
      await admin.call(activateUsers, { users })
      expect(await standing()).toEqual(complete)
    },
  )

  test('stays as it was for good when they were un-enrolled meanwhile', async () => {
    const { admin, users, enrollmentId, standing, removeSecond, deactivate } = await halfDone()
    await deactivate()
    await removeSecond()
    await admin.call(unenroll, { enrollmentIds: [enrollmentId] })
    await admin.call(activateUsers, { users })
    expect(await standing()).toEqual(half)
  })

  test('and not committed yet: who lets them in waits, and they are counted', async () => {
    const { accountId, admin, courseId, modules, users, standing, deactivate } = await halfDone()
    await deactivate()
    const held = await store.startTransaction().execute()
    await sql`update modules set section_id = null, removed_at = statement_timestamp() where id = ${modules[1]!}`.execute(
      held,
    )
    await sql`select recount_course(${accountId}, ${courseId})`.execute(held)
    const activation = admin.call(activateUsers, { users })
    await somebodyWaits()
    await held.commit().execute()
    await activation
    expect(await standing()).toEqual(complete)
  })

  test('while they are let in, which is not committed yet: it waits, and they are counted', async () => {
    const { learner, standing, removeSecond, deactivate } = await halfDone()
    await deactivate()
    const held = await store.startTransaction().execute()
    await held.updateTable('users').set({ status: 'active' }).where('id', '=', learner.id).execute()
    const removal = removeSecond()
    await somebodyWaits()
    await held.commit().execute()
    await removal
    expect(await standing()).toEqual(complete)
  })
})

test('S4 whoever completes a course at the moment at which it is changed has completed it', async () => {
  const { accountId, author, courseId, enrollmentId, modules, standing } = await halfDone()
  const { sectionId } = await store
    .selectFrom('modules')
    .select('sectionId')
    .where('id', '=', modules[1]!)
    .executeTakeFirstOrThrow()
  const held = await store.startTransaction().execute()
  await held
    .insertInto('moduleProgress')
    .values({ accountId, enrollmentId, moduleId: modules[1]!, state: 'completed' })
    .execute()
  await sql`select recount(${accountId}, array[${enrollmentId}]::uuid[])`.execute(held)
  const content = { kind: 'link' as const, url: 'https://example.org/' }
  const adding = author.call(addModule, { courseId, sectionId: sectionId!, title: 'Third', content })
  await somebodyWaits()
  await held.commit().execute()
  await adding
  expect(await standing()).toEqual(complete)
})

test('S4 whoever is enrolled again goes on where they were, in the course as it is by now', async () => {
  const { admin, courseId, enrollmentId, users, standing, removeSecond } = await halfDone()
  await admin.call(unenroll, { enrollmentIds: [enrollmentId] })
  await removeSecond()
  expect(await standing()).toEqual(half)
  await admin.call(enroll, { courseIds: [courseId], users })
  expect(await standing()).toEqual(complete)
})
