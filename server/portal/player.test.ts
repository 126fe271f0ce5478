import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import {
  commitScorm,
  getOutline,
  keepOpen,
  listMyCertificates,
  listMyCourses,
  listMyHistory,
  openModule,
  saveProgress,
} from '#contract/portal.ts'
import { aNode, aPool, aSession, letDatePass, type Person, store } from '#tests/harness/account.ts'
import { aCourse, aPackageModule, aPageModule, courseIn, opened } from '#tests/harness/course.ts'

const progressOf = (enrollmentId: string) =>
  store.selectFrom('moduleProgress').selectAll().where('enrollmentId', '=', enrollmentId).orderBy('moduleId').execute()
const enrollmentOf = (enrollmentId: string) =>
  store.selectFrom('enrollments').selectAll().where('id', '=', enrollmentId).executeTakeFirstOrThrow()
const older = (lesson_status: string, more: object = {}) => ({ core: { lesson_status, ...more } })

describe('progress', () => {
  test('is saved word by word, is there again at the next opening, and what is done stays done', async () => {
    const { learner, module, courseId, enrollmentId } = await aCourse([aPageModule, aPageModule])
    const player = await opened(learner, module)
    await learner.call(saveProgress, { ...player, number: 1, seconds: 30, resume: { page: 3 } })
    expect(await learner.call(saveProgress, { ...player, number: 2, seconds: 12, isDone: true })).toMatchObject({
      state: 'completed',
      progress: 50,
      completedAt: null,
    })
    expect(await learner.call(saveProgress, { ...player, number: 3, seconds: 0 })).toMatchObject({ state: 'completed' })
    expect(await learner.call(openModule, { moduleId: module })).toMatchObject({
      state: 'completed',
      resume: { page: 3 },
    })
    expect(await enrollmentOf(enrollmentId)).toMatchObject({ seconds: 42, progress: 50, startedAt: expect.any(String) })
    expect(await learner.call(getOutline, { courseId })).toMatchObject({
      progress: 50,
      sections: [{ modules: [{ state: 'completed' }, { state: 'not_started' }] }],
    })
  })

  test('changes nothing when a word comes late, or twice', async () => {
    const { learner, module, enrollmentId } = await aCourse([aPageModule])
    const player = await opened(learner, module)
    await learner.call(saveProgress, { ...player, number: 5, seconds: 10, resume: { page: 5 } })
    for (const number of [5, 4, 1])
      await learner.call(saveProgress, { ...player, number, seconds: 10, resume: { page: 0 }, isDone: true })
    expect(await progressOf(enrollmentId)).toMatchObject([{ state: 'started', seconds: 10, resume: { page: 5 } }])
  })

  test('counts the modules that are required; where none is, all of them', async () => {
    const { learner, modules } = await aCourse([aPageModule, { ...aPageModule, isRequired: false }])
    const done = async (moduleId: string) =>
      (await learner.call(saveProgress, { ...(await opened(learner, moduleId)), number: 1, seconds: 0, isDone: true }))
        .progress
    expect([await done(modules[1]!), await done(modules[0]!)]).toEqual([0, 100])
    const optional = { ...aPageModule, isRequired: false }
    const other = await aCourse([optional, optional])
    const player = await opened(other.learner, other.module)
    expect(await other.learner.call(saveProgress, { ...player, number: 1, seconds: 0, isDone: true })).toMatchObject({
      progress: 50,
    })
  })

  test('of two modules that are done at the same moment both count, and the certificate is given once', async () => {
    for (let round = 0; round < 10; round++) {
      const { learner, modules } = await aCourse(
        Array.from({ length: 4 }, () => aPageModule),
        { givesCertificate: true },
      )
      const players = await Promise.all(modules.map((moduleId) => opened(learner, moduleId)))
      await Promise.all(
        players.map((player) => learner.call(saveProgress, { ...player, number: 1, seconds: 1, isDone: true })),
      )
      expect(await learner.call(listMyCourses, {})).toMatchObject({ items: [{ state: 'completed', progress: 100 }] })
      expect((await learner.call(listMyCertificates, {})).items).toHaveLength(1)
    }
  })
})

