import { get } from 'node:http'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Call, Endpoint } from '#contract/endpoint.ts'
import { listCourses } from '#contract/courses.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { getMe, signIn } from '#contract/sign-in.ts'
import { connect, type Database } from '#server/db/database.ts'
import { Balancer } from '#tests/harness/balancer.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { send, sendRaw, type Reply } from '#tests/harness/send.ts'
import { type Headers, password, ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'
import { nothingLost } from './nothing-lost.ts'

let nodes: ServerProcess[]
let balancer: Balancer
let store: Database
let adminUrl: string
let owner: Headers

const call = <E extends Endpoint>(endpoint: E, input: Call<E>, headers: Record<string, string>): Promise<Reply> =>
  send(balancer.port, endpoint, input, headers)

/** Adds a learner, and signs them in through the balancer. */
async function aLearner(email: string): Promise<{ userId: string; session: Headers }> {
  const { host } = owner
  const { body } = await call(addUsers, { people: [{ firstName: 'Lea', lastName: 'Learner', email, password }] }, owner)
  const { userId } = (body as Answer<typeof addUsers>).people[0]!
  const { headers } = await call(signIn, { email, password }, { host })
  return { userId, session: { host, cookie: String(headers['set-cookie']).split(';')[0]! } }
}

beforeAll(async () => {
  const urls = await freshDatabase()
  adminUrl = urls.adminUrl
  store = connect(adminUrl)
  const database = { DATABASE_URL: urls.ownerUrl, DATABASE_APP_URL: urls.appUrl }
  const first = new ServerProcess(database)
  const shared = { ...database, DATA_DIR: first.dataDirectory }
  nodes = [first, new ServerProcess(shared), new ServerProcess(shared)]
  for (const node of nodes) await node.start()
  balancer = await new Balancer(nodes).start()
  owner = await first.setUp({ addSamples: true })
}, 120_000)

afterAll(async () => {
  await balancer.stop()
  for (const node of nodes) await node.stop()
  await store.destroy()
})

describe('three nodes on one database and one folder of files, behind a proxy', () => {
  test('whoever signed in at one is known to all, and files are served by each', async () => {
    const { body } = await call(listCourses, {}, owner)
    const fileId = (body as Answer<typeof listCourses>).items.find(({ coverFileId }) => coverFileId)!.coverFileId!
    const seen = new Set<unknown>()
    for (let turn = 0; turn < nodes.length; turn++) {
      const me = await call(getMe, {}, owner)
      expect(me.status).toBe(200)
      seen.add(me.headers['x-node'])
    }
    expect(seen.size).toBe(nodes.length)
    for (let turn = 0; turn < nodes.length; turn++)
      expect((await sendRaw(balancer.port, 'GET', `/api/v1/files/${fileId}`, owner)).status).toBe(200)
  })

  test('R6 S3 an open page ends within two seconds, whichever node it is at, and no node lets them in', async () => {
    const { userId, session } = await aLearner('lea@example.org')
    const told: string[] = []
    let open = 0
    for (const { port } of nodes) {
      const at = told.push('') - 1
      await new Promise<void>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path: '/api/v1/live', headers: session, agent: false }, (page) => {
          open++
          page.on('data', (chunk: Buffer) => (told[at] += chunk.toString()))
          page.on('close', () => open--)
          resolve()
        }).on('error', reject)
      })
    }
    expect(open).toBe(nodes.length)
    expect((await call(deactivateUsers, { users: { ids: [userId] } }, owner)).status).toBe(200)
    for (const node of nodes)
      expect((await node.call(getMe, {}, session)).body).toMatchObject({ code: 'account_inactive' })
    await until('every page has ended', () => open === 0, 2_000)
    for (const words of told) expect(words).toContain('"code":"account_inactive"')
  })

  test('guesses are counted over all of them', async () => {
    const { host } = owner
    const codes: unknown[] = []
    for (let guess = 0; guess < 12; guess++) {
      const { body } = await call(signIn, { email: 'olga@example.org', password: `guess ${guess}, wrong` }, { host })
      codes.push((body as { code: string }).code)
    }
    expect(codes).toEqual([...Array<string>(10).fill('wrong_password'), 'too_many_attempts', 'too_many_attempts'])
  })

  test('R23 a date that passes is recorded once', async () => {
    const { userId } = await aLearner('lia@example.org')
    await sql`update users set deactivation_date = '2024-01-01', deactivate_at = '2024-01-01T23:59:00Z' where id = ${userId}`.execute(
      store,
    )
    const events = () =>
      sql`select change from lifecycle_events where user_id = ${userId} and to_status = 'inactive'`.execute(store)
    await until('it is recorded', async () => (await events()).rows.length > 0)
    // Each node has looked again when somebody whose date has passed later is recorded too.
    const later = await aLearner('later@example.org')
    await sql`update users set deactivation_date = '2024-01-01', deactivate_at = '2024-01-01T23:59:00Z' where id = ${later.userId}`.execute(
      store,
    )
    await until('the later one is recorded', async () => {
      const { rows } = await sql`select from users where id = ${later.userId} and status = 'inactive'`.execute(store)
      return rows.length > 0
    })
    expect((await events()).rows).toHaveLength(1)
  })

  test('one dies: the others go on, nobody notices', async () => {
    await nodes[1]!.kill()
    for (let turn = 0; turn < 2 * nodes.length; turn++) expect((await call(getMe, {}, owner)).status).toBe(200)
    await nothingLost(adminUrl)
  })
})
