import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  addCourse,
  addModule,
  addSection,
  arrangeCourse,
  changeCourseState,
  type Course,
  deleteSection,
  editCourse,
  editModule,
  editSection,
  getCourse,
  removeModule,
} from '#contract/courses.ts'
import type { Call } from '#contract/endpoint.ts'
import { anAccount, aPerson, store } from '#tests/harness/account.ts'
import { pdf, picture, sound, video } from '#tests/harness/media.ts'
import { aPackage } from '#tests/harness/packages.ts'
import { upload } from '#tests/harness/upload.ts'

type Content = Call<typeof addModule>['content']
const link: Content = { kind: 'link', url: 'https://example.org/rules' }
const quiz = (...ids: string[]): Content => ({
  kind: 'quiz',
  quiz: {
    questions: ids.map((id) => ({ id, kind: 'text', text: 'Why?', accepted: ['So'] })),
    passMark: 50,
    mostAttempts: 3,
  },
})
const page: Content = { kind: 'page', document: { type: 'doc', content: [{ type: 'paragraph' }] } }

async function withCourse() {
  const account = await anAccount()
  const author = await aPerson(account.accountId, 'author')
  const begun = await author.call(addCourse, { title: 'Fire safety' })
  const courseId = begun.id
  const sectionId = begun.sections[0]!.id
  const add = async (title: string, content: Content = link, isRequired = true) => {
    const { sections } = await author.call(addModule, { courseId, sectionId, title, content, isRequired })
    return sections[0]!.modules.at(-1)!
  }
  const now = () => author.call(getCourse, { courseId })
  return { ...account, author, courseId, sectionId, add, now }
}

const outline = ({ sections }: Course) =>
  sections.map(({ title, modules }) => [title, ...modules.map((module) => module.title)])