describe('of two players', () => {
  test('the one that opened last writes, and the other is told', async () => {
    const { learner, module, enrollmentId, accountId } = await aCourse([aPackageModule('1.2', 'a')])
    const elsewhere = learner.with(await aSession(accountId, learner.id))
    const first = await opened(learner, module)
    const second = await opened(elsewhere, module)
    const refused = { status: 409, code: 'opened_elsewhere' }
    expect(await learner.refused(saveProgress, { ...first, number: 9, seconds: 1 })).toMatchObject(refused)
    const told = { number: 9, seconds: 1, activityId: 'a', cmi: older('passed') }
    expect(await learner.refused(commitScorm, { ...first, ...told })).toMatchObject(refused)
    expect(await learner.refused(keepOpen, { launchId: first.launchId })).toMatchObject(refused)
    // Nor by another session of the same person.
    expect(await learner.refused(saveProgress, { ...second, number: 1, seconds: 1 })).toMatchObject(refused)
    expect(await elsewhere.call(saveProgress, { ...second, number: 1, seconds: 7 })).toMatchObject({ state: 'started' })
    expect(await elsewhere.call(keepOpen, { launchId: second.launchId })).toEqual({ done: true })
    expect(await progressOf(enrollmentId)).toMatchObject([{ seconds: 7, state: 'started' }])
  })

  test('that open at the same moment exactly one writes', async () => {
    const { learner, module, enrollmentId } = await aCourse([aPageModule])
    for (let round = 1; round <= 5; round++) {
      const players = await Promise.all(Array.from({ length: 6 }, () => opened(learner, module)))
      const replies = await Promise.all(
        players.map((player) => learner.send(saveProgress, { ...player, number: 1, seconds: 1 })),
      )
      expect(replies.map((reply) => reply.status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409])
      expect(await progressOf(enrollmentId)).toMatchObject([{ seconds: round }])
    }
  })

  test('that write word after word, none is lost and none counts twice', async () => {
    const { learner, module, enrollmentId } = await aCourse([aPageModule])
    const player = await opened(learner, module)
    const words = Array.from({ length: 20 }, (_, at) => ({
      ...player,
      number: at + 1,
      seconds: 1,
      resume: { at: at + 1 },
    }))
    await Promise.all([...words, ...words].map((word) => learner.send(saveProgress, word)))
    expect((await progressOf(enrollmentId))[0]).toMatchObject({ resume: { at: 20 }, commitNumber: 20 })
    expect((await progressOf(enrollmentId))[0]!.seconds).toBeLessThanOrEqual(20)
  })
})

describe('a package', () => {
  const say = (
    person: Person,
    player: { launchId: string; moduleId: string },
    number: number,
    activityId: string,
    cmi: object,
  ) => person.call(commitScorm, { ...player, number, seconds: 1, activityId, cmi: cmi as Record<string, unknown> })

  test('keeps the whole data model of each activity, and hands it out at the next opening', async () => {
    const { learner, module } = await aCourse([aPackageModule('2004', 'a', 'b')])
    const cmi = {
      completion_status: 'incomplete',
      location: 'page-2',
      suspend_data: 'ü🦺'.repeat(1000),
      interactions: [{ id: 'q', learner_response: 'a', result: 'correct' }],
    }
    await say(learner, await opened(learner, module), 1, 'b', cmi)
    const { playing } = await learner.call(openModule, { moduleId: module })
    expect(playing).toMatchObject({
      kind: 'scorm',
      version: '2004',
      activities: [
        { id: 'a', state: 'not_started', cmi: null },
        { id: 'b', state: 'started', cmi },
      ],
      learner: { id: learner.id },
    })
  })

  test('keeps what is no well-formed text, as answers that were cut off and packed data are', async () => {
    const { learner, module } = await aCourse([aPackageModule('2004', 'a')])
    const cmi = { completion_status: 'completed', suspend_data: 'a\0b', interactions: [{ learner_response: '🦺'[0] }] }
    expect(await say(learner, await opened(learner, module), 1, 'a', cmi)).toMatchObject({ progress: 100 })
    const { playing } = await learner.call(openModule, { moduleId: module })
    expect(playing).toMatchObject({ activities: [{ state: 'completed', cmi }] })
  })

  test('is completed with all of its activities, failed when one failed and none is open, and has their mean as score', async () => {
    const { learner, module } = await aCourse([aPackageModule('1.2', 'a', 'b')])
    const player = await opened(learner, module)
    const score = (raw: number) => ({ score: { raw } })
    expect(await say(learner, player, 1, 'a', older('failed', score(20)))).toMatchObject({
      state: 'started',
      score: 20,
    })
    expect(await say(learner, player, 2, 'b', older('passed', score(80)))).toMatchObject({ state: 'failed', score: 50 })
    expect(await say(learner, player, 3, 'a', older('passed', score(90)))).toMatchObject({
      state: 'completed',
      score: 85,
      progress: 100,
      completedAt: expect.any(String),
    })
    expect(await say(learner, player, 4, 'a', older('failed', score(0)))).toMatchObject({
      state: 'completed',
      progress: 100,
    })
  })

  test('is told what it may not do', async () => {
    const { learner, module } = await aCourse([aPackageModule('1.2', 'a')])
    const player = await opened(learner, module)
    const told = { ...player, number: 1, seconds: 1, activityId: 'a', cmi: {} }
    expect(await learner.refused(commitScorm, { ...told, activityId: 'none' })).toMatchObject({ code: 'not_found' })
    expect(await learner.refused(commitScorm, { ...told, cmi: { x: 'x'.repeat(530_000) } })).toMatchObject({
      status: 413,
      code: 'too_large',
    })
    expect(await learner.refused(saveProgress, { ...player, number: 1, seconds: 1, isDone: true })).toMatchObject({
      code: 'not_allowed',
    })
    expect(await learner.refused(commitScorm, { ...told, seconds: -1 })).toMatchObject({ code: 'invalid_input' })
    expect(await learner.call(commitScorm, told)).toMatchObject({ state: 'started' })
  })
})

