import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { addDepartment } from '#contract/departments.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import { addGroup, changeMembers } from '#contract/groups.ts'
import { activateUsers, clearDeactivationDate, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { addUsers, deleteUser, editUser } from '#contract/people.ts'
import { addProvisioningToken } from '#contract/provisioning.ts'
import { confirmAuthenticator, renewRecoveryCodes, startAuthenticator } from '#contract/second-step.ts'
import { addToken } from '#contract/tokens.ts'
import { addWebhook } from '#contract/webhooks.ts'
import { password, withPassword } from '#tests/harness/password.ts'
import { aCrowd, anAccount, aNode, aPool, type Person, store } from '#tests/harness/account.ts'

const nodes = [await aNode(aPool()), await aNode(aPool())] as const

const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': key })
const someone = () => ({ firstName: 'New', lastName: 'Person', email: `${randomUUID()}@example.org` })

/** How many of everything there is: what a repetition must not add to. */
async function counted(accountId: string): Promise<Record<string, number>> {
  const tables = ['users', 'operations', 'lifecycleEvents', 'groups', 'departments', 'groupMembers'] as const
  const counts: Record<string, number> = {}
  for (const table of tables) {
    counts[table] = (
      await store.selectFrom(table).select('accountId').where('accountId', '=', accountId).execute()
    ).length
  }
  return counts
}

interface Scene {
  readonly accountId: string
  readonly admin: Person
  readonly active: string
  readonly inactive: string
  readonly dated: string
  readonly groupId: string
  readonly operationId: string
}

async function aScene(): Promise<Scene> {
  const { accountId, admin } = await anAccount({ learners: 0 })
  const [active, dated, undone] = await aCrowd(accountId, 3)
  const [inactive] = await aCrowd(accountId, 1, { status: 'inactive' })
  await admin.call(deactivateUsers, { users: { ids: [dated!] }, deactivationDate: '2031-01-01' })
  const { operation } = await admin.call(deactivateUsers, { users: { ids: [undone!] } })
  const { id: groupId } = await admin.call(addGroup, { name: 'Readers' })
  return { accountId, admin, active: active!, inactive: inactive!, dated: dated!, groupId, operationId: operation.id }
}

const calls: [string, Endpoint, (scene: Scene) => object][] = [
  ['adding people', addUsers, () => ({ people: [someone()] })],
  ['deactivating', deactivateUsers, ({ active }) => ({ users: { ids: [active] } })],
  ['scheduling', deactivateUsers, ({ active }) => ({ users: { ids: [active] }, deactivationDate: '2031-05-05' })],
  ['activating', activateUsers, ({ inactive }) => ({ users: { ids: [inactive] } })],
  ['clearing a date', clearDeactivationDate, ({ dated }) => ({ users: { ids: [dated] } })],
  ['undoing', undoOperation, ({ operationId }) => ({ operationId })],
  ['editing', editUser, ({ active }) => ({ userId: active, version: 1, status: 'inactive', firstName: 'Ida' })],
  ['deleting', deleteUser, ({ active }) => ({ userId: active })],
  ['adding a group', addGroup, () => ({ name: 'Writers' })],
  ['adding a department', addDepartment, () => ({ name: 'Sales' })],
  ['adding to a group', changeMembers, ({ groupId, active }) => ({ groupId, users: { ids: [active] }, change: 'add' })],
]

describe('R26 the same request twice', () => {
  test.each(calls)('%s: it is done once, and answered alike', async (_, endpoint, inputOf) => {
    const scene = await aScene()
    const { accountId, admin } = scene
    const [input, headers] = [inputOf(scene) as never, keyed()]
    const first = await admin.send(endpoint, input, headers)
    expect(first.status).toBe(200)
    const after = await counted(accountId)
    const again = await admin.send(endpoint, input, headers)
    expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: first.body })
    expect(await counted(accountId)).toEqual(after)
  })

  test.each(calls)(
    '%s, ten at once on two nodes: it is done once, and answered alike',
    async (_, endpoint, inputOf) => {
      const scene = await aScene()
      const { accountId, admin } = scene
      const [input, headers] = [inputOf(scene) as never, keyed()]
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_, place) => admin.at(nodes[place % 2]!).send(endpoint, input, headers)),
      )
      const answers = new Set(replies.map(({ status, body }) => JSON.stringify({ status, body })))
      expect(replies[0]!.status).toBe(200)
      expect(answers.size).toBe(1)
      const after = await counted(accountId)
      await admin.send(endpoint, input, headers)
      expect(await counted(accountId)).toEqual(after)
    },
  )

  test('by two people is two requests', async () => {
    const { admin, owner } = await anAccount()
    const headers = keyed()
    const one = await admin.call(addUsers, { people: [someone()] }, headers)
    const other = await owner.call(addUsers, { people: [someone()] }, headers)
    expect(other.people[0]!.userId).not.toBe(one.people[0]!.userId)
  })
})

