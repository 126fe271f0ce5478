import { Webhook as Signed } from 'standardwebhooks'
import { beforeEach, describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, deleteUser } from '#contract/people.ts'
import {
  addWebhook,
  deleteWebhook,
  editWebhook,
  listDeliveries,
  listWebhooks,
  resendDelivery,
  testWebhook,
  webhookEvents,
} from '#contract/webhooks.ts'
import { isPrivate } from '#server/outside.ts'
import { aCrowd, anAccount, type Person, store } from '#tests/harness/account.ts'
import { until } from '#tests/harness/until.ts'
import { aNode, aReceiver, listening, open } from '#tests/harness/webhooks.ts'

// Whatever an earlier test left waiting would be told on by the nodes of the next.
beforeEach(() => store.deleteFrom('webhooks').execute())

const deactivated = (by: Person, ...ids: string[]) => by.call(deactivateUsers, { users: { ids }, reason: 'Left' })
const tryNow = () => store.updateTable('webhooks').set({ nextAttemptAt: null }).execute()

describe('a webhook', () => {
  test('R41 is told what happened to whom, signed, once each, in the order in which it happened', async () => {
    const { admin, learner, receiver, secret } = await listening()
    const node = aNode()
    const { people } = await admin.call(addUsers, {
      people: [{ firstName: 'Nora', lastName: 'New', email: `${learner.id}@example.org` }],
    })
    const nora = people[0]!.userId
    await deactivated(admin, learner.id)
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: '2031-05-31' })
    await admin.call(deleteUser, { userId: nora })
    await until('five are told', () => receiver.received.length === 5)
    await node.stop()

    expect(receiver.received.map(({ type, userId }) => [type, userId])).toEqual([
      ['user.added', nora],
      ['user.deactivated', learner.id],
      ['user.activated', learner.id],
      ['user.scheduled', learner.id],
      ['user.deleted', nora],
    ])
    const [, left, , scheduled] = receiver.received
    expect(new Signed(secret).verify(left!.body, left!.headers as Record<string, string>)).toMatchObject({
      type: 'user.deactivated',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      data: { userId: learner.id, email: learner.email, status: 'inactive', reason: 'Left', byUserId: admin.id },
    })
    expect(JSON.parse(scheduled!.body)).toMatchObject({ data: { status: 'active', deactivationDate: '2031-05-31' } })
    const wrong = new Signed(`whsec_${Buffer.alloc(32).toString('base64')}`)
    expect(() => wrong.verify(left!.body, left!.headers as Record<string, string>)).toThrow('No matching signature')
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(5)
  })

  test('hears only of what it was made for, and not of what was before it', async () => {
    const { admin, people, receiver } = await listening({ events: ['activated'] }, 2)
    await store
      .updateTable('webhooks')
      .set({ events: ['deactivated'] })
      .execute()
    await deactivated(admin, people[0]!.id)
    await admin.call(activateUsers, { users: { ids: [people[0]!.id] } })
    const late = await aReceiver()
    await admin.call(addWebhook, { url: late.url, events: [...webhookEvents] })
    await deactivated(admin, people[1]!.id)
    const node = aNode()
    await until('each is told', () => receiver.received.length === 2 && late.received.length === 1)
    await node.stop()
    expect(receiver.received.map(({ type }) => type)).toEqual(['user.deactivated', 'user.deactivated'])
    expect(late.received[0]).toMatchObject({ type: 'user.deactivated', userId: people[1]!.id })
  })

  test('R23 R41 five nodes tell of 300 people twice changed once each, each person in order', async () => {
    const { admin, accountId, receiver } = await listening()
    const ids = await aCrowd(accountId, 300)
    await admin.call(deactivateUsers, { users: { ids } })
    await admin.call(activateUsers, { users: { ids } })
    const nodes = Array.from({ length: 5 }, () => aNode())
    await until('all are told', () => receiver.received.length >= 600, 45_000)
    await Promise.all(nodes.map((node) => node.stop()))
    expect(receiver.received).toHaveLength(600)
    const ofEach = Map.groupBy(receiver.received, ({ userId }) => userId)
    expect(ofEach.size).toBe(300)
    for (const told of ofEach.values())
      expect(told.map(({ type }) => type)).toEqual(['user.deactivated', 'user.activated'])
  })

  test('that does not take an event is told it again with the same id, and what came later waits', async () => {
    const { admin, people, receiver, webhookId } = await listening({}, 2)
    receiver.answer = (count) => (count <= 2 ? { status: 500, body: 'Out of order' } : { status: 200 })
    await deactivated(admin, people[0]!.id)
    await deactivated(admin, people[1]!.id)
    const node = aNode()
    await until('it was tried once', () => receiver.received.length === 1)
    const failing = async () => (await admin.call(listWebhooks, {})).items[0]!
    await until('it is seen to fail', async () => (await failing()).failingSince !== null)
    expect(await failing()).toMatchObject({ waiting: 2, said: '500 Out of order', isOn: true })
    await tryNow()
    await until('it was tried again', () => receiver.received.length === 2)
    await until('it rests', async () => (await failing()).nextAttemptAt !== null)
    await tryNow()
    await until('all is told', async () => (await failing()).waiting === 0)
    await node.stop()
    expect(receiver.received.map(({ userId }) => userId)).toEqual([0, 0, 0, 1].map((place) => people[place]!.id))
    expect(new Set(receiver.received.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(await failing()).toMatchObject({ failingSince: null, said: null })
    const { items } = await admin.call(listDeliveries, { webhookId })
    expect(items.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['delivered', 1],
      ['delivered', 3],
    ])
  })

  test('that failed for days is paused, and loses nothing: when it goes on it is told all that happened', async () => {
    const { admin, people, receiver, webhookId } = await listening({}, 2)
    receiver.answer = () => ({ status: 410 })
    await deactivated(admin, people[0]!.id)
    await store.updateTable('webhooks').set({ failingSince: '2026-01-01' }).execute()
    const node = aNode()
    const seen = async () => (await admin.call(listWebhooks, {})).items[0]!
    await until('it is paused', async () => !(await seen()).isOn)
    await deactivated(admin, people[1]!.id)
    receiver.answer = () => ({ status: 204 })
    await admin.call(editWebhook, { webhookId, isOn: true })
    await until('all is told', async () => (await seen()).waiting === 0 && receiver.received.length === 3)
    await node.stop()
    expect(receiver.received.map(({ userId }) => userId)).toEqual([0, 0, 1].map((place) => people[place]!.id))
  })

  test('that was paused after days, and goes on or goes elsewhere, has as many days again', async () => {
    const { admin, learner, receiver, webhookId } = await listening({}, 1)
    receiver.answer = () => ({ status: 410 })
    const seen = async () => (await admin.call(listWebhooks, {})).items[0]!
    const failed = (isOn: boolean) =>
      store.updateTable('webhooks').set({ failingSince: '2026-01-01', isOn }).where('id', '=', webhookId).execute()
    await failed(true)
    await admin.call(editWebhook, { webhookId, url: receiver.url, events: ['deactivated'], isOn: true })
    expect((await seen()).failingSince).not.toBeNull()
    await admin.call(editWebhook, { webhookId, url: `${receiver.url}/elsewhere` })
    expect((await seen()).failingSince).toBeNull()

    await failed(false)
    await admin.call(editWebhook, { webhookId, isOn: true })
    await deactivated(admin, learner.id)
    const node = aNode()
    await until('it fails again', async () => (await seen()).failingSince !== null)
    await node.stop()
    expect(await seen()).toMatchObject({ isOn: true, waiting: 1 })
  })

  test.each([204, 500])(
    'that is turned off while it is told, and answers %i, is told nothing more and stays off',
    async (status) => {
      const { admin, people, receiver, webhookId } = await listening({}, 2)
      receiver.answer = async () => {
        await admin.call(editWebhook, { webhookId, isOn: false })
        return { status }
      }
      await deactivated(admin, ...people.map(({ id }) => id))
      const node = aNode()
      await until(
        'the first is told, and the node has let go of it',
        async () =>
          receiver.received.length > 0 &&
          (await store.selectFrom('webhooks').select('busyUntil').executeTakeFirstOrThrow()).busyUntil === null,
      )
      await node.stop()
      expect(receiver.received).toHaveLength(1)
      expect((await admin.call(listWebhooks, {})).items[0]).toMatchObject({ isOn: false })
    },
  )

  test('that a node had which was killed is told by another, when its time is over', async () => {
    const { admin, learner, receiver } = await listening()
    await deactivated(admin, learner.id)
    await store.updateTable('webhooks').set({ busyUntil: '2099-01-01' }).execute()
    const node = aNode()
    const other = await aReceiver()
    await admin.call(addWebhook, { url: other.url, events: [...webhookEvents] })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    await until('the other is told', () => other.received.length === 1)
    expect(receiver.received).toEqual([])
    await store.updateTable('webhooks').set({ busyUntil: '2026-01-01' }).execute()
    await until('it is told', () => receiver.received.length === 2)
    await node.stop()
  })

  test('is tried out, told again by hand, and deleted', async () => {
    const { admin, learner, receiver, webhookId } = await listening()
    expect(await admin.call(testWebhook, { webhookId })).toEqual({ isTaken: true, status: 204, said: null })
    expect(receiver.received[0]).toMatchObject({ type: 'test' })
    await deactivated(admin, learner.id)
    const node = aNode()
    await until('it is told', () => receiver.received.length === 2)
    const delivered = async () => (await admin.call(listDeliveries, { webhookId })).items[0]!
    await until('that is noted', async () => (await delivered()).state === 'delivered')
    await admin.call(resendDelivery, { webhookId, deliveryId: (await delivered()).id })
    await until('it is told again', () => receiver.received.length === 3)
    await node.stop()
    expect(receiver.received[2]!.headers['webhook-id']).toBe(receiver.received[1]!.headers['webhook-id'])
    await admin.call(deleteWebhook, { webhookId })
    expect((await admin.call(listWebhooks, {})).items).toEqual([])
    expect(
      await store.selectFrom('webhookDeliveries').selectAll().where('webhookId', '=', webhookId).execute(),
    ).toEqual([])
  })
})

