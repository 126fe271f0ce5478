import { describe, expect, test } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import { editUser, getUser, setPassword } from '#contract/people.ts'
import type { Role } from '#contract/roles.ts'
import { endSecondStepOf } from '#contract/second-step.ts'
import { anAccount, aPerson, type Person, store } from '#tests/harness/account.ts'

type Edit = Omit<Call<typeof editUser>, 'userId' | 'version'>

const read = (by: Person, userId: string) => by.call(getUser, { userId })
const edit = async (by: Person, userId: string, told: Edit) =>
  by.call(editUser, { userId, version: (await read(by, userId)).version, ...told })
const refused = async (by: Person, userId: string, told: Edit) =>
  by.refused(editUser, { userId, version: (await read(by, userId)).version, ...told })

async function aDepartment(accountId: string, name: string, parentId: string | null = null): Promise<string> {
  const { id } = await store
    .insertInto('departments')
    .values({ accountId, name, parentId })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** An account with a department, another below it and one beside it, and the administrator of the first. */
async function withHead() {
  const account = await anAccount({ learners: 2 })
  const { accountId } = account
  const mine = await aDepartment(accountId, 'Mine')
  const below = await aDepartment(accountId, 'Below', mine)
  const beside = await aDepartment(accountId, 'Beside')
  const head = await aPerson(accountId, 'department_administrator', { departmentId: mine })
  await store.insertInto('managedDepartments').values({ accountId, userId: head.id, departmentId: mine }).execute()
  const ours = await aPerson(accountId, 'learner', { firstName: 'Otto', departmentId: below })
  const theirs = await aPerson(accountId, 'learner', { firstName: 'Theo', departmentId: beside })
  return { ...account, mine, below, beside, head, ours, theirs }
}

describe('one person', () => {
  test('A1 an unknown person, one of another account and one out of reach are answered alike', async () => {
    const { head, ours, theirs, admin } = await withHead()
    const stranger = (await anAccount()).learner
    const answers = await Promise.all(
      [crypto.randomUUID(), stranger.id, theirs.id].map((userId) => head.send(getUser, { userId })),
    )
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await head.call(getUser, { userId: ours.id })).toMatchObject({ id: ours.id })
    expect(await admin.call(getUser, { userId: theirs.id })).toMatchObject({ id: theirs.id })
    for (const userId of [stranger.id, crypto.randomUUID()]) {
      expect(await admin.refused(editUser, { userId, version: 1, firstName: 'X' })).toMatchObject({
        status: 404,
        code: 'not_found',
      })
    }
    expect(await admin.refused(getUser, { userId: "1' or '1'='1" })).toMatchObject({
      status: 422,
      code: 'invalid_input',
    })
  })

  test('nothing of how they sign in is told but whether there is a password', async () => {
    const { admin, learner } = await anAccount()
    await store
      .updateTable('credentials')
      .set({ passwordHash: 'secret-hash' })
      .where('userId', '=', learner.id)
      .execute()
    const { body } = await admin.send(getUser, { userId: learner.id })
    expect(body).toMatchObject({ hasPassword: true, version: 1 })
    expect(JSON.stringify(body)).not.toContain('secret-hash')
  })
})

