import { describe, expect, test } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import { addGroup, changeMembers, deleteGroup, editGroup, listGroups } from '#contract/groups.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { editUser, getUser, listUsers } from '#contract/people.ts'
import { anAccount, aPerson, letDatePass, type Person, somebodyWaits, store } from '#tests/harness/account.ts'

const idsOf = (people: readonly { id: string }[]) => people.map(({ id }) => id)

async function withGroup(learners = 3) {
  const account = await anAccount({ learners })
  const group = await account.admin.call(addGroup, { name: 'Runners' })
  const change = (change: 'add' | 'remove', users: Call<typeof changeMembers>['users'], by: Person = account.admin) =>
    by.call(changeMembers, { groupId: group.id, users, change })
  const listed = async (by: Person = account.admin) => (await by.call(listGroups, {})).items
  return { ...account, group, change, listed }
}

/** A department with these people in it, and its administrator. */
async function aHead(accountId: string, people: readonly Person[]): Promise<Person> {
  const { id } = await store
    .insertInto('departments')
    .values({ accountId, name: 'Mine' })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const person of people)
    await store.updateTable('profiles').set({ departmentId: id }).where('userId', '=', person.id).execute()
  const head = await aPerson(accountId, 'department_administrator', { departmentId: id })
  await store.insertInto('managedDepartments').values({ accountId, userId: head.id, departmentId: id }).execute()
  return head
}

describe('groups', () => {
  test('are added, renamed, described and deleted; their people stay', async () => {
    const { admin, change, group, learner, listed } = await withGroup()
    expect(group).toEqual({
      id: group.id,
      name: 'Runners',
      description: null,
      active: 0,
      inactive: 0,
      isProvisioned: false,
    })
    await change('add', { ids: [learner.id] })
    expect(await admin.call(editGroup, { groupId: group.id, name: ' Élan ', description: 'fast' })).toEqual({
      ...group,
      name: 'Élan',
      description: 'fast',
      active: 1,
    })
    expect(await admin.call(editGroup, { groupId: group.id })).toMatchObject({ name: 'Élan', description: 'fast' })
    await admin.call(addGroup, { name: 'Zebras' })
    for (const name of ['flyers', 'Team 10', 'Team 2']) await admin.call(addGroup, { name })
    expect((await listed()).map(({ name }) => name)).toEqual(['Élan', 'flyers', 'Team 2', 'Team 10', 'Zebras'])
    await admin.call(deleteGroup, { groupId: group.id })
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({ id: learner.id, groups: [] })
    expect(await admin.refused(deleteGroup, { groupId: group.id })).toMatchObject({ status: 404, code: 'not_found' })
  })

  test('S1 their people are counted by the status that holds now', async () => {
    const { admin, change, learner, listed, people } = await withGroup(4)
    await change('add', { filter: { role: ['learner'] } })
    await admin.call(deactivateUsers, { users: { ids: [people[1]!.id] } })
    await letDatePass(people[2]!)
    expect(await listed()).toMatchObject([{ active: 2, inactive: 2 }])
    expect(learner.id).toBe(people[0]!.id)
  })

  test('wrong values are refused; a taken name is told; another account has the name, too', async () => {
    const { admin, group } = await withGroup()
    const other = await withGroup()
    const second = await admin.call(addGroup, { name: 'Second' })
    expect(await admin.refused(addGroup, { name: 'Runners' })).toMatchObject({ status: 409, code: 'name_taken' })
    expect(await admin.refused(editGroup, { groupId: second.id, name: 'Runners' })).toMatchObject({
      code: 'name_taken',
    })
    for (const wrong of [
      { name: '' },
      { name: ['a'] },
      { name: 'a\0' },
      { name: 'x'.repeat(101) },
      { name: 'a', id: group.id },
      {},
    ]) {
      expect(await admin.refused(addGroup, wrong as Call<typeof addGroup>)).toMatchObject({
        status: 422,
        code: 'invalid_input',
      })
    }
    for (const groupId of [other.group.id, crypto.randomUUID()]) {
      expect(await admin.refused(editGroup, { groupId, name: 'X' })).toMatchObject({ status: 404, code: 'not_found' })
      expect(await admin.refused(deleteGroup, { groupId })).toMatchObject({ status: 404, code: 'not_found' })
      expect(await admin.refused(changeMembers, { groupId, users: { ids: [admin.id] }, change: 'add' })).toMatchObject({
        status: 404,
      })
    }
    expect(await other.listed()).toMatchObject([{ name: 'Runners' }])
  })
})

