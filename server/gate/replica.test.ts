import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { exportReport, reportLifecycle } from '#contract/reports.ts'
import { connect, type Database, isUnavailable } from '#server/db/database.ts'
import { aCluster, prepareOther, replicaOf, type Running, startOther } from '#tests/harness/other-postgres.ts'
import { sendRaw } from '#tests/harness/send.ts'
import { type Headers, password, ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'
import { hashOf } from './credential.ts'
import { Replica } from './replica.ts'
import { askAs, workAs, workFor } from './work.ts'

const metricsToken = 'a token of sixteen characters'
const folder = mkdtempSync(join(tmpdir(), 'rollcall-replica-'))
let cluster: Awaited<ReturnType<typeof aCluster>>
let copy: typeof cluster
let primary: Running
let replica: Running
/** Past every rule, on the replica. */
let there: Database
let server: ServerProcess
let owner: Headers
/** What has been started, in its order: all of it ends, also when the rest does not come up. */
const started: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  chmodSync(folder, 0o755)
  const home = join(folder, 'primary')
  mkdirSync(home)
  cluster = await aCluster(home)
  primary = await startOther(cluster)
  const ownerUrl = await prepareOther(primary)
  await primary.stop()
  copy = replicaOf(cluster, primary, join(folder, 'replica'))
  primary = await startOther(cluster)
  started.push(() => primary.stop())
  replica = await startOther(copy)
  started.push(() => replica.stop())
  const readUrl = Object.assign(new URL(replica.superuserUrl), {
    username: '',
    password: '',
    pathname: 'rollcall',
  }).href
  there = connect(Object.assign(new URL(replica.superuserUrl), { pathname: 'rollcall' }).href, { max: 1 })
  started.push(() => there.destroy())
  server = new ServerProcess({
    DATABASE_URL: ownerUrl,
    READ_DATABASE_URL: readUrl,
    METRICS_TOKEN: metricsToken,
    LOG_LEVEL: 'warn',
  })
  started.push(() => server.stop())
  await server.start()
  owner = await server.setUp()
}, 60_000)

afterAll(async () => {
  for (const end of started.reverse()) await end()
  rmSync(folder, { recursive: true, force: true })
})

let people = 0
async function aPerson(role: 'learner' | 'administrator'): Promise<{ userId: string; session: Headers }> {
  const email = `somebody${people++}@example.org`
  const told = { firstName: 'Some', lastName: 'Body', email, password, role }
  const { body } = await server.call(addUsers, { people: [told] }, owner)
  return { userId: (body as Answer<typeof addUsers>).people[0]!.userId, session: await server.signIn(email) }
}

/** Who was deactivated, as the report tells it, and as of when. */
async function report(headers = owner) {
  const { status, body, headers: told } = await server.call(reportLifecycle, { change: 'deactivated' }, headers)
  const items = status === 200 ? (body as Answer<typeof reportLifecycle>).items : []
  return { status, body, gone: items.map(({ userId }) => userId), countedAt: String(told['counted-at']) }
}

const deactivate = async (userId: string) =>
  expect((await server.call(deactivateUsers, { users: { ids: [userId] } }, owner)).status).toBe(200)

const metric = async (name: string): Promise<number> => {
  const { body } = await sendRaw(server.port, 'GET', '/metrics', { authorization: `Bearer ${metricsToken}` })
  const line = String(body)
    .split('\n')
    .find((each) => each.startsWith(name))
  return Number(line?.split(' ').at(-1))
}

/** What is committed from now on is not told there. */
const holdBack = () => sql`select pg_wal_replay_pause()`.execute(there)
async function letCatchUp(): Promise<void> {
  await sql`select pg_wal_replay_resume()`.execute(there)
}

test('a report is counted on the replica, and tells as of when', async () => {
  const { userId } = await aPerson('learner')
  const before = await metric('rollcall_reports_total{by="replica"}')
  await until('the replica has caught up', async () => (await report()).status === 200)
  await holdBack()
  await deactivate(userId)
  const late = await report()
  expect(late).toMatchObject({ status: 200, gone: [] })
  expect(await metric('rollcall_reports_total{by="replica"}')).toBeGreaterThan(before)
  expect(await metric('rollcall_replica_behind_seconds')).toBeGreaterThan(0)

  await letCatchUp()
  await until('the replica tells of it', async () => (await report()).gone.includes(userId))
  expect((await report()).countedAt > late.countedAt).toBe(true)
})

