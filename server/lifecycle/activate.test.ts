import { describe, expect, test } from 'vitest'
import {
  activateUsers,
  clearDeactivationDate,
  deactivateUsers,
  listEvents,
  previewChange,
  undoOperation,
} from '#contract/lifecycle.ts'
import { addUsers, editUser, getUser, listUsers } from '#contract/people.ts'
import { changeSeats, getSeats } from '#contract/seats.ts'
import { takeTurn, workFor } from '#server/gate/work.ts'
import { anAccount, database, letDatePass, type Person, store } from '#tests/harness/account.ts'
import { checked, csv } from '#tests/harness/import.ts'
import { fillFromWaiting } from './activate.ts'

const idsOf = (people: readonly (Person | undefined)[]) => people.map((person) => person!.id)
const someone = (n: number) => ({ firstName: `New${n}`, lastName: 'Person', email: `new${n}@example.org` })

describe('seats', () => {
  test('T4 too few free seats: nobody comes in, and the answer says how many are free', async () => {
    const { admin, owner, people, seatsUsed } = await anAccount({ seatLimit: 5, learners: 3 })
    await admin.call(deactivateUsers, { users: { ids: idsOf(people) } })
    await owner.call(changeSeats, { limit: 4 })
    const refused = await admin.refused(activateUsers, { users: { ids: idsOf(people) } })
    expect(refused).toMatchObject({ status: 409, code: 'no_free_seats', needed: 3, free: 2 })
    expect(await seatsUsed()).toBe(2)
  })

  test('T4 filling lets in who waits longest, and names the rest', async () => {
    const { admin, owner, people, seatsUsed } = await anAccount({ seatLimit: 5, learners: 3 })
    for (const person of people) await admin.call(deactivateUsers, { users: { ids: [person.id] } })
    await owner.call(changeSeats, { limit: 4 })
    const { operation, people: told } = await admin.call(activateUsers, {
      users: { ids: idsOf([...people].reverse()) },
      mode: 'fill',
    })
    expect(operation).toMatchObject({ selected: 3, changed: 2, refused: 1 })
    expect(told.find((one) => one.refusal)).toMatchObject({ userId: people[2]!.id, refusal: 'no_free_seats' })
    expect(await seatsUsed()).toBe(4)
  })

  test('C3.35 who is active already takes no seat in the count', async () => {
    const { admin, people } = await anAccount({ seatLimit: 5, learners: 3 })
    await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] } })
    const { operation } = await admin.call(activateUsers, { users: { ids: idsOf(people) } })
    expect(operation).toMatchObject({ changed: 1, alreadySo: 2 })
  })

  test('C3.25 the tenth of ten is active, the eleventh waits', async () => {
    const { admin, seatsUsed } = await anAccount({ seatLimit: 10, learners: 7 })
    const { people, waiting } = await admin.call(addUsers, { people: [someone(1), someone(2)] })
    expect(people).toMatchObject([
      { status: 'active', statusCause: null },
      { status: 'inactive', statusCause: 'seat_limit' },
    ])
    expect(waiting).toBe(1)
    expect(await seatsUsed()).toBe(10)
  })

  test('C3.29 who is to be inactive takes no seat; the others come in in their order', async () => {
    const { admin } = await anAccount({ seatLimit: 4, learners: 1 })
    const { people } = await admin.call(addUsers, {
      people: [{ ...someone(1), status: 'inactive' }, someone(2), someone(3)],
    })
    expect(people.map((person) => [person.status, person.statusCause])).toEqual([
      ['inactive', null],
      ['active', null],
      ['inactive', 'seat_limit'],
    ])
  })

  test('T5 a lowered limit deactivates nobody, lets nobody in, and is told', async () => {
    const { accountId, admin, owner, seatsUsed } = await anAccount({ seatLimit: 9, learners: 5 })
    expect(await owner.call(changeSeats, { limit: 3 })).toMatchObject({ limit: 3, used: 7, free: 0, overBy: 4 })
    expect(await seatsUsed()).toBe(7)
    expect((await admin.call(addUsers, { people: [someone(1)] })).people).toMatchObject([{ status: 'inactive' }])
    await store
      .updateTable('users')
      .set({ role: 'author' })
      .where('accountId', '=', accountId)
      .where('role', '=', 'learner')
      .execute()
  })

  test('T6 a seat is free in the very commit that ends an access, by a passed date too', async () => {
    const { admin, people } = await anAccount({ seatLimit: 4, learners: 2 })
    await letDatePass(people[0]!)
    expect(await admin.call(getSeats, {})).toMatchObject({ used: 3, free: 1 })
    expect((await admin.call(addUsers, { people: [someone(1)] })).people).toMatchObject([{ status: 'active' }])
  })

  test('T2 a cleared date that had passed takes a seat too, past the application', async () => {
    const { admin, people } = await anAccount({ seatLimit: 5, learners: 3 })
    await letDatePass(people[0]!)
    await admin.call(addUsers, { people: [{ ...someone(1), status: 'inactive' }] })
    await letDatePass(people[0]!).catch(() => {})
    const { accountId } = await people[0]!.row()
    await store
      .updateTable('users')
      .set({ status: 'active', deactivationDate: '2024-01-01', deactivateAt: '2024-01-01T23:59:00Z' })
      .where('id', '=', people[0]!.id)
      .execute()
    await store.insertInto('users').values({ accountId, status: 'active' }).execute()
    const cleared = store
      .updateTable('users')
      .set({ deactivationDate: null, deactivateAt: null })
      .where('id', '=', people[0]!.id)
      .execute()
    await expect(cleared).rejects.toMatchObject({ constraint: 'no_free_seats' })
  })

  test('T3 the waiting list fills by itself only where the account wants it', async () => {
    const { accountId, admin, owner, people } = await anAccount({ seatLimit: 4, learners: 2 })
    await admin.call(addUsers, { people: [someone(1), someone(2)] })
    await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] } })
    const fill = () =>
      workFor(database, accountId, 'clock', async (work) => (await takeTurn(work), fillFromWaiting(work)))
    expect(await fill()).toBe(0)
    await owner.call(changeSeats, { fillFromWaiting: true })
    expect(await fill()).toBe(1)
    expect(await admin.call(getSeats, {})).toMatchObject({ used: 4, waiting: 1 })
  })
})

