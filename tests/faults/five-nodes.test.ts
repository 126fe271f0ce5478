import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { activateUsers } from '#contract/lifecycle.ts'
import { getSeats } from '#contract/seats.ts'
import { connect } from '#server/db/database.ts'
import { atLeisure } from '#tests/harness/at-leisure.ts'
import { addCrowd } from '#tests/harness/crowd.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { ServerProcess } from '#tests/harness/server-process.ts'
import { MailServer } from '#tests/harness/smtp.ts'
import { until } from '#tests/harness/until.ts'
import { isLong } from './extent.ts'
import { nothingLost } from './nothing-lost.ts'

const due = isLong ? 10_000 : 2_000
const soon = isLong ? 1_000 : 100

test(`R23 T1 five nodes meet ${due} people whose date has passed: each is recorded once, each reminder goes out once, and one operation lets all in again`, async () => {
  const { ownerUrl, appUrl, adminUrl } = await freshDatabase()
  const store = connect(adminUrl)
  const mailServer = await new MailServer().start()
  const env = {
    DATABASE_URL: ownerUrl,
    DATABASE_APP_URL: appUrl,
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'learn@acme.test',
  }
  const nodes = Array.from({ length: 5 }, () => new ServerProcess(env)) as [ServerProcess, ...ServerProcess[]]
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    await mailServer.stop()
    await store.destroy()
  })
  const [first] = nodes
  await first.start()
  const owner = await first.setUp()
  await first.stop()
  const { id: accountId } = await store.selectFrom('accounts').select('id').executeTakeFirstOrThrow()
  const gone = await addCrowd(store, accountId, due)
  const leaving = await addCrowd(store, accountId, soon)
  await atLeisure(store, (db) =>
    sql`update users set deactivation_date = '2024-01-01', deactivate_at = '2024-01-01T23:59:00Z' where id = any(${gone}::uuid[])`.execute(
      db,
    ),
  )
  await atLeisure(store, (db) =>
    sql`update users set deactivation_date = current_date + 3, deactivate_at = access_ends_at(current_date + 3, '23:59', 'Europe/Berlin') where id = any(${leaving}::uuid[])`.execute(
      db,
    ),
  )
  const counted = async (what: ReturnType<typeof sql<{ n: number }>>) =>
    (await atLeisure(store, (db) => what.execute(db))).rows[0]!.n

  // All of them have looked who is due before one of them may record it: they meet at the row of somebody (two hands).
  const hand = await store.startTransaction().execute()
  await sql`select from users where id = ${gone[0]!} for update`.execute(hand)
  await Promise.all(nodes.map((node) => node.start()))
  const waitForIt = () =>
    counted(
      sql`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  await until('all five wait', async () => (await waitForIt()) >= nodes.length, 120_000)
  await hand.rollback().execute()

  const recorded = () => counted(sql`select count(*) as n from users where status = 'inactive'`)
  await until('all are recorded', async () => (await recorded()) === due, 120_000)
  const waiting = () => counted(sql`select count(*) as n from mails where state = 'queued'`)
  const reminded = () => counted(sql`select count(*) as n from mails where kind = 'access_ends'`)
  await until('all are reminded', async () => (await reminded()) >= soon && (await waiting()) === 0, 300_000)

  const { rows: events } = await sql<{ change: string; cause: string; events: number; people: number }>`
    select change, cause, count(*) as events, count(distinct user_id) as people from lifecycle_events
    where user_id = any(${[...gone, ...leaving]}::uuid[]) group by change, cause`.execute(store)
  expect(events).toEqual([{ change: 'deactivated', cause: 'schedule', events: due, people: due }])
  const sent = mailServer.mails.map(({ messageId, to }) => `${messageId} ${JSON.stringify(to)}`)
  expect([sent.length, new Set(sent).size]).toEqual([soon, soon])
  expect(gone.filter((id) => sent.some((to) => to.includes(id)))).toEqual([])
  const at = (node: ServerProcess) => ({ ...owner, host: `localhost:${node.port}` })
  for (const node of nodes)
    expect((await node.call(getSeats, {}, at(node))).body).toMatchObject({ used: soon + 1, leavingSoon: soon })

  // A large operation is carried on by whoever comes first, piece by piece.
  const { body } = await first.call(
    activateUsers,
    { users: { filter: { status: ['inactive'] }, except: [] }, confirmCount: due },
    at(first),
  )
  const { id: operationId } = (body as Answer<typeof activateUsers>).operation
  const isOver = async () =>
    (await counted(sql`select count(*) as n from operations where id = ${operationId} and state = 'finished'`)) === 1
  await until('they are in again', isOver, 180_000)
  expect(await counted(sql`select count(*) as n from operations`)).toBe(1)
  expect(await counted(sql`select changed as n from operations`)).toBe(due)
  expect((await first.call(getSeats, {}, at(first))).body).toMatchObject({ used: soon + due + 1 })
  await Promise.all(nodes.map((node) => node.kill()))
  await nothingLost(adminUrl, { in: [...gone, ...leaving] })
}, 900_000)