describe('R36 nobody grants what they do not have, or acts on whoever is above', () => {
  const given: Exclude<Role, 'owner'>[] = ['administrator', 'department_administrator', 'author', 'learner']

  test('the lattice of roles, for every pair', async () => {
    const { accountId, admin, owner, head, below } = await withHead()
    const rank = (role: Role) => ['owner', ...given].indexOf(role)
    for (const [by, role] of [
      [owner, 'owner'],
      [admin, 'administrator'],
      [head, 'department_administrator'],
    ] as const) {
      for (const before of given) {
        for (const after of given) {
          const person = await aPerson(accountId, before, { departmentId: below })
          const { status, body } = await by.send(editUser, { userId: person.id, version: 1, role: after })
          const code =
            rank(before) < rank(role) ? 'higher_role' : rank(after) < rank(role) ? 'role_not_yours_to_give' : 'done'
          expect([role, before, after, status === 200 ? 'done' : (body as { code: string }).code]).toEqual([
            role,
            before,
            after,
            code,
          ])
          expect((await person.row()).role).toBe(code === 'done' ? after : before)
        }
      }
    }
  })

  test('an ownership is not given by an edit', async () => {
    const { admin, learner, owner } = await anAccount()
    for (const by of [admin, owner]) {
      expect(await refused(by, learner.id, { role: 'owner' as never })).toMatchObject({
        code: 'invalid_input',
        where: [{ at: 'role' }],
      })
    }
  })

  test('C4.47 a department administrator edits their people, and moves them among their departments alone', async () => {
    const { head, ours, theirs, mine, beside } = await withHead()
    expect(await edit(head, ours.id, { departmentId: mine, jobTitle: 'Pilot' })).toMatchObject({
      department: { id: mine },
      jobTitle: 'Pilot',
    })
    for (const departmentId of [beside, null]) {
      expect(await refused(head, ours.id, { departmentId })).toMatchObject({
        status: 403,
        code: 'outside_your_departments',
        where: [{ at: 'departmentId' }],
      })
    }
    expect(
      await head.refused(editUser, { userId: theirs.id, version: 1, firstName: 'X', departmentId: mine }),
    ).toMatchObject({ status: 404 })
    expect(await read(head, ours.id)).toMatchObject({ department: { id: mine } })
  })

  test('nor departments to manage that are not their own: not to others, not to themselves, not by a role', async () => {
    const { accountId, admin, head, ours, mine, below, beside } = await withHead()
    expect(await refused(head, head.id, { managedDepartmentIds: [mine, beside] })).toMatchObject({
      code: 'outside_your_departments',
    })
    expect(await refused(head, ours.id, { managedDepartmentIds: [beside] })).toMatchObject({
      code: 'outside_your_departments',
    })
    await edit(head, ours.id, { role: 'department_administrator', managedDepartmentIds: [below] })
    expect(await edit(head, ours.id, { managedDepartmentIds: [below], jobTitle: 'Pilot' })).toMatchObject({
      jobTitle: 'Pilot',
    })

    await store.insertInto('managedDepartments').values({ accountId, userId: ours.id, departmentId: beside }).execute()
    expect(await refused(head, ours.id, { managedDepartmentIds: [below] })).toMatchObject({
      code: 'outside_your_departments',
    })
    await edit(admin, ours.id, { role: 'learner' })
    expect(await refused(head, ours.id, { role: 'department_administrator' })).toMatchObject({
      code: 'outside_your_departments',
    })
    expect(await edit(admin, ours.id, { role: 'department_administrator' })).toMatchObject({
      managedDepartmentIds: [below, beside].sort(),
    })
  })

  test('C4.47 a department administrator does not become another who manages more: by no password, no address, no lost second step', async () => {
    const { accountId, admin, head, mine, below, beside } = await withHead()
    const peer = await aPerson(accountId, 'department_administrator', { departmentId: mine })
    const manages = (departmentId: string) =>
      store.insertInto('managedDepartments').values({ accountId, userId: peer.id, departmentId }).execute()
    const tries = async (by: Person) => [
      await by.send(setPassword, { userId: peer.id, password: 'chosen by somebody else' }),
      await by.send(endSecondStepOf, { userId: peer.id }),
      await by.send(editUser, {
        userId: peer.id,
        version: (await read(by, peer.id)).version,
        email: `${crypto.randomUUID()}@example.org`,
      }),
    ]
    await manages(below)
    expect(await tries(head)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }])
    await manages(beside)
    const refused = { status: 403, body: { code: 'outside_your_departments' } }
    expect(await tries(head)).toMatchObject([refused, refused, refused])
    expect(await tries(admin)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }])
  })
})