describe('a module', () => {
  test('of every kind is kept as it was handed in, with what its file is', async () => {
    const { add, author, now } = await withCourse()
    const files = {
      video: await upload(author, 'video', video),
      audio: await upload(author, 'audio', sound()),
      document: await upload(author, 'document', pdf()),
      package: await upload(author, 'package', await aPackage()),
    }
    const contents: Content[] = [
      page,
      { kind: 'video', fileId: files.video.id },
      { kind: 'audio', fileId: files.audio.id },
      { kind: 'document', fileId: files.document.id },
      link,
      { kind: 'scorm', fileId: files.package.id },
      quiz('a', 'b'),
    ]
    for (const content of contents) await add(content.kind, content, content.kind !== 'link')
    const { modules } = (await now()).sections[0]!
    expect(modules.map(({ content }) => content)).toEqual(
      contents.slice(0, -1).concat(expect.objectContaining({ kind: 'quiz' })),
    )
    expect(modules.map(({ file }) => file)).toEqual([
      null,
      files.video,
      files.audio,
      files.document,
      null,
      files.package,
      null,
    ])
    expect(modules.map(({ title, kind, isRequired, version }) => [title, kind, isRequired, version])).toEqual(
      contents.map(({ kind }) => [kind, kind, kind !== 'link', 1]),
    )
  })

  test('shows a file of its kind and of this account only, and the field is named', async () => {
    const { author, courseId, sectionId } = await withCourse()
    const elsewhere = await withCourse()
    const refused = (content: Content) => author.refused(addModule, { courseId, sectionId, title: 'M', content })
    const ofKind = {
      image: (await upload(author, 'image', picture)).id,
      video: (await upload(author, 'video', video)).id,
      document: (await upload(author, 'document', pdf())).id,
      package: (await upload(author, 'package', await aPackage())).id,
    }
    for (const [kind, fileId] of [
      ['video', ofKind.image],
      ['video', ofKind.document],
      ['audio', ofKind.video],
      ['document', ofKind.package],
      ['scorm', ofKind.document],
    ] as const)
      expect(await refused({ kind, fileId })).toMatchObject({
        status: 422,
        code: 'wrong_file',
        where: [
          {
            at: 'content.fileId',
            message: expect.stringMatching(/^This module needs a file of the kind \w+; this is/),
          },
        ],
      })
    for (const fileId of [randomUUID(), (await upload(elsewhere.author, 'video', video)).id])
      expect(await refused({ kind: 'video', fileId })).toMatchObject({
        status: 422,
        code: 'unknown_file',
        where: [{ at: 'content.fileId' }],
      })
    expect(await author.call(getCourse, { courseId })).toMatchObject({ version: 1, sections: [{ modules: [] }] })
  })

  test('has values that can be: addresses, questions, answers', async () => {
    const { author, courseId, sectionId } = await withCourse()
    const choices = (...right: boolean[]) => right.map((isRight, n) => ({ id: `c${n}`, text: `Choice ${n}`, isRight }))
    const asking = (question: object, more: object = {}) => ({
      kind: 'quiz',
      quiz: { questions: [{ id: 'q', text: 'Why?', ...question }], passMark: 50, mostAttempts: null, ...more },
    })
    for (const [content, at, message] of [
      [{ kind: 'link', url: 'javascript:alert(1)' }, 'content.url', 'https://'],
      [{ kind: 'link', url: 'ftp://example.org' }, 'content.url', 'https://'],
      [{ kind: 'link', url: 'example' }, 'content.url', 'https://'],
      [
        asking({ kind: 'single', choices: choices(false, false) }),
        'content.quiz.questions.0.choices',
        'Mark the right answer',
      ],
      [
        asking({ kind: 'multiple', choices: choices(false, false) }),
        'content.quiz.questions.0.choices',
        'Mark the right answer',
      ],
      [asking({ kind: 'single', choices: choices(true, true) }), 'content.quiz.questions.0.choices', 'Mark one answer'],
      [asking({ kind: 'single', choices: choices(true) }), 'content.quiz.questions.0.choices', 'at least two'],
      [asking({ kind: 'text' }), 'content.quiz.questions.0.accepted', 'at least one'],
      [asking({ kind: 'text', accepted: ['So'] }, { passMark: 101 }), 'content.quiz.passMark', ''],
      [asking({ kind: 'text', accepted: ['So'] }, { mostAttempts: 0 }), 'content.quiz.mostAttempts', ''],
    ] as const) {
      const input = { courseId, sectionId, title: 'M', content } as Call<typeof addModule>
      expect(await author.refused(addModule, input)).toMatchObject({
        status: 422,
        code: 'invalid_input',
        where: [{ at, message: expect.stringContaining(message) }],
      })
    }
    for (const content of [{ kind: 'program' }, { ...link, fileId: randomUUID() }, {}])
      expect(
        await author.refused(addModule, { courseId, sectionId, title: 'M', content: content as Content }),
      ).toMatchObject({
        code: 'invalid_input',
      })
  })

  test('is edited part by part, keeps its kind, and not over the head of somebody else', async () => {
    const { add, admin, author, courseId, now } = await withCourse()
    const { id: moduleId } = await add('Rules')
    const edit = (version: number, told: object) => author.call(editModule, { courseId, moduleId, version, ...told })
    await edit(1, { title: 'The rules' })
    await admin.call(editModule, { courseId, moduleId, version: 2, isRequired: false })
    expect(await author.refused(editModule, { courseId, moduleId, version: 2, title: 'Late' })).toMatchObject({
      status: 409,
      code: 'stale_edit',
      version: 3,
    })
    const changed = await edit(3, { content: { kind: 'link', url: 'https://example.org/new' } })
    expect(changed.sections[0]!.modules).toMatchObject([
      { title: 'The rules', isRequired: false, content: { url: 'https://example.org/new' }, version: 4 },
    ])
    expect(await author.refused(editModule, { courseId, moduleId, version: 4, content: page })).toMatchObject({
      status: 422,
      code: 'wrong_file',
      where: [{ at: 'content.kind', message: 'This module is of the kind link.' }],
    })
    expect(await now()).toEqual(changed)
    expect(changed.version).toBe(5)
  })

  test('is removed, and is no module any more', async () => {
    const { add, author, courseId, now } = await withCourse()
    const [first] = [await add('One'), await add('Two')]
    const asked = { courseId, moduleId: first.id }
    expect(outline(await author.call(removeModule, asked))).toEqual([['Section 1', 'Two']])
    expect(await author.refused(removeModule, asked)).toMatchObject({ status: 404, code: 'not_found' })
    expect(await author.refused(editModule, { ...asked, version: 1 })).toMatchObject({ status: 404, code: 'not_found' })
    await add('Three')
    expect(outline(await now())).toEqual([['Section 1', 'Two', 'Three']])
  })
})

