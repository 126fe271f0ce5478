import { describe, expect, test } from 'vitest'
import { addCustomField } from '#contract/accounts.ts'
import type { Call } from '#contract/endpoint.ts'
import { activateUsers, deactivateUsers, listOperations } from '#contract/lifecycle.ts'
import { editUser, getUser } from '#contract/people.ts'
import { getMe } from '#contract/sign-in.ts'
import { anAccount, aPerson, letDatePass, type Person, somebodyWaits, store } from '#tests/harness/account.ts'

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
async function aGroup(accountId: string, name: string): Promise<string> {
  const { id } = await store.insertInto('groups').values({ accountId, name }).returning('id').executeTakeFirstOrThrow()
  return id
}

describe('editing', () => {
  test('every field is kept, of an inactive person too, and does not activate them (S7, C6.61, C6.62)', async () => {
    const { accountId, admin, learner } = await anAccount()
    const department = await aDepartment(accountId, 'Sales')
    const group = await aGroup(accountId, 'Runners')
    await admin.call(addCustomField, { label: 'Shoe size', kind: 'text' })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const events = (await learner.events()).length
    const told = {
      firstName: 'Jörg',
      lastName: "O'Neill",
      email: 'joerg@example.org',
      jobTitle: 'Pilot',
      phone: '+49 1',
      hireDate: '2020-02-29',
      language: 'en' as const,
      role: 'department_administrator' as const,
      custom: { shoe_size: '44' },
    }
    const answer = await edit(admin, learner.id, {
      ...told,
      departmentId: department,
      groupIds: [group],
      managedDepartmentIds: [department],
    })
    const kept = {
      ...told,
      department: { id: department, name: 'Sales' },
      groups: [{ id: group, name: 'Runners' }],
      managedDepartmentIds: [department],
      status: 'inactive',
      version: 2,
    }
    expect(answer).toMatchObject(kept)
    expect(await read(admin, learner.id)).toEqual(answer)
    expect(await learner.events()).toHaveLength(events)

    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await read(admin, learner.id)).toMatchObject({ ...kept, status: 'active' })
  })

  test('what is left out stays; null empties; an empty list takes out of all (C2.15)', async () => {
    const { accountId, admin, learner } = await anAccount()
    const group = await aGroup(accountId, 'Runners')
    await admin.call(addCustomField, { label: 'Size', kind: 'text' })
    await admin.call(addCustomField, { label: 'Team', kind: 'text' })
    await edit(admin, learner.id, {
      jobTitle: 'Pilot',
      phone: '1',
      groupIds: [group],
      custom: { size: '44', team: 'red' },
      deactivationDate: '2031-01-01',
    })
    expect(await edit(admin, learner.id, { phone: null, custom: { size: null } })).toMatchObject({
      jobTitle: 'Pilot',
      phone: null,
      groups: [{ id: group }],
      custom: { team: 'red' },
      deactivationDate: '2031-01-01',
    })
    expect((await read(admin, learner.id)).custom).toEqual({ team: 'red' })
    expect(await edit(admin, learner.id, { groupIds: [] })).toMatchObject({ groups: [] })
  })

  test('of two who edit at once the second is told who did what, and nothing is lost', async () => {
    const { admin, learner, owner } = await anAccount()
    const { version } = await read(admin, learner.id)
    await owner.call(editUser, { userId: learner.id, version, jobTitle: 'Pilot' })
    const problem = await admin.refused(editUser, {
      userId: learner.id,
      version,
      jobTitle: 'Cook',
      phone: '1',
      status: 'inactive',
    })
    expect(problem).toMatchObject({
      status: 409,
      code: 'stale_edit',
      changedBy: 'Olga Example',
      current: { jobTitle: 'Pilot', version: version + 1 },
    })
    expect(await admin.refused(editUser, { userId: learner.id, version, status: 'inactive' })).toMatchObject({
      code: 'stale_edit',
    })
    expect(await read(admin, learner.id)).toMatchObject({ jobTitle: 'Pilot', phone: null, status: 'active' })
  })

  test('of two whose edits overlap in time one is told, not overwritten', async () => {
    const { admin, learner, owner } = await anAccount()
    const { version } = await read(admin, learner.id)
    const first = await store.startTransaction().execute()
    await first
      .updateTable('profiles')
      .set({ version: version + 1, changedBy: owner.id, jobTitle: 'Pilot' })
      .where('userId', '=', learner.id)
      .execute()
    const second = admin.refused(editUser, { userId: learner.id, version, jobTitle: 'Cook' })
    await somebodyWaits()
    await first.commit().execute()
    expect(await second).toMatchObject({
      code: 'stale_edit',
      changedBy: 'Olga Example',
      current: { jobTitle: 'Pilot' },
    })
  })

  test('C4.51 saying again what is so changes, records and raises nothing', async () => {
    const { admin, learner } = await anAccount()
    await edit(admin, learner.id, { deactivationDate: '2031-01-01' })
    const person = await read(admin, learner.id)
    const operations = (await admin.call(listOperations, {})).items.length
    const { firstName, lastName, email, role, jobTitle, status, deactivationDate, custom, managedDepartmentIds } =
      person
    const again = {
      firstName,
      lastName,
      email,
      role: role as 'learner',
      jobTitle,
      status,
      deactivationDate,
      custom,
      managedDepartmentIds,
      departmentId: null,
      groupIds: [],
    }
    expect(await edit(admin, learner.id, again)).toEqual(person)
    expect((await admin.call(listOperations, {})).items).toHaveLength(operations)
    expect(await learner.events()).toHaveLength(1)
  })

  test('all or nothing: when the seat is missing the name is not changed either (T4)', async () => {
    const { admin, learner } = await anAccount({ seatLimit: 3 })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const { accountId } = await learner.row()
    await aPerson(accountId)
    expect(await refused(admin, learner.id, { firstName: 'New', status: 'active' })).toMatchObject({
      status: 409,
      code: 'no_free_seats',
    })
    expect(await read(admin, learner.id)).toMatchObject({ firstName: 'Lea0', status: 'inactive', version: 1 })
  })
})

