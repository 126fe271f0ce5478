import { describe, expect, test } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import {
  addDepartment,
  deleteDepartment,
  editDepartment,
  listDepartments,
  moveToDepartment,
} from '#contract/departments.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { editUser, getUser } from '#contract/people.ts'
import { anAccount, aPerson, type Person, somebodyWaits, store } from '#tests/harness/account.ts'

const idsOf = (people: readonly { id: string }[]) => people.map(({ id }) => id)

/** North with Harbour below it, and South; the head manages North. */
async function withTree() {
  const account = await anAccount({ learners: 4 })
  const { accountId, admin } = account
  const north = await admin.call(addDepartment, { name: 'North' })
  const harbour = await admin.call(addDepartment, { name: 'Harbour', parentId: north.id })
  const south = await admin.call(addDepartment, { name: 'South' })
  const head = await aPerson(accountId, 'department_administrator', { departmentId: north.id })
  await store.insertInto('managedDepartments').values({ accountId, userId: head.id, departmentId: north.id }).execute()
  const move = (users: Call<typeof moveToDepartment>['users'], departmentId: string | null, by: Person = admin) =>
    by.call(moveToDepartment, { users, departmentId })
  const listed = async (by: Person = admin) => (await by.call(listDepartments, {})).items
  return { ...account, north, harbour, south, head, move, listed }
}

describe('departments', () => {
  test('stand in a tree, with their own people counted by status and who administers them', async () => {
    const { admin, harbour, head, listed, move, north, people, south } = await withTree()
    await move({ ids: idsOf(people) }, harbour.id)
    await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] } })
    expect(await listed()).toEqual([
      { id: harbour.id, parentId: north.id, name: 'Harbour', active: 3, inactive: 1, administrators: [] },
      {
        id: north.id,
        parentId: null,
        name: 'North',
        active: 1,
        inactive: 0,
        administrators: [{ id: head.id, name: 'Dora Example' }],
      },
      { id: south.id, parentId: null, name: 'South', active: 0, inactive: 0, administrators: [] },
    ])
  })

  test('whoever no longer has the role administers none', async () => {
    const { admin, head, listed, north } = await withTree()
    const { version } = await admin.call(getUser, { userId: head.id })
    await admin.call(editUser, { userId: head.id, version, role: 'learner' })
    expect((await listed()).find(({ id }) => id === north.id)).toMatchObject({ administrators: [] })
  })

  test('C4.47 a department administrator sees their own and those below, as a tree of its own', async () => {
    const { accountId, harbour, head, listed, north } = await withTree()
    expect(await listed(head)).toMatchObject([
      { id: harbour.id, parentId: north.id },
      { id: north.id, parentId: null },
    ])
    await store
      .updateTable('managedDepartments')
      .set({ departmentId: harbour.id })
      .where('userId', '=', head.id)
      .execute()
    expect(await listed(head)).toMatchObject([{ id: harbour.id, parentId: null }])
    const nobody = await aPerson(accountId, 'department_administrator')
    expect(await listed(nobody)).toEqual([])
    expect(await head.refused(addDepartment, { name: 'X' })).toMatchObject({ status: 403, code: 'not_allowed' })
  })

  test('are renamed and moved with all below', async () => {
    const { admin, harbour, north, south } = await withTree()
    expect(
      await admin.call(editDepartment, { departmentId: north.id, name: 'Nord', parentId: south.id }),
    ).toMatchObject({ name: 'Nord', parentId: south.id })
    expect(await admin.call(editDepartment, { departmentId: harbour.id, parentId: null })).toMatchObject({
      name: 'Harbour',
      parentId: null,
    })
    expect(await admin.call(editDepartment, { departmentId: harbour.id })).toMatchObject({
      name: 'Harbour',
      parentId: null,
    })
  })

  test('a name is taken among those of the same place alone', async () => {
    const { admin, harbour, north, south } = await withTree()
    expect(await admin.refused(addDepartment, { name: 'North' })).toMatchObject({ status: 409, code: 'name_taken' })
    expect(await admin.refused(editDepartment, { departmentId: south.id, name: 'North' })).toMatchObject({
      code: 'name_taken',
    })
    const twin = await admin.call(addDepartment, { name: 'North', parentId: north.id })
    expect(await admin.refused(editDepartment, { departmentId: twin.id, parentId: null })).toMatchObject({
      code: 'name_taken',
    })
    expect(await admin.refused(editDepartment, { departmentId: twin.id, name: 'Harbour' })).toMatchObject({
      code: 'name_taken',
    })
    expect(harbour.parentId).toBe(north.id)
  })

  test('none stands inside itself, directly or further down', async () => {
    const { admin, harbour, listed, north } = await withTree()
    const below = await admin.call(addDepartment, { name: 'Pier', parentId: harbour.id })
    for (const parentId of [north.id, harbour.id, below.id]) {
      expect(await admin.refused(editDepartment, { departmentId: north.id, parentId })).toMatchObject({
        status: 409,
        code: 'inside_itself',
      })
    }
    expect((await listed()).find(({ id }) => id === north.id)).toMatchObject({ parentId: null })
  })

  test('two moves at once do not close a circle: the second waits, and is refused', async () => {
    const { accountId, admin, north, south } = await withTree()
    const first = await store.startTransaction().execute()
    await first.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute()
    const second = admin.refused(editDepartment, { departmentId: north.id, parentId: south.id })
    await somebodyWaits()
    await first.updateTable('departments').set({ parentId: north.id }).where('id', '=', south.id).execute()
    await first.commit().execute()
    expect(await second).toMatchObject({ code: 'inside_itself' })
  })

  test('A1 unknown ones and those of another account are answered alike; wrong values with their field', async () => {
    const { admin, north } = await withTree()
    const other = await withTree()
    for (const id of [other.north.id, crypto.randomUUID()]) {
      expect(await admin.refused(editDepartment, { departmentId: id, name: 'X', parentId: north.id })).toMatchObject({
        status: 404,
        code: 'not_found',
      })
      expect(await admin.refused(deleteDepartment, { departmentId: id })).toMatchObject({
        status: 404,
        code: 'not_found',
      })
      expect(await admin.refused(addDepartment, { name: 'X', parentId: id })).toMatchObject({
        status: 422,
        code: 'unknown_department',
      })
      expect(await admin.refused(editDepartment, { departmentId: north.id, parentId: id })).toMatchObject({
        code: 'unknown_department',
      })
      expect(await admin.refused(moveToDepartment, { users: { ids: [admin.id] }, departmentId: id })).toMatchObject({
        code: 'unknown_department',
      })
    }
    for (const wrong of [
      { name: ['a'] },
      { name: '\0' },
      { name: 'a', parentId: 'x' },
      { name: 'a', accountId: north.id },
      {},
    ]) {
      expect(await admin.refused(addDepartment, wrong as Call<typeof addDepartment>)).toMatchObject({
        code: 'invalid_input',
      })
    }
  })
})