test('S2 S3 who reads is asked of the first database: the replica need not have heard of them, nor of their end', async () => {
  const { userId, session: leaving } = await aPerson('administrator')
  await until('the replica knows them', async () => {
    const { rows } = await sql`select from sessions where user_id = ${userId}`.execute(there)
    return rows.length > 0
  })
  await holdBack()
  const { session: unheardOf } = await aPerson('administrator')
  expect((await report(unheardOf)).status).toBe(200)
  expect((await report(leaving)).status).toBe(200)
  await deactivate(userId)
  const refused = await report(leaving)
  const file = await server.call(exportReport, { report: 'people' }, leaving)
  await letCatchUp()
  expect(refused).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
  expect(file).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
})

test('a report as a file is read there too, page by page', async () => {
  const before = await metric('rollcall_reports_total{by="replica"}')
  const { status, headers, body } = await server.call(exportReport, { report: 'people' }, owner)
  expect([status, headers['counted-at']]).toEqual([200, expect.stringContaining('T')])
  expect(body).toContain('olga@example.org')
  expect(await metric('rollcall_reports_total{by="replica"}')).toBe(before + 2)
})

test('what is too far behind, or no replica, is not asked', async () => {
  const told: unknown[] = []
  const log = {
    warn: (...words: unknown[]) => told.push(words[0]),
    error: (...words: unknown[]) => told.push(words[0]),
  }
  const reader = { accountId: '0199c0de-0000-7000-8000-000000000001', actor: { id: null, role: 'clock' } } as const
  const asked = async () => 'asked'
  const ahead = { position: 'FFFFFFFF/0', at: new Date(Date.now() + 60_000).toISOString() }
  expect(await new Replica(there, log).answer(reader, { ...ahead, position: '0/0' }, asked)).toMatchObject({
    answer: 'asked',
  })
  expect(told).toEqual([])

  const far = new Replica(there, log)
  expect(await far.answer(reader, ahead, asked)).toBeUndefined()
  expect(await far.answer(reader, ahead, asked)).toBeUndefined()
  const first = connect(Object.assign(new URL(primary.superuserUrl), { pathname: 'rollcall' }).href, { max: 1 })
  expect(await new Replica(first, log).answer(reader, { ...ahead, position: '0/0' }, asked)).toBeUndefined()
  await first.destroy()
  expect(told).toEqual([expect.stringContaining('more than 30 s behind'), expect.stringContaining('follows no other')])
})

test('S3 R12 a standby lets nobody in: it may not know yet who has gone', async () => {
  const account = '0199c0de-0000-7000-8000-000000000001'
  const credential = { host: 'localhost', tokenHash: hashOf('a token'), byToken: false }
  const ways = [
    () => workFor(there, account, 'clock', async () => 'let in'),
    () => workAs(there, credential, 'writing', async () => 'let in'),
    () => workAs(there, credential, 'reading', async () => 'let in'),
    () => askAs(there, credential, sql<object>`select 'let in' as answer`.compile(there)),
  ]
  for (const way of ways) {
    const error = await (way() as Promise<unknown>).catch((reason: unknown) => reason)
    expect([isUnavailable(error), String(error)]).toEqual([true, expect.stringContaining('recovery')])
  }
})

test('a replica that is down is missed by nobody, and is read again when it is back', async () => {
  await replica.stop()
  for (let turn = 0; turn < 3; turn++) expect((await report()).status).toBe(200)
  expect(await metric('rollcall_reports_total{by="first"}')).toBeGreaterThanOrEqual(3)
  const complaints = () => server.words.split('Reports are read from the first database').length - 1
  expect(complaints()).toBe(1)

  replica = await startOther(copy)
  const before = await metric('rollcall_reports_total{by="replica"}')
  await until(
    'the replica is read again',
    async () => (await report()).status === 200 && (await metric('rollcall_reports_total{by="replica"}')) > before,
    30_000,
  )
  await until('the log tells of it', async () => server.words.includes('Reports are read from the replica again.'))
})
