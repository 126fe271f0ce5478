import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/endpoints.ts'
import { addGroup } from '#contract/groups.ts'
import { getUser, listUsers } from '#contract/people.ts'
import { signIn } from '#contract/sign-in.ts'
import { type Person, store } from '#tests/harness/account.ts'
import { type Furnished, furnished, password, question } from './furnished.ts'

const idsOf = (account: Furnished): string[] => Object.values(account).filter((value) => typeof value === 'string')

const someone = () => ({ firstName: 'New', lastName: 'Person', email: `${randomUUID()}@example.org` })

/** For every call that takes an id: inputs that hold one in each place where one can stand. */
const inputs: Record<string, (of: Furnished) => object[]> = {
  ...selecting('deactivateUsers'),
  ...selecting('activateUsers'),
  ...selecting('clearDeactivationDate'),
  ...selecting('previewChange', { change: 'deactivate' }),
  moveToDepartment: (of) => selections(of).map((users) => ({ users, departmentId: of.department })),
  changeMembers: (of) => selections(of).map((users) => ({ users, groupId: of.group, change: 'remove' })),
  listUsers: (of) => [{ departmentId: [of.department] }, { groupId: [of.group] }],
  countUsers: (of) => [{ departmentId: [of.department] }, { groupId: [of.group] }],
  exportUsers: (of) => [{ departmentId: [of.department] }, { groupId: [of.group] }],
  listEvents: ({ user }) => [{ userId: user }],
  getOperation: ({ operation }) => [{ operationId: operation }],
  listOutcomes: ({ operation }) => [{ operationId: operation }],
  undoOperation: ({ operation }) => [{ operationId: operation }],
  pauseOperation: ({ pausedOperation }) => [{ operationId: pausedOperation }],
  resumeOperation: ({ pausedOperation }) => [{ operationId: pausedOperation }],
  cancelOperation: ({ pausedOperation }) => [{ operationId: pausedOperation }],
  getImport: (of) => [{ importId: of.import }],
  checkImport: (of) => [{ importId: of.import, fields: ['email'] }],
  listImportRows: (of) => [{ importId: of.import }],
  runImport: (of) => [{ importId: of.import }],
  deleteImport: (of) => [{ importId: of.import }],
  exportImport: (of) => [{ importId: of.import }],
  getUser: ({ user }) => [{ userId: user }],
  addUsers: ({ department, group }) => [
    { people: [{ ...someone(), departmentId: department, groupIds: [group], managedDepartmentIds: [department] }] },
  ],
  editUser: ({ user, version, department, group }) => [
    { userId: user, version, departmentId: department, groupIds: [group], managedDepartmentIds: [department] },
  ],
  endSecondStepOf: ({ user }) => [{ userId: user }],
  setPassword: ({ user }) => [{ userId: user, password }],
  deleteUser: ({ user }) => [{ userId: user }],
  deleteCustomField: ({ field }) => [{ fieldId: field }],
  addDepartment: ({ above }) => [{ name: 'Field sales', parentId: above }],
  editDepartment: ({ department, above }) => [{ departmentId: department, parentId: above, name: 'Selling' }],
  deleteDepartment: ({ department }) => [{ departmentId: department }],
  editGroup: ({ group }) => [{ groupId: group, name: 'Beginners' }],
  deleteGroup: ({ group }) => [{ groupId: group }],
  renamePasskey: ({ passkey }) => [{ passkeyId: passkey, name: 'Old phone' }],
  removePasskey: ({ passkey }) => [{ passkeyId: passkey, currentPassword: password }],
  endSession: ({ session }) => [{ sessionId: session }],
  editWebhook: ({ webhook }) => [{ webhookId: webhook, isOn: false }],
  deleteWebhook: ({ webhook }) => [{ webhookId: webhook }],
  testWebhook: ({ webhook }) => [{ webhookId: webhook }],
  listDeliveries: ({ webhook }) => [{ webhookId: webhook }],
  resendDelivery: ({ webhook, delivery }) => [{ webhookId: webhook, deliveryId: delivery }],
  linkPerson: ({ user }) => [{ userId: user }],
  editOidcProvider: ({ oidcProvider }) => [{ providerId: oidcProvider, name: 'Renamed' }],
  editSamlProvider: ({ samlProvider }) => [{ providerId: samlProvider, linksByEmail: true }],
  deleteIdentityProvider: ({ oidcProvider }) => [{ providerId: oidcProvider }],
  testIdentityProvider: ({ samlProvider }) => [{ providerId: samlProvider }],
  listProviderSignIns: ({ oidcProvider }) => [{ providerId: oidcProvider }],
  connectIdentity: ({ samlProvider }) => [{ providerId: samlProvider }],
  disconnectIdentity: ({ identity }) => [{ identityId: identity }],
  endToken: ({ apiToken }) => [{ tokenId: apiToken }],
  inviteUsers: (of) => selections(of).map((users) => ({ users })),
  getCourse: ({ course }) => [{ courseId: course }],
  getCourseRow: ({ course }) => [{ courseId: course }],
  editCourse: ({ course, file }) => [{ courseId: course, version: 1, coverFileId: file }],
  changeCourseState: ({ course }) => [{ courseId: course, state: 'archived' }],
  addSection: ({ course }) => [{ courseId: course, title: 'Three' }],
  editSection: ({ course, section }) => [{ courseId: course, sectionId: section, title: 'First' }],
  deleteSection: ({ course, emptySection }) => [{ courseId: course, sectionId: emptySection }],
  addModule: ({ course, section, packed }) => [
    { courseId: course, sectionId: section, title: 'Another', content: { kind: 'scorm', fileId: packed } },
    { courseId: course, sectionId: section, title: 'Quiz', content: { kind: 'quiz', quiz: aQuiz() } },
  ],
  editModule: ({ course, scorm, quiz, packed }) => [
    { courseId: course, moduleId: scorm, version: 1, content: { kind: 'scorm', fileId: packed } },
    { courseId: course, moduleId: quiz, version: 1, content: { kind: 'quiz', quiz: aQuiz() } },
  ],
  removeModule: ({ course, page }) => [{ courseId: course, moduleId: page }],
  arrangeCourse: ({ course, section, emptySection, page, quiz, scorm }) => [
    {
      courseId: course,
      sections: [
        { id: emptySection, moduleIds: [page] },
        { id: section, moduleIds: [scorm, quiz] },
      ],
    },
  ],
  getFile: ({ file }) => [{ fileId: file }],
  previewEnroll: (of) => selections(of).map((users) => ({ users, courseIds: [of.course] })),
  enroll: (of) => selections(of).map((users) => ({ users, courseIds: [of.course] })),
  unenroll: ({ theirs }) => [{ enrollmentIds: [theirs] }],
  retake: ({ theirs }) => [{ enrollmentIds: [theirs] }],
  changeDueDate: ({ theirs }) => [{ enrollmentIds: [theirs], dueDate: null }],
  listEnrollments: ({ course, user }) => [{ courseId: course }, { userId: user }],
  getEnrollment: ({ theirs }) => [{ enrollmentId: theirs }],
  listAssignments: ({ course, group, department }) => [
    { courseId: course },
    { groupId: group },
    { departmentId: department },
  ],
  assign: ({ course, department, emptyGroup }) => [
    { courseId: course, departmentId: department },
    { courseId: course, groupId: emptyGroup },
  ],
  endAssignment: ({ assignment }) => [{ assignmentId: assignment }],
  listMails: ({ user }) => [{ userId: user }],
  getMail: ({ mail }) => [{ mailId: mail }],
  getOutline: ({ course }) => [{ courseId: course }],
  openModule: ({ page }) => [{ moduleId: page }],
  saveProgress: ({ page, pageLaunch }) => [{ moduleId: page, launchId: pageLaunch, number: 1, seconds: 1 }],
  commitScorm: ({ scorm, scormLaunch }) => [
    { moduleId: scorm, launchId: scormLaunch, number: 1, seconds: 1, activityId: 'a', cmi: {} },
  ],
  answerQuiz: ({ quiz, quizLaunch }) => [
    { moduleId: quiz, launchId: quizLaunch, answers: [{ questionId: question, choiceIds: [question], text: 'so' }] },
  ],
  keepOpen: ({ pageLaunch }) => [{ launchId: pageLaunch }],
  getCertificate: ({ certificate }) => [{ certificateId: certificate }],
  reportByCourse: ({ department, group }) => [{ departmentId: department }, { groupId: group }],
  reportByDepartment: ({ department, group, course }) => [
    { departmentId: department },
    { groupId: group },
    { courseId: course },
  ],
  reportByPerson: ({ department, group }) => [{ departmentId: department }, { groupId: group }],
  reportCompletions: ({ department, group, course }) => [
    { departmentId: department },
    { groupId: group },
    { courseId: course },
  ],
  reportSignIns: ({ department, group }) => [{ departmentId: department }, { groupId: group }],
  reportLifecycle: ({ department, group }) => [{ departmentId: department }, { groupId: group }],
  exportReport: ({ department, group, course }) => [
    { report: 'enrollments', departmentId: department },
    { report: 'enrollments', groupId: group },
    { report: 'enrollments', courseId: course },
  ],
  transferOwnership: ({ user }) => [{ userId: user, currentPassword: password }],
}
const aQuiz = () => ({
  questions: [
    {
      id: question,
      kind: 'single',
      text: 'Which?',
      choices: [
        { id: question, text: 'This', isRight: true },
        { id: 'q2', text: 'That', isRight: false },
      ],
    },
  ],
  passMark: 50,
  mostAttempts: null,
})
function selecting(name: string, rest: object = {}) {
  return { [name]: (of: Furnished) => selections(of).map((users) => ({ users, ...rest })) }
}