describe('sections', () => {
  test('are added, renamed and put in order with their modules', async () => {
    const { add, author, courseId, now, sectionId } = await withCourse()
    const modules = [await add('One'), await add('Two'), await add('Three')].map(({ id }) => id)
    const second = (await author.call(addSection, { courseId, title: 'Last' })).sections[1]!.id
    await author.call(editSection, { courseId, sectionId, title: 'First' })
    expect(outline(await now())).toEqual([['First', 'One', 'Two', 'Three'], ['Last']])
    const arranged = await author.call(arrangeCourse, {
      courseId,
      sections: [
        { id: second, moduleIds: [modules[2]!, modules[0]!] },
        { id: sectionId, moduleIds: [modules[1]!] },
      ],
    })
    expect(outline(arranged)).toEqual([
      ['Last', 'Three', 'One'],
      ['First', 'Two'],
    ])
    expect(
      outline(await author.call(addModule, { courseId, sectionId: second, title: 'Four', content: link })),
    ).toEqual([
      ['Last', 'Three', 'One', 'Four'],
      ['First', 'Two'],
    ])
  })

  test('are put in order only as they are: whoever does not know of a module is told', async () => {
    const { add, author, courseId, now, sectionId } = await withCourse()
    const elsewhere = await withCourse()
    const [one, two] = [(await add('One')).id, (await add('Two')).id]
    const foreign = (await elsewhere.add('Theirs')).id
    const before = await now()
    for (const sections of [
      [{ id: sectionId, moduleIds: [one] }],
      [{ id: sectionId, moduleIds: [one, one] }],
      [{ id: sectionId, moduleIds: [one, two, two] }],
      [{ id: sectionId, moduleIds: [one, two, foreign] }],
      [{ id: sectionId, moduleIds: [one, foreign] }],
      [{ id: one, moduleIds: [sectionId, two] }],
      [{ id: elsewhere.sectionId, moduleIds: [one, two] }],
    ])
      expect(await author.refused(arrangeCourse, { courseId, sections })).toMatchObject({
        status: 409,
        code: 'stale_edit',
      })
    expect(await now()).toEqual(before)
  })

  test('are deleted with their modules, the last one never', async () => {
    const { add, author, courseId, sectionId } = await withCourse()
    const { sections } = await author.call(addSection, { courseId, title: 'Two' })
    await add('One')
    expect(outline(await author.call(deleteSection, { courseId, sectionId }))).toEqual([['Two']])
    const last = { courseId, sectionId: sections[1]!.id }
    expect(await author.refused(deleteSection, last)).toMatchObject({ status: 409, code: 'last_section' })
    expect(await author.refused(deleteSection, { courseId, sectionId })).toMatchObject({
      status: 404,
      code: 'not_found',
    })
    expect(await author.refused(editSection, { courseId, sectionId, title: 'X' })).toMatchObject({ status: 404 })
    expect(await author.refused(addModule, { courseId, sectionId, title: 'M', content: link })).toMatchObject({
      status: 422,
      code: 'unknown_section',
    })
  })
})