describe('whoever waits for a seat', () => {
  const filled = (accountId: string) =>
    workFor(database, accountId, 'clock', async (work) => (await takeTurn(work), fillFromWaiting(work)))
  const waitingOf = async (admin: Person) =>
    (await admin.call(listUsers, { status: 'waiting', sort: 'statusSince' })).items.map(({ id }) => id)

  test('T3 J6 is made inactive like anybody else: once, with an event, and let in by no free seat', async () => {
    const { accountId, owner, admin } = await anAccount({ seatLimit: 3 })
    await owner.call(changeSeats, { fillFromWaiting: true })
    const { people } = await admin.call(addUsers, { people: [someone(1), someone(2), someone(3)] })
    const [one, two, three] = people.map(({ userId }) => userId)
    const users = { ids: [one!] }
    expect(await admin.call(previewChange, { users, change: 'deactivate' })).toMatchObject({
      willChange: 1,
      waiting: 1,
    })
    await admin.call(deactivateUsers, { users, reason: 'does not come after all' })
    expect((await admin.call(deactivateUsers, { users })).operation).toMatchObject({ changed: 0, alreadySo: 1 })
    expect((await admin.call(listEvents, { userId: one! })).items).toMatchObject([
      { change: 'deactivated', cause: 'administrator', byUserId: admin.id, reason: 'does not come after all' },
      { change: 'added', cause: 'seat_limit' },
    ])
    const { version } = await admin.call(getUser, { userId: two! })
    await admin.call(editUser, { userId: two!, version, status: 'inactive' })
    await admin.call(editUser, { userId: three!, version, jobTitle: 'Waits' })
    await owner.call(changeSeats, { limit: 9 })
    expect(await filled(accountId)).toBe(1)
    expect(await admin.call(getUser, { userId: three! })).toMatchObject({ status: 'active' })
  })

  test('T3 is overtaken by nobody new, where free seats are filled from the list; what is left is for the new', async () => {
    const { accountId, owner, admin, learner } = await anAccount({ seatLimit: 3 })
    const add = async (...numbers: number[]) =>
      (await admin.call(addUsers, { people: numbers.map(someone) })).people.map(({ status }) => status)
    expect(await add(1)).toEqual(['inactive'])
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    await store.updateTable('accounts').set({ fillFromWaiting: true }).where('id', '=', accountId).execute()
    expect(await add(2)).toEqual(['inactive'])
    const told = await checked(
      admin,
      csv(['E-mail', 'First name', 'Last name'], ...[6, 7].map((n) => [`file${n}@example.org`, 'F', 'L'])),
    )
    expect(told).toMatchObject({ counts: { new_waiting: 2 } })
    expect(await filled(accountId)).toBe(1)
    expect((await waitingOf(admin)).length).toBe(1)
    await owner.call(changeSeats, { limit: 5 })
    expect(await add(3, 4)).toEqual(['active', 'inactive'])
    // Where it is not turned on, whoever is chosen comes in (C3.32).
    await owner.call(changeSeats, { limit: 6, fillFromWaiting: false })
    expect(await add(5)).toEqual(['active'])
  })

  test('B5 waits again at the same place once that is undone, and webhooks hear that they wait', async () => {
    const { admin } = await anAccount({ seatLimit: 3 })
    const { people } = await admin.call(addUsers, { people: [someone(1), someone(2), someone(3)] })
    const ids = people.map(({ userId }) => userId)
    const { operation } = await admin.call(deactivateUsers, { users: { ids: [ids[1]!] } })
    expect(await waitingOf(admin)).toEqual([ids[0], ids[2]])
    await admin.call(undoOperation, { operationId: operation.id })
    expect(await waitingOf(admin)).toEqual(ids)
    expect((await admin.call(listEvents, { userId: ids[1]!, limit: 1 })).items).toMatchObject([{ cause: 'seat_limit' }])
  })
})