describe('status and date in one step', () => {
  test('J9 Active User off and on again: access ends at once and everything comes back', async () => {
    const { admin, learner } = await anAccount()
    expect(await edit(admin, learner.id, { status: 'inactive', reason: 'on leave' })).toMatchObject({
      status: 'inactive',
      statusCause: 'administrator',
      statusReason: 'on leave',
      statusBy: 'Ada Example',
    })
    expect(await learner.refused(getMe, {})).toMatchObject({ code: 'account_inactive' })
    expect(await edit(admin, learner.id, { status: 'active' })).toMatchObject({
      status: 'active',
      deactivationDate: null,
    })
    expect((await learner.events()).map(({ change }) => change)).toEqual(['deactivated', 'activated'])
  })

  test('J11, D3 a date is set, replaced and cleared; deactivating clears it; reactivating starts without', async () => {
    const { admin, learner } = await anAccount({ timeZone: 'Europe/Berlin' })
    const dates = { deactivationDate: '2031-06-01', deactivateAt: '2031-06-01T21:59:00.000Z' }
    expect(await edit(admin, learner.id, { deactivationDate: '2031-06-01' })).toMatchObject({
      status: 'active',
      ...dates,
    })
    expect(await edit(admin, learner.id, { deactivationDate: '2031-07-01' })).toMatchObject({
      deactivationDate: '2031-07-01',
    })
    expect(await edit(admin, learner.id, { deactivationDate: null })).toMatchObject({
      deactivationDate: null,
      deactivateAt: null,
    })
    await edit(admin, learner.id, { deactivationDate: '2031-06-01' })
    expect(await edit(admin, learner.id, { status: 'inactive' })).toMatchObject({
      status: 'inactive',
      deactivationDate: null,
    })
    expect(await edit(admin, learner.id, { status: 'active' })).toMatchObject({
      status: 'active',
      deactivationDate: null,
    })
    expect(await edit(admin, learner.id, { status: 'inactive' })).toMatchObject({ status: 'inactive' })
    expect(await edit(admin, learner.id, { status: 'active', deactivationDate: '2031-06-01' })).toMatchObject({
      status: 'active',
      ...dates,
    })
  })

  test('D2 wrong dates are refused at their field, and nothing is half done', async () => {
    const { admin, learner } = await anAccount()
    const told = async (asked: Edit) => refused(admin, learner.id, { firstName: 'New', ...asked })
    expect(await told({ deactivationDate: '2020-01-01' })).toMatchObject({
      status: 422,
      code: 'date_in_past',
      where: [{ at: 'deactivationDate' }],
    })
    expect(await told({ deactivationDate: '2099-01-01' })).toMatchObject({ code: 'date_too_far' })
    expect(await told({ deactivationDate: '2031-02-30' })).toMatchObject({
      code: 'invalid_input',
      where: [{ at: 'deactivationDate' }],
    })
    expect(await told({ deactivationDate: '2031-06-01T00:00:00Z' })).toMatchObject({ code: 'invalid_input' })
    expect(await told({ status: 'inactive', deactivationDate: '2031-06-01' })).toMatchObject({
      code: 'invalid_input',
      where: [{ at: 'deactivationDate' }],
    })
    expect(await read(admin, learner.id)).toMatchObject({
      firstName: 'Lea0',
      status: 'active',
      deactivationDate: null,
      version: 1,
    })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(await told({ deactivationDate: '2031-06-01' })).toMatchObject({ status: 409, code: 'only_the_active_leave' })
  })

  test('S1 somebody whose date has passed is edited as the inactive person they are', async () => {
    const { admin, learner } = await anAccount()
    await letDatePass(learner)
    expect(await edit(admin, learner.id, { jobTitle: 'Pilot', deactivationDate: null })).toMatchObject({
      status: 'inactive',
      jobTitle: 'Pilot',
    })
    expect(await edit(admin, learner.id, { status: 'active' })).toMatchObject({
      status: 'active',
      deactivationDate: null,
    })
  })

  test('S6, C4.45 the owner and yourself: profile yes, status, date and role no', async () => {
    const { admin, owner } = await anAccount()
    expect(await edit(owner, owner.id, { jobTitle: 'Founder' })).toMatchObject({ jobTitle: 'Founder', role: 'owner' })
    expect(await edit(admin, admin.id, { jobTitle: 'Keeper' })).toMatchObject({ jobTitle: 'Keeper' })
    expect(await refused(owner, owner.id, { status: 'inactive' })).toMatchObject({
      status: 409,
      code: 'owner_protected',
    })
    expect(await refused(owner, owner.id, { deactivationDate: '2031-01-01' })).toMatchObject({
      code: 'owner_protected',
    })
    expect(await refused(owner, owner.id, { role: 'administrator' })).toMatchObject({ code: 'owner_protected' })
    expect(await refused(admin, admin.id, { status: 'inactive' })).toMatchObject({ status: 409, code: 'not_yourself' })
    expect(await refused(admin, admin.id, { deactivationDate: '2031-01-01' })).toMatchObject({ code: 'not_yourself' })
    expect(await refused(admin, admin.id, { role: 'learner' })).toMatchObject({ code: 'not_yourself' })
    expect(await refused(admin, owner.id, { firstName: 'X' })).toMatchObject({ status: 403, code: 'higher_role' })
  })
})