describe('while people learn', () => {
  /** A published course of these modules, and a learner who did some of them. */
  async function learnt(done: readonly string[], modules: readonly [string, boolean][]) {
    const scene = await withCourse()
    const { accountId, add, author, courseId, learner } = scene
    const ids: Record<string, string> = {}
    for (const [title, isRequired] of modules) ids[title] = (await add(title, link, isRequired)).id
    await author.call(editCourse, { courseId, version: (await scene.now()).version, givesCertificate: true })
    await author.call(changeCourseState, { courseId, state: 'published' })
    const { id: enrollmentId } = await store
      .insertInto('enrollments')
      .values({ accountId, courseId, userId: learner.id })
      .returning('id')
      .executeTakeFirstOrThrow()
    for (const title of done)
      await store
        .insertInto('moduleProgress')
        .values({ accountId, enrollmentId, moduleId: ids[title]!, state: 'completed', seconds: 60 })
        .execute()
    const standing = async () => {
      const { progress, completedAt } = await store
        .selectFrom('enrollments')
        .select(['progress', 'completedAt'])
        .where('id', '=', enrollmentId)
        .executeTakeFirstOrThrow()
      const certificates = await store
        .selectFrom('certificates')
        .select('id')
        .where('enrollmentId', '=', enrollmentId)
        .execute()
      const mails = await store
        .selectFrom('mails')
        .select('kind')
        .where('userId', '=', learner.id)
        .where('kind', '=', 'certificate')
        .execute()
      return [progress, completedAt !== null, certificates.length, mails.length]
    }
    return { ...scene, ids, enrollmentId, standing }
  }
  const [open, complete] = [false, true]

  test('S4 a module that comes or goes changes how far they are, and takes nothing from them', async () => {
    const { add, author, courseId, enrollmentId, ids, standing } = await learnt(
      ['A'],
      [
        ['A', true],
        ['B', true],
      ],
    )
    const { id: third } = await add('C')
    expect(await standing()).toEqual([33, open, 0, 0])
    await add('D', link, false)
    expect(await standing()).toEqual([33, open, 0, 0])
    await author.call(editModule, { courseId, moduleId: third, version: 1, isRequired: false })
    expect(await standing()).toEqual([50, open, 0, 0])
    await author.call(removeModule, { courseId, moduleId: ids['B']! })
    expect(await standing()).toEqual([100, complete, 1, 1])
    await add('E')
    await author.call(removeModule, { courseId, moduleId: ids['A']! })
    expect(await standing()).toEqual([100, complete, 1, 1])
    expect(
      await store.selectFrom('moduleProgress').select('state').where('enrollmentId', '=', enrollmentId).execute(),
    ).toEqual([{ state: 'completed' }])
  })

  test('where no module is required, all are', async () => {
    const { author, courseId, ids, standing } = await learnt(
      ['A'],
      [
        ['A', true],
        ['B', true],
      ],
    )
    await author.call(editModule, { courseId, moduleId: ids['B']!, version: 1, isRequired: false })
    expect(await standing()).toEqual([100, complete, 1, 1])
    const other = await learnt(
      ['A'],
      [
        ['A', false],
        ['B', true],
      ],
    )
    await other.author.call(editModule, {
      courseId: other.courseId,
      moduleId: other.ids['B']!,
      version: 1,
      isRequired: false,
    })
    expect(await other.standing()).toEqual([50, open, 0, 0])
  })

  test('what is not current stays as it was', async () => {
    const { add, enrollmentId, standing } = await learnt(['A'], [['A', true]])
    await store
      .updateTable('enrollments')
      .set({ isCurrent: false, progress: 70 })
      .where('id', '=', enrollmentId)
      .execute()
    await add('B')
    expect(await standing()).toEqual([70, open, 0, 0])
  })

  test('a published course stays one that can be learnt', async () => {
    const { author, courseId, ids, now, sectionId } = await learnt([], [['A', true]])
    await author.call(addSection, { courseId, title: 'Empty' })
    const before = await now()
    const none = { status: 409, code: 'nothing_to_publish' }
    expect(await author.refused(removeModule, { courseId, moduleId: ids['A']! })).toMatchObject(none)
    expect(await author.refused(deleteSection, { courseId, sectionId })).toMatchObject(none)
    const empty = { status: 409, code: 'quiz_without_questions' }
    expect(await author.refused(addModule, { courseId, sectionId, title: 'Q', content: quiz() })).toMatchObject(empty)
    expect(await now()).toEqual(before)
    const { sections } = await author.call(addModule, { courseId, sectionId, title: 'Q', content: quiz('q') })
    const moduleId = sections[0]!.modules[1]!.id
    expect(await author.refused(editModule, { courseId, moduleId, version: 1, content: quiz() })).toMatchObject({
      ...empty,
      moduleId,
    })
  })
})