function selections({ user, department, group }: Furnished): object[] {
  // That filter finds nobody, so that a first question leaves things as they are for the second.
  const filter = { departmentId: [department], groupId: [group], search: 'nobody of this name' }
  return [{ ids: [user] }, { filter, except: [user] }]
}

type Place = readonly (string | number)[]
const isId = (value: unknown): value is string => z.uuid().safeParse(value).success

/** Where in an input an id stands. */
function places(value: unknown, at: Place = []): Place[] {
  if (isId(value)) return [at]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) =>
    places(part, [...at, Array.isArray(value) ? Number(name) : name]),
  )
}

const valueAt = (value: unknown, at: Place): unknown =>
  at.reduce((part, name) => (part as Record<string | number, unknown>)[name], value)

function withAt(value: object, at: Place, id: string): object {
  const copy = structuredClone(value)
  const holder = valueAt(copy, at.slice(0, -1)) as Record<string | number, unknown>
  holder[at.at(-1)!] = id
  return copy
}

/** The last name on the way: `users.ids.0` is a place in `ids`. */
const nameAt = (at: Place): string => at.findLast((part) => typeof part === 'string')!

/** The names under which the schema of a call takes an id. */
function namesOfIds(schema: unknown, name = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if ((schema as { format?: string }).format === 'uuid') return [name]
  return Object.entries(schema).flatMap(([key, part]) =>
    key === 'properties'
      ? Object.entries(part as object).flatMap(([property, inner]) => namesOfIds(inner, property))
      : namesOfIds(part, name),
  )
}

