import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import {
  addCourse,
  addModule,
  changeCourseState,
  type CourseState,
  editCourse,
  editModule,
  getCourse,
  getCourseRow,
  listCourses,
} from '#contract/courses.ts'
import type { Call } from '#contract/endpoint.ts'
import { assign, enroll as enrollEndpoint } from '#contract/enrollments.ts'
import { addGroup, changeMembers } from '#contract/groups.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { anAccount, aPerson, letDatePass, somebodyWaits, store } from '#tests/harness/account.ts'
import { pdf, picture } from '#tests/harness/media.ts'
import { upload } from '#tests/harness/upload.ts'

const link = { kind: 'link', url: 'https://example.org/rules' } as const
const question = { id: 'q', kind: 'text', text: 'Why?', accepted: ['So'] } as const
const quizOf = (...questions: (typeof question)[]): Call<typeof addModule>['content'] => ({
  kind: 'quiz',
  quiz: {
    questions: questions.map((one) => ({ ...one, accepted: [...one.accepted] })),
    passMark: 50,
    mostAttempts: null,
  },
})

async function withCourse(learners = 1) {
  const account = await anAccount({ learners })
  const author = await aPerson(account.accountId, 'author')
  const course = await author.call(addCourse, { title: 'Fire safety' })
  const courseId = course.id
  const sectionId = course.sections[0]!.id
  const change = (state: CourseState) => author.call(changeCourseState, { courseId, state })
  const withModule = () => author.call(addModule, { courseId, sectionId, title: 'Rules', content: link })
  const enroll = async (userId: string, told: { completedAt?: string } = {}) =>
    store
      .insertInto('enrollments')
      .values({ accountId: account.accountId, courseId, userId, ...told })
      .execute()
  return { ...account, author, course, courseId, sectionId, change, withModule, enroll }
}

