import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers, listOutcomes, previewChange, undoOperation } from '#contract/lifecycle.ts'
import { addDepartment } from '#contract/departments.ts'
import { deleteUser, editUser } from '#contract/people.ts'
import { getMe } from '#contract/sign-in.ts'
import { takeTurn, workFor } from '#server/gate/work.ts'
import { aPerson, anAccount, database, letDatePass, type Person, somebodyWaits, store } from '#tests/harness/account.ts'
import { checked, csv, importsCarriedOn, ran } from '#tests/harness/import.ts'
import { settleFirst } from './settle.ts'

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('deactivating now', () => {
  test('S3 access is over once the answer is there, and the reason is told', async () => {
    const { admin, people } = await anAccount({ learners: 2 })
    const [leaver, stayer] = people
    const { operation } = await admin.call(deactivateUsers, {
      users: { ids: [leaver!.id] },
      reason: 'left the company',
    })

    expect(operation).toMatchObject({
      kind: 'deactivate',
      selected: 1,
      changed: 1,
      alreadySo: 0,
      refused: 0,
      reason: 'left the company',
    })
    expect(await leaver!.refused(getMe, {})).toMatchObject({ status: 401, code: 'account_inactive' })
    expect(await stayer!.call(getMe, {})).toMatchObject({ id: stayer!.id })
  })

  test('H1 each change leaves its event: who, what, from what to what, why, in which operation', async () => {
    const { admin, learner } = await anAccount()
    const { operation } = await admin.call(deactivateUsers, {
      users: { ids: [learner.id] },
      reason: 'left the company',
    })
    expect(await learner.events()).toMatchObject([
      {
        change: 'deactivated',
        cause: 'administrator',
        byUserId: admin.id,
        reason: 'left the company',
        operationId: operation.id,
        fromStatus: 'active',
        toStatus: 'inactive',
      },
    ])
  })

  test('C4.51 who is inactive already is told so, and no event is written', async () => {
    const { admin, learner } = await anAccount()
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const again = await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(again.operation).toMatchObject({ selected: 1, changed: 0, alreadySo: 1 })
    expect(again.people).toMatchObject([{ userId: learner.id, outcome: 'already_so', refusal: null }])
    expect(await learner.events()).toHaveLength(1)
  })

  test('B4 every person meant is told what became of them, and the numbers add up', async () => {
    const { admin, owner, people } = await anAccount({ learners: 3 })
    await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] } })
    const unknown = crypto.randomUUID()
    const ids = [owner.id, admin.id, unknown, ...people.map((person) => person.id)]
    const { operation, people: told } = await admin.call(deactivateUsers, { users: { ids } })

    expect(operation).toMatchObject({ selected: 6, changed: 2, alreadySo: 1, refused: 3 })
    expect(Object.fromEntries(told.map(({ userId, outcome, refusal }) => [userId, refusal ?? outcome]))).toEqual({
      [owner.id]: 'owner_protected',
      [admin.id]: 'not_yourself',
      [unknown]: 'not_found',
      [people[0]!.id]: 'already_so',
      [people[1]!.id]: 'changed',
      [people[2]!.id]: 'changed',
    })
    const refused = await admin.call(listOutcomes, { operationId: operation.id, outcome: 'refused' })
    expect(refused.items).toHaveLength(3)
  })

  test('B1 all that match a filter are meant, except a few, and nobody who comes later', async () => {
    const { accountId, admin, people } = await anAccount({ learners: 5 })
    const users = { filter: { role: ['learner' as const] }, except: [people[4]!.id] }
    expect(await admin.call(previewChange, { users, change: 'deactivate' })).toMatchObject({
      selected: 4,
      willChange: 4,
      refused: [],
    })
    const { operation } = await admin.call(deactivateUsers, { users })
    const later = await aPerson(accountId)
    expect(operation).toMatchObject({ selected: 4, changed: 4 })
    expect(await people[4]!.row()).toMatchObject({ status: 'active' })
    expect(await later.row()).toMatchObject({ status: 'active' })
  })

  test('S6 not even SQL past the application deactivates the owner', async () => {
    const { owner } = await anAccount()
    const past = store.updateTable('users').set({ status: 'inactive' }).where('id', '=', owner.id).execute()
    await expect(past).rejects.toMatchObject({ constraint: 'owner_protected' })
  })

  test('R36 nobody acts on a role above their own', async () => {
    const { accountId, admin } = await anAccount()
    const head = await aPerson(accountId, 'department_administrator')
    const { people } = await head.call(deactivateUsers, { users: { ids: [admin.id] } })
    expect(people).toMatchObject([{ outcome: 'refused', refusal: 'higher_role' }])
  })

  test('A1 somebody of another account is not there at all', async () => {
    const { admin } = await anAccount()
    const elsewhere = await anAccount()
    const { people } = await admin.call(deactivateUsers, { users: { ids: [elsewhere.learner.id] } })
    expect(people).toEqual([
      { userId: elsewhere.learner.id, name: '', email: '', outcome: 'refused', refusal: 'not_found' },
    ])
    expect(await elsewhere.learner.row()).toMatchObject({ status: 'active' })
  })
})

