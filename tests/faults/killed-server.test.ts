import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { connect } from '#server/db/database.ts'
import { hashOf, newToken } from '#server/gate/credential.ts'
import { atLeisure } from '#tests/harness/at-leisure.ts'
import { addCrowd } from '#tests/harness/crowd.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { ServerProcess } from '#tests/harness/server-process.ts'
import { MailServer } from '#tests/harness/smtp.ts'
import { until } from '#tests/harness/until.ts'
import { isLong } from './extent.ts'
import { nothingLost } from './nothing-lost.ts'

const kills = isLong ? 30 : 3
const crowd = isLong ? 100_000 : 12_000

const urls = await freshDatabase()
const store = connect(urls.adminUrl)
afterAll(() => store.destroy())

const counted = async (what: ReturnType<typeof sql<{ n: number }>>) =>
  (await atLeisure(store, (db) => what.execute(db))).rows[0]!.n

let accountId: string
let headers: Record<string, string>

beforeEach(async () => {
  const host = `${randomUUID()}.test`
  const token = newToken()
  const { id } = await store
    .insertInto('accounts')
    .values({ name: 'Acme', host, timeZone: 'UTC', massChangeCount: 1_000_000, massChangePercent: 100 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const owner = await store
    .insertInto('users')
    .values({ accountId: id, role: 'owner', status: 'active' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const name = { firstName: 'Olga', lastName: 'Owner', email: 'olga@example.org' }
  await store
    .insertInto('profiles')
    .values({ accountId: id, userId: owner.id, ...name })
    .execute()
  await store
    .insertInto('sessions')
    .values({ accountId: id, userId: owner.id, tokenHash: hashOf(token) })
    .execute()
  accountId = id
  headers = { host, cookie: `session=${token}` }
})

/** So many nodes on one database. */
async function nodes(howMany: number, env: Record<string, string> = {}): Promise<ServerProcess[]> {
  const shared = { DATABASE_URL: urls.ownerUrl, DATABASE_APP_URL: urls.appUrl, ...env }
  const all = Array.from({ length: howMany }, () => new ServerProcess(shared))
  onTestFinished(async () => {
    await Promise.all(all.map((node) => node.stop()))
  })
  await Promise.all(all.map((node) => node.start()))
  return all
}

const learners = { filter: { role: ['learner' as const] }, except: [] }

describe('kill -9 of a node', () => {
  test(`R25 B4 ${kills} times in the middle of operations over ${crowd} people: each finishes, and meets everybody once`, async () => {
    await addCrowd(store, accountId, crowd)
    const both = (await nodes(2)) as [ServerProcess, ServerProcess]
    const running = async () =>
      (await counted(sql`select count(*) as n from operations where account_id = ${accountId} and state = 'running'`)) >
      0
    const begun: string[] = []
    const begin = async () => {
      const endpoint = begun.length % 2 === 0 ? deactivateUsers : activateUsers
      // A busy machine may answer that it is to be asked again.
      const asked = { ...headers, 'idempotency-key': randomUUID() }
      await until(
        'it is begun',
        async () => {
          const { status, body } = await both[0].call(endpoint, { users: learners }, asked)
          if (status === 503) return false
          expect(status).toBe(200)
          begun.push((body as Answer<typeof deactivateUsers>).operation.id)
          return true
        },
        60_000,
      )
    }
    for (let killed = 0; killed < kills; killed++) {
      if (!(await running())) await begin()
      // Not a state that is waited for: the moment is to be any.
      await pause(randomInt(20, 700))
      const node = both[randomInt(2)]!
      await node.kill()
      await node.start()
    }
    await until('all operations are over', async () => !(await running()), 300_000)

    for (const operationId of begun) {
      const told = await store
        .selectFrom('operations')
        .selectAll()
        .where('id', '=', operationId)
        .executeTakeFirstOrThrow()
      expect(told).toMatchObject({ state: 'finished', selected: crowd, remaining: 0, refused: 0 })
      expect(told.changed + told.alreadySo).toBe(crowd)
      const events = await counted(sql`select count(*) as n from lifecycle_events where operation_id = ${operationId}`)
      const people = await counted(
        sql`select count(distinct user_id) as n from lifecycle_events where operation_id = ${operationId}`,
      )
      expect([events, people]).toEqual([told.changed, told.changed])
    }
    const out = await counted(
      sql`select count(*) as n from users where account_id = ${accountId} and role = 'learner' and status = 'inactive'`,
    )
    expect(out).toBe(begun.length % 2 === 0 ? 0 : crowd)
    expect(await counted(sql`select count(*) as n from operation_portions where account_id = ${accountId}`)).toBe(0)
    await nothingLost(urls.adminUrl)
  }, 900_000)

  test('R23 in the middle of the sweep: what was due is recorded once', async () => {
    const due = isLong ? 50_000 : 3_000
    const ids = await addCrowd(store, accountId, due)
    const both = await nodes(2)
    await atLeisure(store, (db) =>
      sql`update users set deactivation_date = '2024-01-01', deactivate_at = '2024-01-01T23:59:00Z'
      where account_id = ${accountId} and role = 'learner'`.execute(db),
    )
    for (const node of both) {
      await pause(randomInt(20, 900))
      await node.kill()
      await node.start()
    }
    const open = () =>
      counted(
        sql`select count(*) as n from users where account_id = ${accountId} and role = 'learner' and status = 'active'`,
      )
    await until('all are recorded', async () => (await open()) === 0, 120_000)
    expect(
      await counted(
        sql`select count(*) as n from lifecycle_events where account_id = ${accountId} and change = 'deactivated'`,
      ),
    ).toBe(due)
    await nothingLost(urls.adminUrl, { out: ids })
  }, 300_000)

  test('R44 in the middle of the mail: everybody gets theirs, at most twice and then with the same Message-ID', async () => {
    const many = isLong ? 2_000 : 200
    await addCrowd(store, accountId, many)
    const mailServer = await new MailServer().start()
    onTestFinished(() => mailServer.stop())
    // Those of the tests before would come first.
    await atLeisure(store, (db) => sql`delete from mails`.execute(db))
    await atLeisure(store, (db) =>
      sql`insert into mails (account_id, user_id, kind)
      select ${accountId}, id, 'welcome_back' from users where account_id = ${accountId} and role = 'learner'`.execute(
        db,
      ),
    )
    const [node] = await nodes(1, { SMTP_URL: mailServer.url, MAIL_FROM: 'learn@acme.test' })
    await until('the first is there', () => mailServer.mails.length > 5, 30_000)
    await node!.kill()
    const before = mailServer.mails.length
    expect(before).toBeLessThan(many)
    // Whoever took a mail has two minutes for it; they pass.
    await atLeisure(store, (db) =>
      sql`update mails set next_attempt_at = now() where account_id = ${accountId} and state = 'queued'`.execute(db),
    )
    await node!.start()
    const waiting = () =>
      counted(sql`select count(*) as n from mails where account_id = ${accountId} and state <> 'sent'`)
    await until('all are sent', async () => (await waiting()) === 0, 120_000)
    const ids = mailServer.mails.map(({ messageId }) => messageId)
    expect(new Set(ids).size).toBe(many)
    // Four at once were on their way when it died.
    expect(ids.length - many).toBeLessThanOrEqual(4)
    await nothingLost(urls.adminUrl)
  }, 300_000)
})
