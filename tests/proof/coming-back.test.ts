import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { editUser, getUser } from '#contract/people.ts'
import { getMe, listSessions, signIn } from '#contract/sign-in.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { anAccount, aPerson, aSession, letDatePass, type Person, store } from '#tests/harness/account.ts'

const password = 'a password that is right'
const passwordHash = await hashPassword(password)

/** Somebody with everything that a person can have. */
async function aFullLife() {
  const { accountId, owner, admin } = await anAccount({ learners: 0 })
  const { id: departmentId } = await store
    .insertInto('departments')
    .values({ accountId, name: 'Sales' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: groupId } = await store
    .insertInto('groups')
    .values({ accountId, name: 'Readers' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const person = await aPerson(accountId, 'department_administrator', { departmentId })
  await store.updateTable('credentials').set({ passwordHash }).where('userId', '=', person.id).execute()
  const { version } = await owner.call(getUser, { userId: person.id })
  await owner.call(editUser, {
    userId: person.id,
    version,
    groupIds: [groupId],
    managedDepartmentIds: [departmentId],
    jobTitle: 'Baker',
    phone: '+49 30 1',
    hireDate: '2020-02-29',
  })
  return { accountId, owner, admin, person }
}

/** What must not be changed by a time away. */
async function lasting(admin: Person, userId: string) {
  const {
    role,
    department,
    groups,
    managedDepartmentIds,
    jobTitle,
    phone,
    hireDate,
    custom,
    email,
    createdAt,
    hasPassword,
  } = await admin.call(getUser, { userId })
  return {
    role,
    department,
    groups,
    managedDepartmentIds,
    jobTitle,
    phone,
    hireDate,
    custom,
    email,
    createdAt,
    hasPassword,
  }
}

type Way = (admin: Person, whom: Person) => Promise<unknown>
const byEdit = async (admin: Person, { id: userId }: Person, status: 'active' | 'inactive') =>
  admin.call(editUser, { userId, status, version: (await admin.call(getUser, { userId })).version })

const out: Record<string, Way> = {
  'by hand': (admin, { id }) => admin.call(deactivateUsers, { users: { ids: [id] } }),
  'switched off': (admin, whom) => byEdit(admin, whom, 'inactive'),
  'by a passed date': (_, whom) => letDatePass(whom),
}
const back: Record<string, Way> = {
  activated: (admin, { id }) => admin.call(activateUsers, { users: { ids: [id] } }),
  'switched on': (admin, whom) => byEdit(admin, whom, 'active'),
}
const ways = Object.keys(out).flatMap((away) => Object.keys(back).map((home) => [away, home] as const))

describe('S5 R5 coming back', () => {
  test.each(ways)(
    'out %s, %s: everything is as before, and no session of before opens anything',
    async (away, home) => {
      const { accountId, admin, person } = await aFullLife()
      const before = await lasting(admin, person.id)
      const elsewhere = person.with(await aSession(accountId, person.id))
      const { items } = await person.call(listSessions, {})
      expect(items).toHaveLength(2)

      await out[away]!(admin, person)
      expect(await lasting(admin, person.id)).toEqual(before)
      await back[home]!(admin, person)

      expect(await lasting(admin, person.id)).toEqual(before)
      for (const old of [person, elsewhere])
        expect(await old.refused(getMe, {})).toMatchObject({ status: 401, code: 'not_signed_in' })
      const reply = await admin.send(signIn, { email: person.email, password })
      expect(reply).toMatchObject({ status: 200, body: { id: person.id, role: 'department_administrator' } })

      const anew = person.with(await aSession(accountId, person.id))
      expect(await anew.call(getMe, {})).toMatchObject({ id: person.id })
      const sessions = await anew.call(listSessions, {})
      expect(sessions.items).toHaveLength(2)
    },
  )

  test('by an undo, again and again: still none of the sessions of before', async () => {
    const { accountId, admin, person } = await aFullLife()
    const sessions = [person]
    for (let round = 0; round < 3; round++) {
      const { operation } = await admin.call(deactivateUsers, { users: { ids: [person.id] } })
      for (const session of sessions)
        expect(await session.refused(getMe, {})).toMatchObject({ code: 'account_inactive' })
      await admin.call(undoOperation, { operationId: operation.id })
      for (const session of sessions) expect(await session.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
      sessions.push(person.with(await aSession(accountId, person.id)))
      expect(await sessions.at(-1)!.call(getMe, {})).toMatchObject({ id: person.id })
    }
  })

  test('B5 an undo that is undone lets in again whom it had put out', async () => {
    const { admin, learner } = await anAccount()
    const users = { ids: [learner.id] }
    await admin.call(deactivateUsers, { users })
    const { operation: activated } = await admin.call(activateUsers, { users })
    const { operation: undone } = await admin.call(undoOperation, { operationId: activated.id })
    expect(await learner.row()).toMatchObject({ status: 'inactive' })
    expect((await admin.call(undoOperation, { operationId: undone.id })).operation).toMatchObject({ changed: 1 })
    expect(await learner.row()).toMatchObject({ status: 'active' })
  })

  test('a sign-in with the right password between the deactivation and the return opens no session', async () => {
    const { admin, person } = await aFullLife()
    await admin.call(deactivateUsers, { users: { ids: [person.id] } })
    const refused = await admin.send(signIn, { email: person.email, password })
    expect(refused).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
    expect(refused.headers['set-cookie']).toBeUndefined()
    const after = await store.selectFrom('sessions').select('id').where('userId', '=', person.id).execute()
    expect(after).toHaveLength(1)
    expect((await person.events()).at(-1)).toMatchObject({ change: 'sign_in_refused' })
  })
})