describe('S3 whoever is deactivated in the middle of a package', () => {
  test('is refused with every later word; what was before is there after the return (C5.53)', async () => {
    const { learner, admin, accountId, module, enrollmentId } = await aCourse([aPackageModule('1.2', 'a')])
    const player = await opened(learner, module)
    const word = (number: number, status: string) => ({
      ...player,
      number,
      seconds: 5,
      activityId: 'a',
      cmi: older(status, { at: number }),
    })
    await learner.call(commitScorm, word(1, 'incomplete'))
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    for (const refused of [
      learner.refused(commitScorm, word(2, 'passed')),
      learner.refused(keepOpen, { launchId: player.launchId }),
      learner.refused(openModule, { moduleId: module }),
      learner.refused(listMyCourses, {}),
    ])
      expect(await refused).toMatchObject({ status: 401, code: 'account_inactive' })
    expect(await progressOf(enrollmentId)).toMatchObject([{ state: 'started', seconds: 5, commitNumber: 1 }])

    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await learner.refused(commitScorm, word(3, 'passed'))).toMatchObject({ code: 'not_signed_in' })
    const back = learner.with(await aSession(accountId, learner.id))
    expect(await back.refused(commitScorm, word(4, 'passed'))).toMatchObject({ code: 'opened_elsewhere' })
    const { playing } = await back.call(openModule, { moduleId: module })
    expect(playing).toMatchObject({ activities: [{ state: 'started', cmi: older('incomplete', { at: 1 }) }] })
  })

  test('is refused when their date has passed (S1)', async () => {
    const { learner, module, enrollmentId } = await aCourse([aPageModule])
    const player = await opened(learner, module)
    await letDatePass(learner)
    expect(await learner.refused(saveProgress, { ...player, number: 1, seconds: 5 })).toMatchObject({
      code: 'account_inactive',
    })
    expect(await progressOf(enrollmentId)).toMatchObject([{ seconds: 0 }])
  })

  test('R2 by way of another node, has none of thirty words at once acknowledged after the answer', async () => {
    const nodes = [await aNode(aPool()), await aNode(aPool())] as const
    for (let round = 0; round < 5; round++) {
      const three = Array.from({ length: 3 }, () => aPackageModule('2004', 'a'))
      const { accountId, learner, admin, ...first } = await aCourse(three)
      const courses = [first]
      while (courses.length < 10) courses.push({ ...first, ...(await courseIn(accountId, learner, three)) })
      const ids = courses.flatMap((course) => course.modules)
      const progress = async () => (await Promise.all(courses.map((course) => progressOf(course.enrollmentId)))).flat()
      const players = await Promise.all(ids.map((moduleId) => opened(learner, moduleId)))
      let [answeredAt, served, late, isOver] = [Infinity, 0, 0, false]
      let underFire!: () => void
      const isUnderFire = new Promise<void>((resolve) => (underFire = resolve))
      const writers = players.map(async (player, place) => {
        const writer = learner.at(nodes[place % 2]!)
        for (let number = 1; !isOver; number++) {
          const startedAt = performance.now()
          const cmi = { completion_status: 'incomplete', location: String(number) }
          const reply = await writer.send(commitScorm, { ...player, number, seconds: 1, activityId: 'a', cmi })
          if (reply.status !== 200) return { number, reply }
          if (startedAt > answeredAt) late++
          if (++served === 60) underFire()
        }
        throw new Error('Nobody refused.')
      })
      await isUnderFire
      await admin.at(nodes[round % 2]!).call(deactivateUsers, { users: { ids: [learner.id] } })
      answeredAt = performance.now()
      const atAnswer = await progress()
      const refused = await Promise.all(writers)
      isOver = true

      expect(late).toBe(0)
      for (const { reply } of refused) expect(reply).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
      const after = await progress()
      expect(after).toEqual(atAnswer)
      // And what was acknowledged is there: the last word of each, no more and no less.
      expect(new Map(after.map((row) => [row.moduleId, row.commitNumber]))).toEqual(
        new Map(refused.map(({ number }, place) => [ids[place]!, number - 1])),
      )
    }
  })
})