describe('undoing', () => {
  test('T3 B5 whoever was let in and is not any more waits where they waited', async () => {
    const { accountId, admin } = await anAccount({ seatLimit: 3 })
    const { people } = await admin.call(addUsers, { people: [someone(1)] })
    const [first] = people
    const { people: later } = await admin.call(addUsers, { people: [someone(2)] })
    await store.updateTable('accounts').set({ seatLimit: 4 }).where('id', '=', accountId).execute()
    const before = await admin.call(getUser, { userId: first!.userId })
    const { operation } = await admin.call(activateUsers, { users: { ids: [first!.userId] } })
    await admin.call(undoOperation, { operationId: operation.id })
    expect(await admin.call(getUser, { userId: first!.userId })).toMatchObject({
      status: 'inactive',
      statusCause: 'seat_limit',
      statusSince: before.statusSince,
    })
    const filled = await admin.call(activateUsers, {
      users: { filter: { status: ['waiting'] }, except: [] },
      mode: 'fill',
    })
    expect(filled.people.map(({ userId, outcome }) => [userId, outcome])).toEqual([
      [first!.userId, 'changed'],
      [later[0]!.userId, 'refused'],
    ])
  })

  test('B5 exactly those whom it changed and who have not been changed since', async () => {
    const { admin, people } = await anAccount({ learners: 3 })
    const { operation } = await admin.call(deactivateUsers, { users: { ids: idsOf(people) } })
    await admin.call(activateUsers, { users: { ids: [people[0]!.id] } })
    const undone = await admin.call(undoOperation, { operationId: operation.id })
    expect(undone.operation).toMatchObject({ kind: 'undo', changed: 2, refused: 1, undoes: operation.id })
    expect(undone.people.find((one) => one.refusal)).toMatchObject({ userId: people[0]!.id, refusal: 'changed_since' })
    expect(await admin.refused(undoOperation, { operationId: operation.id })).toMatchObject({
      status: 409,
      code: 'nothing_to_undo',
    })
  })

  test('B5 the date of before comes back with its instant', async () => {
    const { admin, learner } = await anAccount({ timeZone: 'Europe/Berlin' })
    const users = { ids: [learner.id] }
    await admin.call(deactivateUsers, { users, deactivationDate: '2031-06-01' })
    const { operation } = await admin.call(clearDeactivationDate, { users })
    await admin.call(undoOperation, { operationId: operation.id })
    expect(await learner.row()).toMatchObject({
      deactivationDate: '2031-06-01',
      deactivateAt: '2031-06-01T21:59:00.000Z',
    })
  })

  test('C3.40 without free seats it is refused, and says so', async () => {
    const { admin, people } = await anAccount({ seatLimit: 4, learners: 2 })
    const { operation } = await admin.call(deactivateUsers, { users: { ids: idsOf(people) } })
    await admin.call(addUsers, { people: [someone(1)] })
    expect(await admin.refused(undoOperation, { operationId: operation.id })).toMatchObject({
      code: 'no_free_seats',
      needed: 2,
      free: 1,
    })
    const filled = await admin.call(undoOperation, { operationId: operation.id, mode: 'fill' })
    expect(filled.operation).toMatchObject({ changed: 1, refused: 1 })
  })
})