test('C4.48 whoever is out of reach is refused without a name, in the answer, the preview and the result', async () => {
  const { accountId, admin, people } = await anAccount({ learners: 2 })
  const [mine, theirs] = people as [Person, Person]
  const deleted = await aPerson(accountId, 'learner')
  await admin.call(deleteUser, { userId: deleted.id })
  const head = await aPerson(accountId, 'department_administrator')
  const { id: departmentId } = await admin.call(addDepartment, { name: 'Sales', parentId: null })
  await admin.call(editUser, { userId: mine.id, version: 1, departmentId })
  await admin.call(editUser, { userId: head.id, version: 1, managedDepartmentIds: [departmentId] })
  const users = { ids: [mine.id, theirs.id, deleted.id] }
  const preview = await head.call(previewChange, { users, change: 'deactivate' })
  expect(preview.refused.map(({ refusal, names }) => [refusal, names])).toEqual([
    ['not_found', []],
    ['outside_your_departments', []],
  ])
  const answer = await head.call(deactivateUsers, { users })
  const { items } = await head.call(listOutcomes, { operationId: answer.operation.id })
  for (const told of [answer.people, items]) {
    expect(told.map(({ userId, name, email }) => [userId, name !== '', email])).toEqual([
      [mine.id, true, mine.email],
      [theirs.id, false, ''],
      [deleted.id, false, ''],
    ])
  }
  // An administrator, who reaches everybody, reads who they were.
  const { items: all } = await admin.call(listOutcomes, { operationId: answer.operation.id })
  expect(all.map(({ email }) => email)).toEqual([mine.email, theirs.email, deleted.email])
})