describe('wrong values', () => {
  test('C6.68, R35 an address that is taken, in any spelling, is told with whose it is; look-alikes are others', async () => {
    const { admin, people } = await anAccount({ learners: 2 })
    const [one, other] = people as [Person, Person]
    await edit(admin, other.id, { email: 'Mike@Example.org' })
    await admin.call(deactivateUsers, { users: { ids: [other.id] } })
    for (const email of ['mike@example.org', ' MIKE@EXAMPLE.ORG ', 'ｍike@example.org', 'Mi\u212Ae@example.org']) {
      expect(await refused(admin, one.id, { email })).toMatchObject({
        code: 'email_taken',
        userId: other.id,
        name: 'Lea1 Example',
        where: [{ at: 'email' }],
      })
    }
    for (const email of [
      'mıke@example.org',
      'mike',
      'a@b',
      'mike@example.org\r\nBcc: x@y.org',
      'x@example.org, mike@example.org',
    ]) {
      expect(await refused(admin, one.id, { email })).toMatchObject({
        status: 422,
        code: 'invalid_input',
        where: [{ at: 'email' }],
      })
    }
    expect(await edit(admin, other.id, { email: 'MIKE@example.org' })).toMatchObject({ email: 'MIKE@example.org' })
  })

  test('each is told with its field: arrays, numbers, control characters, nothing, too long, unknown', async () => {
    const { admin, learner } = await anAccount()
    const wrong = {
      firstName: ['a'],
      lastName: '   ',
      jobTitle: 'a\0b',
      phone: 'x'.repeat(51),
      hireDate: '2020-13-01',
      language: 'xx',
      email: { a: 1 },
      groupIds: ['x'],
      custom: { a: 1 },
      role: 'king',
      departmentId: 7,
      status: true,
      deactivationDate: 'tomorrow',
      reason: '\u0007',
    } as unknown as Edit
    const { code, where } = await refused(admin, learner.id, wrong)
    expect(code).toBe('invalid_input')
    const at = (where as { at: string }[]).map((issue) => issue.at.split('.')[0])
    expect(new Set(at)).toEqual(new Set(Object.keys(wrong)))
    for (const body of [
      { version: '1' },
      { accountId: learner.id },
      { passwordHash: 'x' },
      { deactivateAt: '2031-01-01T00:00:00Z' },
      { statusCause: 'import' },
    ]) {
      expect(await admin.refused(editUser, { userId: learner.id, version: 1, ...body } as never)).toMatchObject({
        code: 'invalid_input',
      })
    }
    expect(await read(admin, learner.id)).toMatchObject({ version: 1 })
  })

  test('A1 a department, group or managed department of another account is answered as an unknown one', async () => {
    const { admin, learner } = await anAccount()
    const other = (await anAccount()).accountId
    const departments = [await aDepartment(other, 'Theirs'), crypto.randomUUID()]
    for (const id of departments) {
      expect(await refused(admin, learner.id, { departmentId: id })).toMatchObject({
        status: 422,
        code: 'unknown_department',
      })
      expect(await refused(admin, learner.id, { managedDepartmentIds: [id] })).toMatchObject({
        code: 'unknown_department',
      })
    }
    for (const id of [await aGroup(other, 'Theirs'), crypto.randomUUID()]) {
      expect(await refused(admin, learner.id, { groupIds: [id] })).toMatchObject({ status: 422, code: 'unknown_group' })
    }
  })
})