describe('a course', () => {
  test('begins as a draft with one empty section, and is edited field by field', async () => {
    const { author, course, courseId } = await withCourse()
    expect(course).toEqual({
      id: courseId,
      title: 'Fire safety',
      description: '',
      coverFileId: null,
      state: 'draft',
      givesCertificate: false,
      certificateMonths: null,
      version: 1,
      sections: [{ id: course.sections[0]!.id, title: 'Section 1', modules: [] }],
    })
    const cover = await upload(author, 'image', picture)
    const edited = await author.call(editCourse, {
      courseId,
      version: 1,
      title: ' Fire ',
      description: 'What to do',
      coverFileId: cover.id,
      givesCertificate: true,
      certificateMonths: 24,
    })
    const now = {
      title: 'Fire',
      description: 'What to do',
      coverFileId: cover.id,
      givesCertificate: true,
      certificateMonths: 24,
    }
    expect(edited).toEqual({ ...course, ...now, version: 2 })
    expect(await author.call(editCourse, { courseId, version: 2, coverFileId: null, certificateMonths: null })).toEqual(
      {
        ...course,
        ...now,
        coverFileId: null,
        certificateMonths: null,
        version: 3,
      },
    )
    expect(await author.call(getCourse, { courseId })).toMatchObject({ version: 3 })
  })

  test('is not edited over the head of somebody else: whoever is late is told which version there is', async () => {
    const { admin, author, courseId } = await withCourse()
    await admin.call(editCourse, { courseId, version: 1, title: 'By Ada' })
    expect(await author.refused(editCourse, { courseId, version: 1, title: 'By Arthur' })).toMatchObject({
      status: 409,
      code: 'stale_edit',
      version: 2,
    })
    expect(await author.call(getCourse, { courseId })).toMatchObject({ title: 'By Ada', version: 2 })
  })

  test('of two edits at once one waits, and is then told', async () => {
    const { author, courseId } = await withCourse()
    const first = await store.startTransaction().execute()
    await first.updateTable('courses').set({ version: 2, title: 'First' }).where('id', '=', courseId).execute()
    const second = author.refused(editCourse, { courseId, version: 1, title: 'Second' })
    await somebodyWaits()
    await first.commit().execute()
    expect(await second).toMatchObject({ code: 'stale_edit', version: 2 })
    expect(await author.call(getCourse, { courseId })).toMatchObject({ title: 'First' })
  })

  test('takes as its cover a picture of this account, and nothing else', async () => {
    const { author, courseId } = await withCourse()
    const elsewhere = await withCourse()
    const edit = (coverFileId: string) => author.refused(editCourse, { courseId, version: 1, coverFileId })
    const document = await upload(author, 'document', pdf())
    expect(await edit(document.id)).toMatchObject({ status: 422, code: 'wrong_file', where: [{ at: 'coverFileId' }] })
    for (const id of [randomUUID(), (await upload(elsewhere.author, 'image', picture)).id])
      expect(await edit(id)).toMatchObject({ status: 422, code: 'unknown_file' })
    expect(await author.call(getCourse, { courseId })).toMatchObject({ coverFileId: null, version: 1 })
  })

  test('has values that can be', async () => {
    const { author, courseId } = await withCourse()
    for (const wrong of [
      { title: '' },
      { title: 'x'.repeat(201) },
      { title: 'two\nlines' },
      { title: 'a\0' },
      { description: 'x'.repeat(5001) },
      { certificateMonths: 0 },
      { certificateMonths: 601 },
      { givesCertificate: 'yes' },
      { coverFileId: 'cover' },
      { state: 'published' },
      { sections: [] },
    ]) {
      const input = { courseId, version: 1, ...wrong } as Call<typeof editCourse>
      expect(await author.refused(editCourse, input)).toMatchObject({ status: 422, code: 'invalid_input' })
    }
    for (const wrong of [{}, { title: ' ' }, { title: 'T', state: 'published' }])
      expect(await author.refused(addCourse, wrong as Call<typeof addCourse>)).toMatchObject({ code: 'invalid_input' })
  })

  test('is made by authors and those above, and seen by those who enroll', async () => {
    const { accountId, admin, author, course, courseId, learner, owner } = await withCourse()
    const head = await aPerson(accountId, 'department_administrator')
    for (const person of [owner, admin, author]) expect(await person.call(getCourse, { courseId })).toEqual(course)
    for (const person of [head, learner]) {
      const refusal = { status: 403, code: 'not_allowed' }
      expect(await person.refused(getCourse, { courseId })).toMatchObject(refusal)
      expect(await person.refused(addCourse, { title: 'Mine' })).toMatchObject(refusal)
      expect(await person.refused(editCourse, { courseId, version: 1 })).toMatchObject(refusal)
      expect(await person.refused(changeCourseState, { courseId, state: 'archived' })).toMatchObject(refusal)
    }
    expect(await head.call(getCourseRow, { courseId })).toMatchObject({ title: 'Fire safety' })
    expect(await learner.refused(getCourseRow, { courseId })).toMatchObject({ status: 403 })
    expect(await learner.refused(listCourses, {})).toMatchObject({ status: 403 })
    await admin.call(deactivateUsers, { users: { ids: [author.id] } })
    expect(await author.refused(getCourse, { courseId })).toMatchObject({ status: 401, code: 'account_inactive' })
  })
})

describe('S4 a draft has no learners', () => {
  const refused = { status: 409, code: 'has_learners' }

  test('also where somebody is enrolled and it is not committed yet: it waits, and is refused', async () => {
    const { accountId, author, change, courseId, learner, withModule } = await withCourse()
    await withModule()
    await change('published')
    const held = await store.startTransaction().execute()
    await held.insertInto('enrollments').values({ accountId, courseId, userId: learner.id }).execute()
    const asked = author.refused(changeCourseState, { courseId, state: 'draft' })
    await somebodyWaits()
    await held.commit().execute()
    expect(await asked).toMatchObject(refused)
  })

  test('also where it becomes one, which is not committed yet: the enrollment waits, and is refused', async () => {
    const { admin, change, courseId, learner, withModule } = await withCourse()
    await withModule()
    await change('published')
    const held = await store.startTransaction().execute()
    await sql`select from courses where id = ${courseId} for update`.execute(held)
    await held.updateTable('courses').set({ state: 'draft' }).where('id', '=', courseId).execute()
    const asked = admin.refused(enrollEndpoint, { courseIds: [courseId], users: { ids: [learner.id] } })
    await somebodyWaits()
    await held.commit().execute()
    expect(await asked).toMatchObject({ code: 'course_not_published' })
  })
})