describe('deactivating later', () => {
  test('D1 access ends on that date at 23:59 in the zone of the account, and the person stays active until then', async () => {
    const { admin, learner } = await anAccount({ timeZone: 'America/New_York' })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: '2031-12-01' })
    expect(await learner.row()).toMatchObject({
      status: 'active',
      deactivationDate: '2031-12-01',
      deactivateAt: '2031-12-02T04:59:00.000Z',
    })
    expect(await learner.call(getMe, {})).toMatchObject({ deactivationDate: '2031-12-01' })
  })

  test('D2 a date that has passed is refused with the way out, and nobody is changed', async () => {
    const { admin, learner } = await anAccount()
    const refused = await admin.refused(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: inDays(-2) })
    expect(refused).toMatchObject({
      status: 422,
      code: 'date_in_past',
      title: expect.stringContaining('deactivate now'),
    })
    expect(await learner.events()).toEqual([])
  })

  test('D3 set again is replaced; deactivated at once it is gone', async () => {
    const { admin, learner } = await anAccount()
    const users = { ids: [learner.id] }
    await admin.call(deactivateUsers, { users, deactivationDate: inDays(10) })
    await admin.call(deactivateUsers, { users, deactivationDate: inDays(20) })
    expect(await learner.row()).toMatchObject({ deactivationDate: inDays(20) })
    await admin.call(deactivateUsers, { users })
    expect(await learner.row()).toMatchObject({ status: 'inactive', deactivationDate: null, deactivateAt: null })
  })

  test('C2.14 whoever has an earlier date keeps it when asked so', async () => {
    const { admin, people } = await anAccount({ learners: 2 })
    const [early, late] = people
    await admin.call(deactivateUsers, { users: { ids: [early!.id] }, deactivationDate: inDays(5) })
    const users = { ids: people.map((person) => person.id) }
    const preview = await admin.call(previewChange, { users, change: 'schedule', deactivationDate: inDays(9) })
    expect(preview).toMatchObject({ willChange: 2, haveDate: 1, haveEarlierDate: 1, dateIsAhead: true })
    await admin.call(deactivateUsers, { users, deactivationDate: inDays(9), keepEarlierDate: true })
    expect(await early!.row()).toMatchObject({ deactivationDate: inDays(5) })
    expect(await late!.row()).toMatchObject({ deactivationDate: inDays(9) })
  })

  test('C2.20 an inactive person gets no date', async () => {
    const { admin, learner } = await anAccount()
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const { people } = await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: inDays(3) })
    expect(people).toMatchObject([{ outcome: 'refused', refusal: 'only_the_active_leave' }])
  })

  test('H1 C2.21 a passed date is recorded with whoever set it last, by a file or by an undone deactivation too', async () => {
    const { accountId, admin, owner, people } = await anAccount({ learners: 2 })
    const [byFile, byUndo] = people as [Person, Person]
    const users = { ids: people.map(({ id }) => id) }
    await admin.call(deactivateUsers, { users, deactivationDate: '2031-05-31', reason: 'of before' })
    await admin.call(deactivateUsers, { users: { ids: [byFile.id] } })
    const { operation } = await admin.call(deactivateUsers, { users: { ids: [byUndo.id] } })
    await owner.call(undoOperation, { operationId: operation.id })
    importsCarriedOn()
    const file = csv(['E-mail', 'Status', 'Deactivation date'], [byFile.email, 'Active', inDays(9)])
    await ran(owner, (await checked(owner, file)).id)
    for (const person of people) await letDatePass(person)
    await workFor(database, accountId, 'clock', async (work) => (await takeTurn(work), settleFirst(work)))
    const last = { change: 'deactivated', cause: 'schedule', byUserId: owner.id }
    expect((await byFile.events()).at(-1)).toMatchObject({ ...last, reason: 'people.csv' })
    expect((await byUndo.events()).at(-1)).toMatchObject({ ...last, reason: null })
  })

  test('S1 whose date has passed is out at once, though nothing has recorded it; the next command does', async () => {
    const { admin, people } = await anAccount({ learners: 2 })
    const [due, other] = people
    await letDatePass(due!)
    expect(await due!.refused(getMe, {})).toMatchObject({ status: 401, code: 'account_inactive' })
    await admin.call(deactivateUsers, { users: { ids: [other!.id] } })
    expect(await due!.row()).toMatchObject({ status: 'inactive', statusCause: 'schedule', deactivationDate: null })
    expect(await due!.events()).toMatchObject([
      { change: 'deactivated', cause: 'schedule', dueAt: '2024-01-01T23:59:00.000Z' },
    ])
  })
})

describe('of two at once', () => {
  test('S5 a date that is set leaves what ended all sessions meanwhile as it is', async () => {
    const { admin, learner } = await anAccount()
    const other = await store.startTransaction().execute()
    await other.updateTable('users').set({ letInSince: '2031-05-05T00:00:00Z' }).where('id', '=', learner.id).execute()
    const answer = admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: inDays(3) })
    await somebodyWaits()
    await other.commit().execute()
    await answer
    expect(await learner.row()).toMatchObject({
      letInSince: '2031-05-05T00:00:00.000Z',
      deactivationDate: inDays(3),
    })
  })

  test('A1 nobody waits for the work of people of another account, though their ids are told', async () => {
    const [{ admin }, { learner: stranger }] = [await anAccount(), await anAccount()]
    const underWay = await store.startTransaction().execute()
    await sql`select pg_advisory_xact_lock_shared(user_lock(${stranger.id}))`.execute(underWay)
    const { people } = await admin.call(deactivateUsers, { users: { ids: [stranger.id] } })
    expect(people).toMatchObject([{ outcome: 'refused', refusal: 'not_found' }])
    await underWay.rollback().execute()
  })
})

describe('coming back', () => {
  test('S5 a reactivated person has no date and no session of before', async () => {
    const { admin, learner } = await anAccount()
    await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: inDays(3) })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await learner.row()).toMatchObject({ status: 'active', deactivationDate: null })
    expect(await learner.refused(getMe, {})).toMatchObject({ status: 401, code: 'not_signed_in' })
  })
})