describe('people of a group', () => {
  test('B4 are added and taken out, active and inactive alike, and the numbers add up', async () => {
    const { accountId, admin, change, listed, people } = await withGroup()
    const stranger = (await anAccount()).learner
    await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] } })
    const ids = [...idsOf(people), people[0]!.id, stranger.id, crypto.randomUUID()]
    expect(await change('add', { ids })).toEqual({ selected: 5, changed: 3, alreadySo: 0, refused: 2 })
    expect(await change('add', { ids })).toEqual({ selected: 5, changed: 0, alreadySo: 3, refused: 2 })
    expect(await change('remove', { ids: [people[0]!.id, admin.id] })).toEqual({
      selected: 2,
      changed: 1,
      alreadySo: 1,
      refused: 0,
    })
    expect(await listed()).toMatchObject([{ active: 2, inactive: 0 }])
    expect(
      await store.selectFrom('groupMembers').select('userId').where('accountId', '=', accountId).execute(),
    ).toHaveLength(2)
  })

  test('B1 all who match a filter, except a few', async () => {
    const { admin, change, group, people } = await withGroup(4)
    expect(await change('add', { filter: { search: 'lea', role: 'learner' }, except: [people[0]!.id] })).toEqual({
      selected: 3,
      changed: 3,
      alreadySo: 0,
      refused: 0,
    })
    const { items } = await admin.call(listUsers, { groupId: group.id })
    expect(new Set(idsOf(items))).toEqual(new Set(idsOf(people.slice(1))))
    expect(await change('remove', { filter: { groupId: group.id } })).toMatchObject({ selected: 3, changed: 3 })
  })

  test('S5 somebody who comes back is in the groups of before', async () => {
    const { admin, change, group, learner } = await withGroup()
    await change('add', { ids: [learner.id] })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({
      status: 'active',
      groups: [{ id: group.id }],
    })
  })

  test('C4.48 a department administrator changes and counts their own people; the others are refused, never changed', async () => {
    const { accountId, admin, change, learner, listed, owner, people } = await withGroup()
    const head = await aHead(accountId, [learner, admin])
    await change('add', { ids: idsOf(people) })
    expect(await change('remove', { ids: [...idsOf(people), owner.id, admin.id] }, head)).toEqual({
      selected: 5,
      changed: 1,
      alreadySo: 0,
      refused: 4,
    })
    expect(await change('add', { filter: {} }, head)).toMatchObject({ selected: 3, changed: 2, refused: 1 })
    expect(await listed(head)).toMatchObject([{ name: 'Runners', active: 2, inactive: 0 }])
    expect(await listed()).toMatchObject([{ active: 4 }])
    expect(await head.refused(addGroup, { name: 'X' })).toMatchObject({ status: 403, code: 'not_allowed' })
  })

  test('whoever has such a person open to edit is told when they save', async () => {
    const { admin, change, learner, owner } = await withGroup()
    const { version } = await admin.call(getUser, { userId: learner.id })
    await change('add', { ids: [learner.id] }, owner)
    expect(await admin.refused(editUser, { userId: learner.id, version, groupIds: [] })).toMatchObject({
      code: 'stale_edit',
      changedBy: 'Olga Example',
    })
    const now = (await admin.call(getUser, { userId: learner.id })).version
    await change('add', { ids: [learner.id] }, owner)
    expect((await admin.call(getUser, { userId: learner.id })).version).toBe(now)
  })

  test('of two who add the same people at once each is told what they did', async () => {
    const { accountId, change, group, people } = await withGroup(2)
    const first = await store.startTransaction().execute()
    await first.insertInto('groupMembers').values({ accountId, groupId: group.id, userId: people[0]!.id }).execute()
    const second = change('add', { ids: idsOf(people) })
    await somebodyWaits()
    await first.commit().execute()
    expect(await second).toEqual({ selected: 2, changed: 1, alreadySo: 1, refused: 0 })
  })

  test('wrong selections are refused', async () => {
    const { admin, group } = await withGroup()
    for (const users of [
      {},
      { ids: [] },
      { ids: ['x'] },
      { ids: 'x' },
      { ids: [admin.id], filter: {} },
      { filter: { colour: 'red' } },
      [admin.id],
      null,
    ]) {
      const asked = { groupId: group.id, users, change: 'add' } as Call<typeof changeMembers>
      expect(await admin.refused(changeMembers, asked)).toMatchObject({ status: 422, code: 'invalid_input' })
    }
  })
})
