import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Signed } from 'standardwebhooks'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
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
import { saveProgress } from '#contract/portal.ts'
import { buildApp } from '#server/app.ts'
import { workFor } from '#server/gate/work.ts'
import { remind } from '#server/mail/remind.ts'
import { isPrivate } from '#server/outside.ts'
import type { Repeating } from '#server/repeat.ts'
import { aCrowd, anAccount, aPool, config, database, type Person, storage, store } from '#tests/harness/account.ts'
import { aPageModule, courseIn, opened } from '#tests/harness/course.ts'
import { checked, csv, importsCarriedOn, ran } from '#tests/harness/import.ts'
import { until } from '#tests/harness/until.ts'
import { startWebhooks } from './deliver.ts'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly type: string
  readonly userId: string
}

/** A system that is told. It answers what the test says. */
class Receiver {
  readonly received: Received[] = []
  answer: (count: number) => { status: number; headers?: Record<string, string>; body?: string } = () => ({
    status: 204,
  })
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => {
        const { type, data } = JSON.parse(body) as { type: string; data: { userId: string } }
        this.received.push({ headers: request.headers, body, type, userId: data.userId })
        const { status, headers = {}, body: said = '' } = this.answer(this.received.length)
        response.writeHead(status, headers).end(said)
      })
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const log = { warn() {}, error: (error: unknown) => console.error(error) }
const allowed = { webhooksMayBePrivate: true }
const open = await buildApp({ database, config: { ...config, ...allowed }, storage })
await open.listen({ host: '127.0.0.1', port: 0 })
const [receivers, started]: [Receiver[], Repeating[]] = [[], []]
afterAll(async () => {
  await Promise.all(started.map((one) => one.stop()))
  for (const receiver of receivers) receiver.stop()
  await open.close()
})
// Whatever an earlier test left waiting would be told on by the nodes of the next.
beforeEach(() => store.deleteFrom('webhooks').execute())

async function aReceiver(): Promise<Receiver> {
  const receiver = await new Receiver().start()
  receivers.push(receiver)
  return receiver
}

function aNode(may = allowed): Repeating {
  const node = startWebhooks(aPool({ max: 6 }), may, log)
  started.push(node)
  return node
}

async function listening(told: Partial<Call<typeof addWebhook>> = {}, learners = 1) {
  const account = await anAccount({ learners })
  const receiver = await aReceiver()
  const admin = account.admin.at(open)
  const { id, secret } = await admin.call(addWebhook, { url: receiver.url, events: [...webhookEvents], ...told })
  return { ...account, admin, receiver, webhookId: id, secret }
}

const deactivated = (by: Person, ...ids: string[]) => by.call(deactivateUsers, { users: { ids }, reason: 'Left' })
const remindOf = (accountId: string) => workFor(database, accountId, 'clock', remind)
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

describe('beside the history a webhook is told of', () => {
  const dataOf = ({ body }: Received) => (JSON.parse(body) as { data: Record<string, unknown> }).data

  test('T3 who waits for a seat, and that the last one is taken, once', async () => {
    const { admin, accountId, receiver } = await listening({
      events: ['added', 'waiting', 'seat_limit_reached'],
    })
    await store.updateTable('accounts').set({ seatLimit: 4 }).where('id', '=', accountId).execute()
    const add = (name: string) =>
      admin.call(addUsers, {
        people: [{ firstName: name, lastName: 'New', email: `${name}-${accountId}@example.org` }],
      })
    await add('ines')
    await add('wanda')
    await Promise.all([remindOf(accountId), remindOf(accountId)])
    const node = aNode()
    await until('all is told', () => receiver.received.length === 4)
    await node.stop()
    const told = receiver.received.map((one) => [one.type, dataOf(one)] as const)
    expect(told.slice(0, 3)).toMatchObject([
      ['user.added', { firstName: 'ines', status: 'active' }],
      ['user.added', { firstName: 'wanda', statusCause: 'seat_limit' }],
      ['user.waiting', { firstName: 'wanda', status: 'inactive' }],
    ])
    expect(told[3]).toEqual(['seats.limit_reached', { eventId: expect.any(String), used: 4, limit: 4 }])
  })

  test('whose access ends soon, once for each date', async () => {
    const { admin, accountId, learner, receiver } = await listening({ events: ['ending_soon'] })
    const deactivationDate = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate })
    await remindOf(accountId)
    await remindOf(accountId)
    const node = aNode()
    await until('it is told', () => receiver.received.length === 1)
    await node.stop()
    expect(receiver.received.map(({ type }) => type)).toEqual(['user.ending_soon'])
    expect(dataOf(receiver.received[0]!)).toMatchObject({ userId: learner.id, email: learner.email, deactivationDate })
  })

  test('who is enrolled in a course, and who completes it', async () => {
    const { admin, accountId, learner, receiver, webhookId } = await listening({ events: ['enrolled', 'completed'] })
    const { courseId, module, enrollmentId } = await courseIn(accountId, learner, [aPageModule])
    await learner.call(saveProgress, { ...(await opened(learner, module)), number: 1, seconds: 1, isDone: true })
    const node = aNode()
    await until('both are told', () => receiver.received.length === 2)
    await node.stop()
    expect(receiver.received.map(({ type }) => type)).toEqual(['enrollment.added', 'enrollment.completed'])
    const told = { userId: learner.id, enrollmentId, courseId, courseTitle: 'Safety' }
    expect(dataOf(receiver.received[0]!)).toMatchObject(told)
    expect(dataOf(receiver.received[1]!)).toMatchObject({ ...told, completedAt: expect.any(String) })
    const { items } = await admin.call(listDeliveries, { webhookId })
    expect(items.map(({ event, userId }) => [event, userId])).toEqual([
      ['completed', learner.id],
      ['enrolled', learner.id],
    ])
  })

  test('a large operation that is over; nobody else is written anything for', async () => {
    const { admin, receiver } = await listening({ events: ['operation_finished'] })
    const quiet = await listening({ events: ['deactivated'] })
    importsCarriedOn()
    const [file, other] = ['a', 'b'].map((name) =>
      csv(['E-mail', 'First name', 'Last name'], [`${name}@x.org`, 'A', 'B']),
    )
    const { id } = await ran(admin, (await checked(admin, file!)).id)
    await ran(quiet.admin, (await checked(quiet.admin, other!)).id)
    const node = aNode()
    await until('it is told', () => receiver.received.length === 1)
    await node.stop()
    expect(receiver.received[0]!.type).toBe('operation.finished')
    expect(dataOf(receiver.received[0]!)).toMatchObject({
      operationId: id,
      kind: 'import',
      state: 'finished',
      changed: 1,
    })
    expect((await quiet.admin.call(listDeliveries, { webhookId: quiet.webhookId })).items).toEqual([])
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
  await store.updateTable('webhooks').set({ url: 'http://127.0.0.1:1/' }).execute()
  expect(await admin.call(testWebhook, { webhookId })).toMatchObject({
    isTaken: false,
    status: null,
    said: expect.stringContaining('ECONNREFUSED'),
  })
})
