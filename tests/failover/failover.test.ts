import { execFile } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { addUsers } from '#contract/people.ts'
import { getSeats } from '#contract/seats.ts'
import { connect, connectOnce, type Database } from '#server/db/database.ts'
import { appRole } from '#server/db/roles.ts'
import { type Headers, password, ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'
import { DatabaseCluster, superuserPassword } from './database-cluster.ts'
import { startFront } from './front.ts'
import { Load, type Someone } from './load.ts'
import { Processes } from './processes.ts'
import { programs } from './programs.ts'

/*
 * npm run test:failover
 *
 *   clients → HAProxy → two nodes of Rollcall → PgBouncer → HAProxy → the primary of three PostgreSQL under Patroni
 *                                             ↘ HAProxy → a replica, for reports
 */
const failovers = 3
/** So many changes are acknowledged between two failovers at least. */
const changesBetween = 100
const appPassword = 'of-the-application'
const ownerPassword = 'of-the-owner'

/** Three PostgreSQL, what stands before them, and two nodes. All of it ends with the test. */
async function everything() {
  const engines = programs()
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-failover-'))
  chmodSync(folder, 0o755)
  const processes = new Processes(folder)
  if (processes.user.owner) chownSync(folder, processes.user.owner.uid, processes.user.owner.gid)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  onTestFinished(() => processes.stop())

  const cluster = await DatabaseCluster.start(processes, engines)
  onTestFinished(() => cluster.killLeftovers())
  const front = await startFront(processes, engines, cluster, { name: appRole, password: appPassword })
  const url = (user: string, secret: string, port: number, database = 'rollcall') =>
    `postgres://${user}:${secret}@127.0.0.1:${port}/${database}`
  await until(
    'HAProxy leads to the primary alone',
    () => isPrimary(url('postgres', superuserPassword, front.primaryPort, 'postgres')),
    20_000,
  )
  const admin = await connectOnce(url('postgres', superuserPassword, front.primaryPort, 'postgres'))
  await admin.query(`create role rollcall_owner login createrole password '${ownerPassword}'`)
  await admin.query(`create role ${appRole} login password '${appPassword}'`)
  await admin.query('create database rollcall owner rollcall_owner')
  await admin.end()

  const environment = {
    DATABASE_URL: url('rollcall_owner', ownerPassword, front.primaryPort),
    DATABASE_APP_URL: url(appRole, appPassword, front.poolerPort),
    DATABASE_POOLER: 'transaction',
    READ_DATABASE_URL: `postgres://127.0.0.1:${front.replicaPort}/rollcall`,
    TRUST_PROXY: '127.0.0.1',
  }
  const nodes = front.nodePorts.map((port) => new ServerProcess({ ...environment, PORT: String(port) }))
  for (const node of nodes) {
    onTestFinished(() => node.stop())
    await node.start()
  }
  const storeUrl = url('postgres', superuserPassword, front.primaryPort)
  return { cluster, front, nodes, environment, storeUrl }
}

/** HAProxy takes everybody for the primary until it has asked: as often as there are of them, it has to be the right one. */
async function isPrimary(storeUrl: string): Promise<boolean> {
  for (let turn = 0; turn < 3; turn++) {
    const stands = await standsBy(storeUrl).catch(() => undefined)
    if (stands !== false) return false
  }
  return true
}

/** Whether it is a standby that answers there. */
async function standsBy(url: string): Promise<boolean | undefined> {
  const connection = await connectOnce(url)
  try {
    const { rows } = await connection.query<{ stands: boolean }>('select pg_is_in_recovery() as stands')
    return rows[0]?.stands
  } finally {
    await connection.end()
  }
}

/** Adds people who can sign in, twenty in a call. */
async function addPeople(
  node: ServerProcess,
  owner: Headers,
  name: string,
  howMany: number,
  role: 'learner' | 'administrator',
) {
  const people = Array.from({ length: howMany }, (_, n) => ({
    firstName: 'Lea',
    lastName: 'Learner',
    email: `${name}${n}@example.org`,
    role,
    password,
  }))
  const { status, body } = await node.call(addUsers, { people }, owner)
  expect(status).toBe(200)
  return (body as Answer<typeof addUsers>).people.map(({ userId, email }): Someone => ({ userId, email }))
}

const withSession = async (node: ServerProcess, people: readonly Someone[]) => {
  const signedIn: (Someone & { session: Headers })[] = []
  for (const one of people) signedIn.push({ ...one, session: await node.signIn(one.email) })
  return signedIn
}

/** What is in the database, against what was acknowledged. */
async function missing(store: Database, load: Load): Promise<string[]> {
  const wrong: string[] = []
  const { rows: profiles } = await sql<{
    userId: string
    lastName: string
  }>`select user_id, last_name from profiles`.execute(store)
  const nameOf = new Map(profiles.map((row) => [row.userId, row.lastName]))
  for (const [userId, names] of load.names)
    if (!names.includes(nameOf.get(userId) ?? ''))
      wrong.push(`${userId} is called ${nameOf.get(userId)}, not ${names.join(' or ')}`)

  const { rows: users } = await sql<{ id: string; isActive: boolean; changes: number }>`
    select u.id, is_active(u.status, u.deactivate_at) as is_active,
      (select count(*) from lifecycle_events as e where e.user_id = u.id and e.change in ('activated', 'deactivated')) as changes
    from users as u
  `.execute(store)
  const userOf = new Map(users.map((row) => [row.id, row]))
  for (const [userId, { isActive, changes }] of load.states) {
    const there = userOf.get(userId)
    if (there?.isActive !== isActive) wrong.push(`${userId} is ${there?.isActive ? 'active' : 'inactive'}`)
    if (there?.changes !== changes) wrong.push(`${userId} has ${there?.changes} events of ${changes} changes`)
  }
  return wrong
}

async function isSealed(store: Database): Promise<boolean> {
  const { rows } = await sql<{ events: number; sealed: number }>`
    select (select count(*) from lifecycle_events) as events, (select coalesce(sum(events), 0)::integer from history_seals) as sealed
  `.execute(store)
  return rows[0]!.events === rows[0]!.sealed
}

async function history(environment: Record<string, string>): Promise<string> {
  const { PATH = '', HOME = '' } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['cli/rollcall.ts', 'verify-history'], {
    env: { PATH, HOME, ...environment },
  })
  return stdout.trim()
}