describe('R26 the same key', () => {
  test('for another request is refused, whatever differs: body, path or method; and nothing is done', async () => {
    const scene = await aScene()
    const { accountId, admin, active, inactive } = scene
    const headers = keyed()
    await admin.call(deactivateUsers, { users: { ids: [active] } }, headers)
    const after = await counted(accountId)
    for (const reply of [
      await admin.send(deactivateUsers, { users: { ids: [inactive] } }, headers),
      await admin.send(deactivateUsers, { users: { ids: [active] }, reason: 'another' }, headers),
      await admin.send(activateUsers, { users: { ids: [active] } }, headers),
      await admin.send(deleteUser, { userId: inactive }, headers),
      await admin.send(addGroup, { name: 'Writers' }, headers),
    ])
      expect(reply).toMatchObject({ status: 422, body: { code: 'key_used_otherwise' } })
    expect(await counted(accountId)).toEqual(after)
  })

  test('R39 tells no secret again that is shown once, and keeps none', async () => {
    const { accountId, owner } = await withPassword()
    const calls: [Endpoint, (before: { secret?: string }) => object][] = [
      [addToken, () => ({ name: 'HR', scopes: ['people_read'] })],
      [addProvisioningToken, () => ({ name: 'Directory' })],
      [addWebhook, () => ({ url: 'https://example.org/', events: ['added'] })],
      [startAuthenticator, () => ({ currentPassword: password })],
      [confirmAuthenticator, ({ secret }) => ({ code: new TOTP({ secret: Secret.fromBase32(secret!) }).generate() })],
      [renewRecoveryCodes, () => ({ currentPassword: password })],
    ]
    let before = {}
    for (const [endpoint, inputOf] of calls) {
      const [input, headers] = [inputOf(before) as never, keyed()]
      const first = await owner.send(endpoint, input, headers)
      expect([endpoint.path, first.status]).toEqual([endpoint.path, 200])
      before = first.body as object
      expect(await owner.send(endpoint, input, headers)).toMatchObject({ status: 409, body: { code: 'shown_once' } })
    }
    const kept = await store.selectFrom('idempotencyKeys').select('answer').where('accountId', '=', accountId).execute()
    expect(kept).toEqual(calls.map(() => ({ answer: null })))
    const made = await store.selectFrom('apiTokens').select('name').where('accountId', '=', accountId).execute()
    expect(made.map(({ name }) => name).toSorted()).toEqual(['Directory', 'HR'])
  })

  test('of a refused request is free again', async () => {
    const { admin, owner, learner } = await anAccount()
    const headers = keyed()
    expect(await admin.send(deleteUser, { userId: owner.id }, headers)).toMatchObject({ status: 409 })
    expect(await admin.send(deleteUser, { userId: learner.id }, headers)).toMatchObject({ status: 200 })
  })

  test.each([' ', 'x'.repeat(201), 'ä', 'a b'])('that is none (%j) is refused, and nothing is done', async (key) => {
    const { accountId, admin } = await anAccount()
    const before = await counted(accountId)
    const reply = await admin.send(addGroup, { name: 'Writers' }, keyed(key))
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_input', where: [{ at: 'Idempotency-Key' }] } })
    expect(await counted(accountId)).toEqual(before)
  })

  test('opens nothing to whoever has been deactivated since', async () => {
    const { accountId, owner, admin } = await anAccount()
    const headers = keyed()
    const [userId] = await aCrowd(accountId, 1)
    await admin.call(deactivateUsers, { users: { ids: [userId!] } }, headers)
    await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
    const again = await admin.send(deactivateUsers, { users: { ids: [userId!] } }, headers)
    expect(again).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
  })
})
