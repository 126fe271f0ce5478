import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { addCustomField } from '#contract/accounts.ts'
import { addDepartment } from '#contract/departments.ts'
import { addGroup, changeMembers } from '#contract/groups.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { getUser } from '#contract/people.ts'
import { addToken } from '#contract/tokens.ts'
import { fileKey } from '#server/files/storage.ts'
import { hashOf } from '#server/gate/credential.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { anAccount, aPerson, aSession, type Person, storage, store } from '#tests/harness/account.ts'

/** Of everybody in it. */
export const password = 'a password that is right'
const passwordHash = await hashPassword(password)

/** A webhook, with something that it was told. */
export async function hooked(accountId: string): Promise<{ webhook: string; delivery: string }> {
  const { id: webhook } = await store
    .insertInto('webhooks')
    .values({
      accountId,
      url: 'http://127.0.0.1:1/',
      secret: `whsec_${Buffer.alloc(32).toString('base64')}`,
      events: ['added'],
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: eventId } = await store
    .selectFrom('lifecycleEvents')
    .select('id')
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  const { id: delivery } = await store
    .insertInto('webhookDeliveries')
    .values({ accountId, webhookId: webhook, eventId, event: 'added' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { webhook, delivery }
}

/** Somebody whom an identity provider wanted to add though they were here, and one whom it manages. */
export async function provisioned(accountId: string, { here, managed }: { here: string; managed: string }) {
  const called = { accountId, userName: 'lea@example.org' }
  await store
    .insertInto('scimToLink')
    .values({ ...called, userId: here })
    .execute()
  await store
    .insertInto('scimUsers')
    .values({ ...called, userId: managed, userName: 'managed@example.org' })
    .execute()
  await store
    .insertInto('scimCalls')
    .values({ accountId, tokenId: accountId, method: 'GET', path: '/Users', status: 200 })
    .execute()
}

/** A provider of each kind, and somebody who is connected with one. */
export async function singleSignOn(
  accountId: string,
  userId: string,
): Promise<{ oidcProvider: string; samlProvider: string; identity: string }> {
  const provider = (values: Record<string, unknown>) =>
    store
      .insertInto('identityProviders')
      .values({ accountId, issuer: 'https://login.example.org', ...values } as never)
      .returning('id')
      .executeTakeFirstOrThrow()
  const { id: oidcProvider } = await provider({ kind: 'oidc', name: 'One', clientId: 'rollcall', scopes: 'openid' })
  const { id: samlProvider } = await provider({
    kind: 'saml',
    name: 'Two',
    entryPoint: 'https://login.example.org/saml',
    certificates: ['AAAA'],
  })
  const { id: identity } = await store
    .insertInto('identities')
    .values({ accountId, providerId: oidcProvider, issuer: 'https://login.example.org', subject: 'somebody', userId })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store
    .insertInto('providerSignIns')
    .values({ accountId, providerId: oidcProvider, outcome: 'signed_in' })
    .execute()
  return { oidcProvider, samlProvider, identity }
}

/** By the row itself: whose key nobody has. */
export async function aPasskey(accountId: string, userId: string): Promise<string> {
  const { id } = await store
    .insertInto('passkeys')
    .values({
      accountId,
      userId,
      credentialId: 'AAAA',
      publicKey: Buffer.alloc(32),
      counter: 0,
      host: 'acme.test',
      name: 'Phone',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** The id of the question of a quiz. */
export const question = 'q1'

/** An account with one of everything that has an id. Two of them have the same things, and share no row. */
export async function furnished() {
  const { accountId, owner, admin, learner, people } = await anAccount({ learners: 2 })
  await store.updateTable('credentials').set({ passwordHash }).where('accountId', '=', accountId).execute()
  const above = await owner.call(addDepartment, { name: 'Company' })
  const department = await owner.call(addDepartment, { name: 'Sales' })
  const group = await owner.call(addGroup, { name: 'Newcomers' })
  const emptyGroup = await owner.call(addGroup, { name: 'Nobody yet' })
  const field = await owner.call(addCustomField, { label: 'Badge', kind: 'text' })
  await owner.call(changeMembers, { groupId: group.id, users: { ids: [learner.id] }, change: 'add' })
  const { operation } = await owner.call(deactivateUsers, { users: { ids: [people[1]!.id] } })
  const { id: pausedOperation } = await store
    .insertInto('operations')
    .values({ accountId, kind: 'deactivate', state: 'paused', selected: 1, changed: 0, refused: 0, remaining: 1 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const token = await aSession(accountId, owner.id)
  const session = await store
    .selectFrom('sessions')
    .select('id')
    .where('tokenHash', '=', hashOf(token))
    .executeTakeFirstOrThrow()
  const head = await aPerson(accountId, 'department_administrator', { departmentId: department.id })
  await provisioned(accountId, { here: learner.id, managed: people[1]!.id })
  const { version } = await owner.call(getUser, { userId: learner.id })
  await store
    .insertInto('managedDepartments')
    .values({ accountId, userId: head.id, departmentId: department.id })
    .execute()
  return {
    ...(await learning(accountId, { owner, learner, group: group.id })),
    accountId,
    owner,
    admin,
    head,
    learner,
    user: learner.id,
    version,
    above: above.id,
    department: department.id,
    group: group.id,
    emptyGroup: emptyGroup.id,
    field: field.id,
    operation: operation.id,
    pausedOperation,
    import: await anImport(accountId, owner.id),
    session: session.id,
    passkey: await aPasskey(accountId, owner.id),
    ...(await hooked(accountId)),
    ...(await singleSignOn(accountId, owner.id)),
    apiToken: (await owner.call(addToken, { name: 'Script', scopes: ['people_read'] })).id,
  }
}

/** A file that was read in and looked at. */
export async function anImport(accountId: string, byUserId: string): Promise<string> {
  const { id: importId } = await store
    .insertInto('imports')
    .values({
      accountId,
      byUserId,
      name: 'people.csv',
      format: 'csv',
      state: 'checked',
      columns: JSON.stringify([{ name: 'Mail', samples: [] }]),
      fields: JSON.stringify(['email']),
      rows: 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store
    .insertInto('importRows')
    .values({ accountId, importId, number: 2, cells: JSON.stringify(['nobody']), fate: 'error' })
    .execute()
  return importId
}

/** A course with a module of three kinds, given to a group, begun by its owner and completed by a learner. */
export async function learning(
  accountId: string,
  { owner, learner, group }: { owner: Person; learner: Person; group: string },
) {
  const add = async (table: string, row: Record<string, unknown>): Promise<string> => {
    const columns = Object.keys({ accountId, ...row })
    const { rows } = await sql<{ id: string }>`
      insert into ${sql.table(table)} (${sql.join(columns.map((name) => sql.ref(name)))})
      values (${sql.join(Object.values({ accountId, ...row }))}) returning id
    `.execute(store)
    return rows[0]!.id
  }
  const file = await add('files', { kind: 'image', name: 'cover.png', mediaType: 'image/png', bytes: 4 })
  await storage.put(fileKey(accountId, file), Readable.from([Buffer.from('PNG.')]), 4)
  const manifest = { version: '1.2', title: 'P', activities: [{ id: 'a', title: 'A', href: 'a.html', parameters: '' }] }
  const packed = await add('files', {
    kind: 'package',
    name: 'p.zip',
    mediaType: 'application/zip',
    bytes: 4,
    manifest: JSON.stringify(manifest),
  })
  const course = await add('courses', { title: 'Fire safety', state: 'published' })
  const draft = await add('courses', { title: 'Draft' })
  const section = await add('sections', { courseId: course, title: 'One', position: 0 })
  const emptySection = await add('sections', { courseId: course, title: 'Two', position: 1 })
  const modules = { courseId: course, sectionId: section, position: 0 }
  const page = await add('modules', {
    ...modules,
    kind: 'page',
    title: 'Page',
    content: '{"document":{"type":"doc","content":[]}}',
  })
  const quizContent = {
    quiz: {
      questions: [{ id: question, kind: 'text', text: 'Why?', choices: [], accepted: ['so'] }],
      passMark: 50,
      mostAttempts: null,
    },
  }
  const quiz = await add('modules', { ...modules, kind: 'quiz', title: 'Quiz', content: JSON.stringify(quizContent) })
  const scorm = await add('modules', { ...modules, kind: 'scorm', title: 'Package', fileId: packed })
  const mine = await add('enrollments', { userId: owner.id, courseId: course })
  const theirs = await add('enrollments', {
    userId: learner.id,
    courseId: course,
    completedAt: '2026-01-02T00:00:00Z',
    progress: 100,
  })
  const assignment = await add('course_assignments', { courseId: course, groupId: group, assignedOn: '2026-01-01' })
  const certificate = await add('certificates', {
    enrollmentId: theirs,
    userId: learner.id,
    courseId: course,
    code: 'ABCD-EFGH',
    personName: 'Lea',
    courseTitle: 'Fire safety',
    issuedOn: '2026-01-02',
  })
  const mail = await add('mails', { userId: learner.id, kind: 'welcome_back' })
  const { id: sessionId } = await store
    .selectFrom('sessions')
    .select('id')
    .where('tokenHash', '=', hashOf(owner.token!))
    .executeTakeFirstOrThrow()
  const launch = (moduleId: string) =>
    add('launches', { sessionId, userId: owner.id, enrollmentId: mine, moduleId, tokenHash: hashOf(randomUUID()) })
  return {
    file,
    packed,
    course,
    draft,
    section,
    emptySection,
    page,
    quiz,
    scorm,
    mine,
    theirs,
    assignment,
    certificate,
    mail,
    pageLaunch: await launch(page),
    quizLaunch: await launch(quiz),
    scormLaunch: await launch(scorm),
  }
}

export type Furnished = Awaited<ReturnType<typeof furnished>>