describe('R41 never to private addresses', () => {
  test.each([
    'http://127.0.0.1/x',
    'http://localhost/x',
    'https://[::1]/x',
    'http://[::ffff:127.0.0.1]/x',
    'http://2130706433/x',
    'http://0x7f.1/x',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3/x',
    'http://metadata.internal/x',
  ])('%s is refused when it is typed', async (url) => {
    const { admin } = await anAccount()
    expect(await admin.refused(addWebhook, { url, events: ['added'] })).toMatchObject({ code: 'private_address' })
  })

  test.each(['ftp://example.org', 'hr.example.org', 'https://user:secret@example.org/', 'javascript:alert(1)'])(
    '%s is no address of a webhook',
    async (url) => {
      const { admin } = await anAccount()
      expect(await admin.refused(addWebhook, { url, events: ['added'] })).toMatchObject({ code: 'invalid_input' })
    },
  )

  test('a name that leads there is looked at with each delivery, and a redirect is not followed', async () => {
    const { admin, learner, receiver, webhookId } = await listening()
    const port = new URL(receiver.url).port
    await store
      .updateTable('webhooks')
      .set({ url: `http://localhost:${port}/hook` })
      .execute()
    await deactivated(admin, learner.id)
    const strict = aNode({ webhooksMayBePrivate: false })
    const said = async () => (await admin.call(listWebhooks, {})).items[0]!.said
    await until('it is refused', async () => (await said())?.includes('private network') === true)
    await strict.stop()
    expect(receiver.received).toEqual([])
    const attempt = await admin.at(open).call(testWebhook, { webhookId })
    expect(attempt).toMatchObject({ isTaken: true })

    const inner = await aReceiver()
    receiver.answer = () => ({ status: 302, headers: { location: inner.url } })
    expect(await admin.call(testWebhook, { webhookId })).toMatchObject({ isTaken: false, status: 302 })
    expect(inner.received).toEqual([])
  })

  test('what is of the open internet, and what is not', () => {
    for (const address of ['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111']) expect(isPrivate(address)).toBe(false)
    const inner = `0.0.0.0 10.0.0.1 100.64.0.1 127.9.9.9 169.254.1.1 172.31.255.255 192.168.0.1 224.0.0.1 255.255.255.255
      :: ::1 ::ffff:10.0.0.1 64:ff9b::a00:1 fc00::1 fe80::1 ff02::1 2002:a00:1::`
    for (const address of inner.split(/\s+/)) expect([address, isPrivate(address)]).toEqual([address, true])
  })
})

test('an answer that never ends is cut short, and one that never comes is given up', async () => {
  const { admin, receiver, webhookId } = await listening()
  receiver.answer = () => ({ status: 500, body: 'x'.repeat(1_000_000) })
  const { said } = await admin.call(testWebhook, { webhookId })
  expect(said!.length).toBeLessThan(600)
  receiver.answer = () => new Promise(() => {})
  expect((await admin.call(testWebhook, { webhookId })).said).toBe('no answer within 10 s')
  await store.updateTable('webhooks').set({ url: 'http://127.0.0.1:1/' }).execute()
  expect(await admin.call(testWebhook, { webhookId })).toMatchObject({
    isTaken: false,
    status: null,
    said: expect.stringContaining('ECONNREFUSED'),
  })
})