test(`R45 S3 T1 H1 the primary is lost ${failovers} times under load: nothing acknowledged is missing, and nobody who was deactivated gets in`, async () => {
  const { cluster, front, nodes, environment, storeUrl } = await everything()
  const [node] = nodes as [ServerProcess]
  const owner = await node.setUp()
  const administrators = await withSession(node, await addPeople(node, owner, 'admin', 5, 'administrator'))
  const [first, second, third, fourth, reader] = administrators.map(({ session }) => session) as [
    Headers,
    Headers,
    Headers,
    Headers,
    Headers,
  ]
  const edited = await addPeople(node, owner, 'edited', 20, 'learner')
  const turning = await withSession(node, await addPeople(node, owner, 'turning', 16, 'learner'))
  const leaving = await withSession(node, await addPeople(node, owner, 'leaving', 20, 'learner'))

  const load = new Load(front.httpPort, owner.host)
  onTestFinished(() => load.stop())
  load.edit(first, edited.slice(0, 10))
  load.edit(second, edited.slice(10))
  load.turnOver(third, turning.slice(0, 8), { comeBack: true })
  load.turnOver(fourth, turning.slice(8), { comeBack: true })
  load.knock()
  load.readReports(reader)

  const outages: string[] = []
  for (let failover = 0; failover < failovers; failover++) {
    const enough = load.changes + changesBetween
    await until('enough is acknowledged', () => load.changes >= enough, 120_000)
    await cluster.isWhole()
    // Some leave for good while the primary is being lost.
    const share = Math.ceil(leaving.length / failovers)
    load.turnOver(owner, leaving.slice(failover * share, (failover + 1) * share), { comeBack: false })
    const lostAtMs = performance.now()
    const lost = await cluster.killPrimary()
    await until('changes are acknowledged again', () => load.outage(lostAtMs).change !== undefined, 120_000)
    await until('people are let in again', () => load.outage(lostAtMs).look !== undefined, 120_000)
    const { change, look } = load.outage(lostAtMs)
    outages.push(`${lost.name} lost: first good answer after ${look} ms, first change after ${change} ms`)
    cluster.begin(lost)
    await cluster.isWhole()
  }
  const enough = load.changes + changesBetween
  await until('enough is acknowledged', () => load.changes >= enough, 120_000)
  await load.stop()

  const store = connect(storeUrl, { max: 1 })
  onTestFinished(() => store.destroy())
  const wrong = await missing(store, load)
  const { rows: counted } = await sql<{ active: number }>`select count(*) as active from active_users`.execute(store)
  const { body: seats } = await node.call(getSeats, {}, owner)
  // What is a minute old is sealed each minute.
  await until('all of the history is sealed', () => isSealed(store), 180_000)
  const told = await history(environment)
  console.info(
    [
      ...outages,
      `acknowledged: ${JSON.stringify(load.acknowledged)}, together ${load.changes}; missing: ${wrong.length}`,
      `tries of the deactivated: ${load.tries}; let in: ${load.letIn.length}`,
      `longest wait for a 503: ${load.longestRefusalMs} ms`,
      `answers by status (0: none): ${JSON.stringify(Object.fromEntries(load.statuses))}; reports with Counted-At: ${load.reportsFromReplica}`,
      `history: ${told}`,
    ].join('\n'),
  )
  expect(wrong).toEqual([])
  expect(load.letIn).toEqual([])
  expect(load.strange).toEqual([])
  expect(load.tries).toBeGreaterThan(100)
  expect(load.reportsFromReplica).toBeGreaterThan(0)
  expect((seats as Answer<typeof getSeats>).used).toBe(counted[0]!.active)
  expect(told).toMatch(/^Acme: whole\. /)
}, 1_200_000)