/** What is answered, without what is each answer's own: the id asked for, new ids, moments. */
async function told(person: Person, endpoint: Endpoint, input: object, id: string, own: Furnished) {
  const { status, headers, body } = await person.send(endpoint, input as never)
  const known = idsOf(own)
  const text = JSON.stringify(body)
    .replaceAll(id, '<asked>')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, (found) => (known.includes(found) ? found : '<new>'))
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<moment>')
  const { date: _, 'content-length': __, ...rest } = headers
  return { status, headers: rest, text }
}

/** Every row of an account, in every table that there is. */
async function everything(accountId: string): Promise<Record<string, unknown>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'account_id' and table_type = 'BASE TABLE'
  `.execute(store)
  const all: Record<string, unknown> = {}
  for (const { name } of tables) {
    const { rows } = await sql`
      select to_jsonb(t) as row from ${sql.table(name)} as t where account_id = ${accountId} order by to_jsonb(t)::text
    `.execute(store)
    all[name] = rows
  }
  return all
}

describe('R32 A1 an id of another account', () => {
  const takingIds = Object.entries(endpoints).filter(
    ([, { input }]) => namesOfIds(z.toJSONSchema(input, { io: 'input' })).length > 0,
  )

  test('is tried wherever a call takes one', async () => {
    const own = await furnished()
    const untried = takingIds.flatMap(([name, { input }]) => {
      const tried = new Set((inputs[name]?.(own) ?? []).flatMap((one) => places(one)).map(nameAt))
      return [...new Set(namesOfIds(z.toJSONSchema(input, { io: 'input' })))]
        .filter((one) => !tried.has(one))
        .map((one) => `${name}: ${one}`)
    })
    expect(untried).toEqual([])
  })

  test.each(takingIds)('%s answers as for one that nobody has', async (name, endpoint) => {
    const [own, other] = [await furnished(), await furnished()]
    const before = await everything(other.accountId)
    const [mine, theirs] = [inputs[name]!(own), inputs[name]!(other)]
    for (const [which, input] of mine.entries()) {
      for (const at of places(input)) {
        for (const person of [own.owner, own.admin, own.head]) {
          const [random, foreign] = [randomUUID(), valueAt(theirs[which], at) as string]
          const asRandom = await told(person, endpoint, withAt(input, at, random), random, own)
          const asForeign = await told(person, endpoint, withAt(input, at, foreign), foreign, own)
          expect({ at, ...asForeign }).toEqual({ at, ...asRandom })
        }
      }
      // The same with one's own id works, so that it was the id which made the difference.
      expect(await own.owner.send(endpoint, input as never)).toMatchObject({ status: 200 })
    }
    expect(await everything(other.accountId)).toEqual(before)
  })
})

describe('R32 A1 nothing else of another account opens anything', () => {
  test('an address with its right password signs nobody in at another host', async () => {
    const [own, other] = [await furnished(), await furnished()]
    const attempt = (email: string) => own.owner.send(signIn, { email, password })
    expect(await attempt(own.owner.email)).toMatchObject({ status: 200 })
    const asForeign = await attempt(other.owner.email)
    expect(asForeign).toMatchObject({ status: 401, body: { code: 'wrong_password' } })
    expect((await attempt(`${randomUUID()}@example.org`)).body).toEqual(asForeign.body)
  })

  test('a page marker leads to nobody of theirs', async () => {
    const [own, other] = [await furnished(), await furnished()]
    const { next } = await other.owner.call(listUsers, { limit: 1 })
    const { status, body } = await own.owner.send(listUsers, { limit: 1, cursor: next! })
    expect([200, 422]).toContain(status)
    expect(places(body).map((at) => valueAt(body, at))).not.toContainEqual(expect.toBeOneOf(idsOf(other)))
  })

  test('an Idempotency-Key of theirs is a new one here', async () => {
    const [own, other] = [await furnished(), await furnished()]
    const key = { 'idempotency-key': randomUUID() }
    const theirs = await other.owner.call(addGroup, { name: 'Readers' }, key)
    const ours = await own.owner.call(addGroup, { name: 'Readers' }, key)
    expect(ours.id).not.toBe(theirs.id)
    expect(await own.owner.refused(getUser, { userId: other.user })).toMatchObject({ status: 404 })
  })
})
