import { expect, test } from 'vitest'
import { deactivateUsers, getOperation, listOperations, undoOperation } from '#contract/lifecycle.ts'
import { deleteUser, getUser } from '#contract/people.ts'
import { anAccount } from '#tests/harness/account.ts'

test('B4 an operation of one person names them, changed or refused, also when they are deleted since; one of many names nobody', async () => {
  const { admin, owner, people } = await anAccount({ learners: 3 })
  const [lea, max, mia] = people.map(({ id }) => id)
  const deactivate = async (...ids: string[]) => (await admin.call(deactivateUsers, { users: { ids } })).operation.id
  const nameOf = async (operationId: string) => (await admin.call(getOperation, { operationId })).person

  const fullName = async (userId: string) => {
    const { firstName, lastName } = await admin.call(getUser, { userId })
    return `${firstName} ${lastName}`
  }

  const ofLea = await fullName(lea!)
  const one = await deactivate(lea!)
  await deactivate(owner.id)
  await admin.call(undoOperation, { operationId: one })
  await deactivate(max!, mia!)
  const listed = (await admin.call(listOperations, {})).items.map(({ person }) => person)
  expect(listed).toEqual([null, ofLea, await fullName(owner.id), ofLea])
  expect(await nameOf(one)).toBe(ofLea)

  await admin.call(deleteUser, { userId: lea! })
  expect(await nameOf(one)).toBe(ofLea)
})
