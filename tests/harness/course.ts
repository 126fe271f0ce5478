import type { Quiz, StoredFile } from '#contract/courses.ts'
import { openModule } from '#contract/portal.ts'
import { anAccount, aPerson, type Person, store } from './account.ts'

interface ModuleTold {
  readonly kind: 'page' | 'quiz' | 'scorm' | 'link'
  readonly isRequired?: boolean
  readonly quiz?: Quiz
  /** Of a package: its version and the ids of its activities, or a file that was uploaded. */
  readonly manifest?: { version: '1.2' | '2004'; activities: readonly string[] }
  readonly fileId?: string
}

interface CourseTold {
  readonly givesCertificate?: boolean
  readonly certificateMonths?: number | null
  readonly state?: 'draft' | 'published' | 'archived'
}

export const aPageModule: ModuleTold = { kind: 'page' }
export const aPackageModule = (version: '1.2' | '2004', ...activities: string[]): ModuleTold => ({
  kind: 'scorm',
  manifest: { version, activities },
})

/** A quiz of one question of each kind: right are `b`, `a` with `c`, and "Blue sky". */
export const aQuiz = (mostAttempts: number | null, passMark = 60): ModuleTold => ({
  kind: 'quiz',
  quiz: {
    passMark,
    mostAttempts,
    questions: [
      { id: 'one', kind: 'single', text: 'Which?', choices: choices('b'), accepted: [] },
      { id: 'more', kind: 'multiple', text: 'Which ones?', choices: choices('a', 'c'), accepted: [] },
      { id: 'text', kind: 'text', text: 'What?', choices: [], accepted: ['Blue sky'] },
    ],
  },
})
const choices = (...right: string[]) =>
  ['a', 'b', 'c'].map((id) => ({ id, text: `Answer ${id}`, isRight: right.includes(id) }))

/** A course of these modules in an account of its own, which its learner has. */
export async function aCourse(modules: readonly ModuleTold[], told: CourseTold = {}) {
  const account = await anAccount()
  return { ...account, ...(await courseIn(account.accountId, account.learner, modules, told)) }
}

/** A course of these modules in an account that is there. */
export async function courseIn(
  accountId: string,
  learner: Person,
  modules: readonly ModuleTold[],
  { givesCertificate = false, certificateMonths = null, state = 'published' }: CourseTold = {},
) {
  const { id: courseId } = await store
    .insertInto('courses')
    .values({ accountId, title: 'Safety', state, givesCertificate, certificateMonths })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: sectionId } = await store
    .insertInto('sections')
    .values({ accountId, courseId, title: 'One', position: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const ids: string[] = []
  for (const [position, { kind, isRequired = true, quiz, manifest, fileId }] of modules.entries()) {
    const { id } = await store
      .insertInto('modules')
      .values({
        accountId,
        courseId,
        sectionId,
        kind,
        title: `Module ${position + 1}`,
        position,
        isRequired,
        content: JSON.stringify(contentOf(kind, quiz)),
        fileId: fileId ?? (manifest ? await aPackageRow(accountId, manifest) : null),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    ids.push(id)
  }
  const { id: enrollmentId } = await store
    .insertInto('enrollments')
    .values({ accountId, courseId, userId: learner.id })
    .returning('id')
    .executeTakeFirstOrThrow()
  const author = await aPerson(accountId, 'author')
  return { courseId, modules: ids, module: ids[0]!, enrollmentId, author }
}

function contentOf(kind: ModuleTold['kind'], quiz: Quiz | undefined): object {
  if (kind === 'quiz') return { quiz }
  if (kind === 'link') return { url: 'https://example.org/' }
  return kind === 'page' ? { document: { type: 'doc', content: [] } } : {}
}

/** A package whose files nobody asks for. */
async function aPackageRow(
  accountId: string,
  { version, activities }: NonNullable<ModuleTold['manifest']>,
): Promise<string> {
  const manifest: StoredFile['manifest'] = {
    version,
    title: 'Package',
    activities: activities.map((id) => ({ id, title: id, href: `${id}.html`, parameters: '' })),
  }
  const { id } = await store
    .insertInto('files')
    .values({
      accountId,
      kind: 'package',
      name: 'p.zip',
      mediaType: 'application/zip',
      bytes: 1,
      manifest: JSON.stringify(manifest),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Opens a module. @returns what each word of that player bears */
export async function opened(person: Person, moduleId: string): Promise<{ launchId: string; moduleId: string }> {
  const { launchId } = await person.call(openModule, { moduleId })
  return { launchId, moduleId }
}