describe('who may open what', () => {
  test('nobody a course that they do not have, have no more, or that is closed', async () => {
    const { learner, module, courseId, enrollmentId, owner, admin, author } = await aCourse([aPageModule])
    const player = await opened(learner, module)
    for (const person of [owner, admin, author]) {
      expect(await person.refused(openModule, { moduleId: module })).toMatchObject({ code: 'not_found' })
      expect(await person.refused(getOutline, { courseId })).toMatchObject({ code: 'not_found' })
    }
    expect(await learner.refused(openModule, { moduleId: randomUUID() })).toMatchObject({ code: 'not_found' })
    const word = { ...player, number: 1, seconds: 1 }
    for (const state of ['draft', 'archived'] as const) {
      await store.updateTable('courses').set({ state }).where('id', '=', courseId).execute()
      expect(await learner.refused(openModule, { moduleId: module })).toMatchObject({ code: 'not_found' })
      expect(await learner.refused(saveProgress, word)).toMatchObject({ code: 'opened_elsewhere' })
      expect((await learner.call(listMyCourses, {})).items).toEqual([])
      expect((await learner.call(listMyHistory, {})).items).toMatchObject([{ enrollmentId }])
    }
    await store.updateTable('courses').set({ state: 'published' }).where('id', '=', courseId).execute()
    await store.updateTable('enrollments').set({ isCurrent: false }).where('id', '=', enrollmentId).execute()
    expect(await learner.refused(openModule, { moduleId: module })).toMatchObject({ code: 'not_found' })
    expect(await learner.refused(saveProgress, word)).toMatchObject({ code: 'opened_elsewhere' })
  })

  test('a preview is for those who make courses, also of a draft; nothing of it is recorded', async () => {
    const { accountId, learner, owner } = await aCourse([aPageModule])
    const draft = await courseIn(accountId, learner, [aPackageModule('1.2', 'a'), aPageModule], { state: 'draft' })
    const open = { moduleId: draft.module, preview: true }
    expect(await learner.refused(openModule, open)).toMatchObject({ code: 'not_found' })
    expect(await learner.refused(getOutline, { courseId: draft.courseId, preview: 'true' })).toMatchObject({
      code: 'not_found',
    })
    for (const person of [draft.author, owner]) {
      expect(await person.call(getOutline, { courseId: draft.courseId, preview: 'true' })).toMatchObject({
        enrollmentId: null,
        progress: 0,
      })
      const { launchId } = await person.call(openModule, open)
      const word = { launchId, moduleId: draft.module, number: 1, seconds: 9 }
      expect(await person.call(commitScorm, { ...word, activityId: 'a', cmi: older('passed') })).toMatchObject({
        state: 'started',
        progress: 0,
      })
      expect(await person.call(saveProgress, word)).toMatchObject({ progress: 0 })
    }
    expect(await progressOf(draft.enrollmentId)).toEqual([])
  })
})

test('my courses say what is due first, and what has passed is overdue (C7.77)', async () => {
  const { accountId, learner, courseId } = await aCourse([aPageModule])
  const [soon, passed] = [
    await courseIn(accountId, learner, [aPageModule]),
    await courseIn(accountId, learner, [aPageModule]),
  ]
  const due = (enrollmentId: string, dueDate: string) =>
    store.updateTable('enrollments').set({ dueDate }).where('id', '=', enrollmentId).execute()
  await due(soon.enrollmentId, '2999-01-01')
  await due(passed.enrollmentId, '2024-01-01')
  await opened(learner, soon.module)
  const { items } = await learner.call(listMyCourses, {})
  expect(items.map((item) => [item.courseId, item.state])).toEqual([
    [passed.courseId, 'overdue'],
    [soon.courseId, 'in_progress'],
    [courseId, 'not_started'],
  ])
})
