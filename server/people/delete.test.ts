import { expect, test } from 'vitest'
import { changeMembers } from '#contract/groups.ts'
import { deactivateUsers, listEvents } from '#contract/lifecycle.ts'
import { addUsers, deleteUser, getUser, listUsers, setPassword } from '#contract/people.ts'
import { getSeats } from '#contract/seats.ts'
import { getMe, signIn } from '#contract/sign-in.ts'
import { anAccount, aPerson, letDatePass, Person, somebodyWaits, store } from '#tests/harness/account.ts'

const passwordOf = 'correct horse battery'
const signInAs = ({ id, email, host }: Person, password: string) =>
  new Person({ id, email, host }).send(signIn, { email, password })

async function aHead(accountId: string, learner: Person): Promise<Person> {
  const { id } = await store
    .insertInto('departments')
    .values({ accountId, name: 'Mine' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await store.updateTable('profiles').set({ departmentId: id }).where('userId', '=', learner.id).execute()
  const head = await aPerson(accountId, 'department_administrator', { departmentId: id })
  await store.insertInto('managedDepartments').values({ accountId, userId: head.id, departmentId: id }).execute()
  return head
}

test('deleting ends access at once, frees the seat and the address, and the history keeps the name (H1, C2.23)', async () => {
  const { admin, learner } = await anAccount({ seatLimit: 3 })
  await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: '2031-01-01' })
  await admin.call(deleteUser, { userId: learner.id })

  expect(await learner.refused(getMe, {})).toMatchObject({ status: 401, code: 'not_signed_in' })
  expect(await admin.refused(getUser, { userId: learner.id })).toMatchObject({ status: 404 })
  expect(await admin.call(getSeats, {})).toMatchObject({ used: 2, free: 1 })
  const { items } = await admin.call(listEvents, { userId: learner.id })
  expect(items).toMatchObject([
    { change: 'deleted', userName: 'Lea0 Example', byName: 'Ada Example', fromDate: '2031-01-01', toDate: null },
    { change: 'scheduled', userName: 'Lea0 Example' },
  ])
  const again = { firstName: 'Lea', lastName: 'Again', email: learner.email }
  expect((await admin.call(addUsers, { people: [again] })).people).toMatchObject([{ status: 'active' }])
  expect(await admin.refused(deleteUser, { userId: learner.id })).toMatchObject({ status: 404, code: 'not_found' })
})

test('H1 whose date had passed is recorded as gone by it, before they are deleted', async () => {
  const { admin, learner } = await anAccount()
  await letDatePass(learner)
  await admin.call(deleteUser, { userId: learner.id })
  expect((await admin.call(listEvents, { userId: learner.id })).items).toMatchObject([
    { change: 'deleted' },
    { change: 'deactivated', cause: 'schedule' },
  ])
})

test('S6, R36 the owner, yourself, whoever is above and whoever is of another account are not deleted', async () => {
  const { accountId, admin, learner, owner } = await anAccount()
  const other = await anAccount()
  const head = await aHead(accountId, learner)
  expect(await admin.refused(deleteUser, { userId: owner.id })).toMatchObject({ status: 409, code: 'owner_protected' })
  expect(await owner.refused(deleteUser, { userId: owner.id })).toMatchObject({ code: 'owner_protected' })
  expect(await admin.refused(deleteUser, { userId: admin.id })).toMatchObject({ status: 409, code: 'not_yourself' })
  expect(await head.refused(deleteUser, { userId: learner.id })).toMatchObject({ status: 403, code: 'not_allowed' })
  for (const userId of [other.learner.id, crypto.randomUUID()]) {
    expect(await admin.refused(deleteUser, { userId })).toMatchObject({ status: 404, code: 'not_found' })
  }
  expect(await owner.call(deleteUser, { userId: admin.id })).toEqual({ done: true })
  expect((await owner.call(listUsers, {})).items.map(({ id }) => id).sort()).toEqual(
    [owner.id, learner.id, head.id].sort(),
  )
})

test('S3 a deletion waits for work of that person that is under way, and none comes after', async () => {
  const { accountId, admin, owner } = await anAccount()
  const worker = await aPerson(accountId, 'administrator')
  const { id: groupId } = await store
    .insertInto('groups')
    .values({ accountId, name: 'G' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const first = await store.startTransaction().execute()
  await first.selectFrom('groups').select('id').where('id', '=', groupId).forUpdate().execute()
  const work = worker.send(changeMembers, { groupId, users: { ids: [admin.id] }, change: 'add' })
  await somebodyWaits()
  const deletion = owner.send(deleteUser, { userId: worker.id })
  await somebodyWaits(2)
  await first.commit().execute()
  expect((await work).status).toBe(200)
  expect((await deletion).status).toBe(200)
  expect(await worker.refused(changeMembers, { groupId, users: { ids: [owner.id] }, change: 'add' })).toMatchObject({
    status: 401,
  })
})

test('a password that is set lets them in, and ends the sessions of before; an inactive person stays out (S7, S2)', async () => {
  const { accountId, admin, learner } = await anAccount()
  const head = await aHead(accountId, learner)
  await admin.call(setPassword, { userId: learner.id, password: passwordOf })
  expect(await learner.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
  expect((await signInAs(learner, passwordOf)).status).toBe(200)
  expect((await signInAs(learner, `${passwordOf}!`)).status).toBe(401)
  await head.call(setPassword, { userId: learner.id, password: `${passwordOf} 2` })
  expect((await signInAs(learner, passwordOf)).status).toBe(401)

  await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
  expect(await admin.call(setPassword, { userId: learner.id, password: passwordOf })).toEqual({ done: true })
  expect((await signInAs(learner, passwordOf)).body).toMatchObject({ code: 'account_inactive' })
})

test('nobody sets the password of whoever is above, out of reach, or their own by an open session alone', async () => {
  const { accountId, admin, learner, owner, people } = await anAccount({ learners: 2 })
  const head = await aHead(accountId, learner)
  const password = passwordOf
  expect(await admin.refused(setPassword, { userId: owner.id, password })).toMatchObject({
    status: 403,
    code: 'higher_role',
  })
  expect(await head.refused(setPassword, { userId: people[1]!.id, password })).toMatchObject({
    status: 404,
    code: 'not_found',
  })
  for (const person of [owner, admin, head]) {
    expect(await person.refused(setPassword, { userId: person.id, password })).toMatchObject({
      status: 409,
      code: 'not_yourself',
    })
  }
  expect(await admin.refused(setPassword, { userId: (await anAccount()).learner.id, password })).toMatchObject({
    status: 404,
  })
  for (const wrong of ['short', 'x'.repeat(201), ['a longer one', 'b'], null]) {
    expect(await admin.refused(setPassword, { userId: learner.id, password: wrong as string })).toMatchObject({
      code: 'invalid_input',
      where: expect.arrayContaining([expect.objectContaining({ at: 'password' })]),
    })
  }
  expect(await learner.call(getMe, {})).toMatchObject({ id: learner.id })
})