describe('deleting', () => {
  test('C6.64 its people, inactive ones too, move to the one above, or to none', async () => {
    const { admin, harbour, learner, listed, move, north, people } = await withTree()
    await move({ ids: idsOf(people) }, harbour.id)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const { version } = await admin.call(getUser, { userId: learner.id })
    await admin.call(deleteDepartment, { departmentId: harbour.id })
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({
      department: { id: north.id },
      status: 'inactive',
    })
    expect(await admin.refused(editUser, { userId: learner.id, version, jobTitle: 'X' })).toMatchObject({
      code: 'stale_edit',
      changedBy: 'Ada Example',
    })
    await admin.call(deleteDepartment, { departmentId: north.id })
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({ department: null })
    expect((await listed()).map(({ name }) => name)).toEqual(['South'])
  })

  test('one with others below it stays', async () => {
    const { admin, north } = await withTree()
    expect(await admin.refused(deleteDepartment, { departmentId: north.id })).toMatchObject({
      status: 409,
      code: 'has_departments',
    })
  })

  test('somebody who is put into it meanwhile goes along, and nothing is lost', async () => {
    const { admin, learner, north, south } = await withTree()
    const first = await store.startTransaction().execute()
    await first.updateTable('profiles').set({ departmentId: south.id }).where('userId', '=', learner.id).execute()
    const deletion = admin.send(deleteDepartment, { departmentId: south.id })
    await somebodyWaits()
    await first.commit().execute()
    expect((await deletion).status).toBe(200)
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({ department: null })
    expect(north.parentId).toBeNull()
  })
})

describe('moving people', () => {
  test('B4, B1 the numbers add up, for ids and for a filter', async () => {
    const { admin, move, people, south } = await withTree()
    const stranger = (await anAccount()).learner
    expect(await move({ ids: [...idsOf(people), stranger.id] }, south.id)).toEqual({
      selected: 5,
      changed: 4,
      alreadySo: 0,
      refused: 1,
    })
    expect(await move({ filter: { role: 'learner' }, except: [people[0]!.id] }, null)).toEqual({
      selected: 3,
      changed: 3,
      alreadySo: 0,
      refused: 0,
    })
    expect(await move({ ids: idsOf(people) }, null)).toEqual({ selected: 4, changed: 1, alreadySo: 3, refused: 0 })
    expect(await admin.call(getUser, { userId: people[0]!.id })).toMatchObject({ department: null })
  })

  test('C4.47 a department administrator moves their people among their departments, and nobody else', async () => {
    const { admin, harbour, head, move, north, people, south } = await withTree()
    await move({ ids: idsOf(people.slice(0, 2)) }, north.id)
    expect(await move({ ids: idsOf(people) }, harbour.id, head)).toEqual({
      selected: 4,
      changed: 2,
      alreadySo: 0,
      refused: 2,
    })
    for (const departmentId of [south.id, null]) {
      expect(await head.refused(moveToDepartment, { users: { ids: [people[0]!.id] }, departmentId })).toMatchObject({
        status: 403,
        code: 'outside_your_departments',
      })
    }
    expect(await admin.call(getUser, { userId: people[0]!.id })).toMatchObject({ department: { id: harbour.id } })
    expect(await admin.call(getUser, { userId: people[3]!.id })).toMatchObject({ department: null })
  })

  test('whoever has such a person open to edit is told when they save', async () => {
    const { admin, learner, move, owner, south } = await withTree()
    const { version } = await admin.call(getUser, { userId: learner.id })
    await move({ ids: [learner.id] }, south.id, owner)
    expect(await admin.refused(editUser, { userId: learner.id, version, departmentId: null })).toMatchObject({
      code: 'stale_edit',
      changedBy: 'Olga Example',
      current: { department: { id: south.id } },
    })
  })
})