describe('the list of courses', () => {
  test('S1 counts modules, and the people who have it and are in', async () => {
    const { admin, author, courseId, enroll, people, withModule } = await withCourse(5)
    await withModule()
    const [has, done, inactive, due, withdrawn] = people
    await enroll(has!.id)
    for (const person of [done!, inactive!, due!]) await enroll(person.id, { completedAt: '2026-01-01T00:00:00Z' })
    await enroll(withdrawn!.id)
    await store.updateTable('enrollments').set({ isCurrent: false }).where('userId', '=', withdrawn!.id).execute()
    await admin.call(deactivateUsers, { users: { ids: [inactive!.id] } })
    await letDatePass(due!)
    const row = { id: courseId, title: 'Fire safety', state: 'draft', modules: 1, enrolled: 2, completed: 1 }
    expect((await author.call(listCourses, {})).items).toMatchObject([row])
    expect(await author.call(getCourseRow, { courseId })).toMatchObject(row)
  })

  test('R33 counts for a department administrator those whom they may see', async () => {
    const { accountId, courseId, enroll, people } = await withCourse(2)
    const { id: departmentId } = await store
      .insertInto('departments')
      .values({ accountId, name: 'Mine' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const head = await aPerson(accountId, 'department_administrator')
    await store.insertInto('managedDepartments').values({ accountId, userId: head.id, departmentId }).execute()
    await store.updateTable('profiles').set({ departmentId }).where('userId', '=', people[0]!.id).execute()
    for (const person of people) await enroll(person.id)
    expect(await head.call(getCourseRow, { courseId })).toMatchObject({ enrolled: 1, completed: 0 })
  })

  test('is by title, found by a part of it in any letters, and read page by page', async () => {
    const { author, change } = await withCourse()
    const elsewhere = await withCourse()
    for (const title of ['Über uns', '100 % safe', 'A_B', 'Zebra', 'data protection', 'Step 10', 'Step 2', '20 rules'])
      await author.call(addCourse, { title })
    const titles = async (input: Call<typeof listCourses>) =>
      (await author.call(listCourses, input)).items.map(({ title }) => title)
    const all = await titles({})
    expect(all).toEqual([
      '20 rules',
      '100 % safe',
      'A_B',
      'data protection',
      'Fire safety',
      'Step 2',
      'Step 10',
      'Über uns',
      'Zebra',
    ])

    const read: string[] = []
    let cursor: string | undefined
    do {
      const page = await author.call(listCourses, { limit: 2, ...(cursor && { cursor }) })
      expect(page.items.length).toBeLessThanOrEqual(2)
      read.push(...page.items.map(({ title }) => title))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(read).toEqual(all)

    expect(await titles({ search: 'UBER' })).toEqual(['Über uns'])
    expect(await titles({ search: 'safe' })).toEqual(['100 % safe', 'Fire safety'])
    expect(await titles({ search: '%' })).toEqual(['100 % safe'])
    expect(await titles({ search: '_' })).toEqual(['A_B'])
    expect(await titles({ search: '\\' })).toEqual([])
    await change('archived')
    expect(await titles({})).not.toContain('Fire safety')
    expect(await titles({ state: 'archived' })).toEqual(['Fire safety'])
    expect(await titles({ state: 'published' })).toEqual([])
    const { next } = await author.call(listCourses, { limit: 1 })
    expect(await author.refused(listCourses, { limit: 1, search: 'a', cursor: next! })).toMatchObject({
      code: 'wrong_cursor',
    })
    expect((await elsewhere.author.call(listCourses, {})).items).toHaveLength(1)
  })
})

describe('a course is', () => {
  test('published when it has a module and every quiz a question', async () => {
    const { author, change, courseId, sectionId } = await withCourse()
    expect(await author.refused(changeCourseState, { courseId, state: 'published' })).toMatchObject({
      status: 409,
      code: 'nothing_to_publish',
    })
    const { sections } = await author.call(addModule, { courseId, sectionId, title: 'Quiz', content: quizOf() })
    expect(await author.refused(changeCourseState, { courseId, state: 'published' })).toMatchObject({
      status: 409,
      code: 'quiz_without_questions',
      moduleId: sections[0]!.modules[0]!.id,
    })
    await author.call(addModule, { courseId, sectionId, title: 'Quiz 2', content: quizOf(question) })
    await author.call(addModule, { courseId, sectionId, title: 'Rules', content: link })
    const { id: moduleId, version } = sections[0]!.modules[0]!
    await author.call(editModule, { courseId, moduleId, version, content: quizOf(question) })
    expect(await change('published')).toMatchObject({ state: 'published' })
    const { publishedAt } = await store
      .selectFrom('courses')
      .select('publishedAt')
      .where('id', '=', courseId)
      .executeTakeFirstOrThrow()
    expect(publishedAt).not.toBeNull()
  })

  test('C7.76 then given at once to those of its groups who are in, and to nobody twice', async () => {
    const { accountId, admin, author, change, courseId, people, withModule } = await withCourse(3)
    await withModule()
    const group = await admin.call(addGroup, { name: 'Newcomers' })
    await admin.call(changeMembers, { groupId: group.id, users: { ids: people.map(({ id }) => id) }, change: 'add' })
    await change('published')
    await admin.call(assign, { courseId, groupId: group.id })
    await store.deleteFrom('mails').where('accountId', '=', accountId).execute()
    await store.deleteFrom('enrollments').where('accountId', '=', accountId).execute()
    await change('archived')
    await admin.call(deactivateUsers, { users: { ids: [people[2]!.id] } })
    await store
      .insertInto('enrollments')
      .values({ accountId, courseId, userId: people[0]!.id, isCurrent: false })
      .execute()
    await author.call(changeCourseState, { courseId, state: 'published' })
    const enrolled = await store
      .selectFrom('enrollments')
      .select('userId')
      .where('courseId', '=', courseId)
      .where('isCurrent', '=', true)
      .execute()
    expect(enrolled).toEqual([{ userId: people[1]!.id }])
    const told = await store
      .selectFrom('mails')
      .select(['userId', 'kind'])
      .where('kind', '=', 'course_assigned')
      .where('accountId', '=', accountId)
      .execute()
    expect(told).toEqual([{ userId: people[1]!.id, kind: 'course_assigned' }])
  })

  test('taken back to draft only while nobody has it, and archived at any time; nothing is lost by it (S4)', async () => {
    const { author, change, courseId, enroll, learner, withModule } = await withCourse()
    await withModule()
    await change('published')
    expect(await change('draft')).toMatchObject({ state: 'draft' })
    await change('published')
    await enroll(learner.id, { completedAt: '2026-01-01T00:00:00Z' })
    const before = await store.selectFrom('enrollments').selectAll().where('courseId', '=', courseId).execute()
    expect(await author.refused(changeCourseState, { courseId, state: 'draft' })).toMatchObject({
      status: 409,
      code: 'has_learners',
    })
    expect(await change('archived')).toMatchObject({ state: 'archived' })
    expect(await change('archived')).toMatchObject({ state: 'archived' })
    expect(await change('published')).toMatchObject({ state: 'published' })
    expect(await store.selectFrom('enrollments').selectAll().where('courseId', '=', courseId).execute()).toEqual(before)
    await store.updateTable('enrollments').set({ isCurrent: false }).where('courseId', '=', courseId).execute()
    expect(await change('draft')).toMatchObject({ state: 'draft' })
  })
})
