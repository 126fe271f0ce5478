import { createServer, type Socket } from 'node:net'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { connect, type Database } from '#server/db/database.ts'
import { addCrowd } from '#tests/harness/crowd.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { ServerProcess } from '#tests/harness/server-process.ts'
import { MailServer } from '#tests/harness/smtp.ts'
import { until } from '#tests/harness/until.ts'
import { isLong } from './extent.ts'
import { nothingLost } from './nothing-lost.ts'

const many = isLong ? 200 : 60
const leaving = 9
/** As many are handed over at once: by so many places one may come before or after its turn. */
const atOnce = 4

/** A node whose mail server is about to fail, and a mail to each of many people, in the order of the ids. */
async function aQueue(mailServer: MailServer) {
  const { ownerUrl, appUrl, adminUrl } = await freshDatabase()
  const store = connect(adminUrl)
  const server = new ServerProcess({
    DATABASE_URL: ownerUrl,
    DATABASE_APP_URL: appUrl,
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'learn@acme.test',
    LOG_LEVEL: 'warn',
  })
  onTestFinished(async () => {
    await server.stop()
    await store.destroy()
  })
  await server.start()
  const owner = await server.setUp()
  const { id: accountId } = await store.selectFrom('accounts').select('id').executeTakeFirstOrThrow()
  const ids = await addCrowd(store, accountId, many)
  const queue = () =>
    sql`insert into mails (account_id, user_id, kind, queued_at, next_attempt_at)
      select ${accountId}, id, 'welcome_back', at, at
      from unnest(${ids}::uuid[]) with ordinality as one (id, place), lateral (select now() + (place - 1000) * interval '1 ms' as at) as queued`.execute(
      store,
    )
  const leave = async () => {
    const { status } = await server.call(deactivateUsers, { users: { ids: ids.slice(0, leaving) } }, owner)
    expect(status).toBe(200)
  }
  return { store, server, ids, queue, leave, adminUrl }
}

interface Waiting {
  readonly state: string
  readonly attempts: number
  readonly reason: string | null
  /** Until it is tried again, rounded; below zero it is its turn. */
  readonly inMinutes: number
}

const mailsIn = async (store: Database) =>
  (
    await sql<Waiting & { userId: string; id: string }>`
      select id, user_id, state, attempts, reason, round(extract(epoch from next_attempt_at - now()) / 60)::integer as in_minutes
      from mails order by id`.execute(store)
  ).rows

/** So much time passes for the mail that waits, and that nobody has in hand. */
const passes = (store: Database, minutes: number) =>
  sql`update mails set queued_at = queued_at - make_interval(mins => ${minutes}), next_attempt_at = next_attempt_at - make_interval(mins => ${minutes})
    where state = 'queued' and (next_attempt_at <= now() or reason is not null)`.execute(store)

/** Whoever is in has theirs, once and in its turn; whoever has left meanwhile has nothing. */
async function allHaveCome(store: Database, mailServer: MailServer, ids: readonly string[]): Promise<void> {
  const isSettled = async () => (await mailsIn(store)).every(({ state }) => state !== 'queued')
  await until('all mail is settled', isSettled, 90_000)
  const toldOf = (await mailsIn(store)).map(({ userId, state, reason }) => ({ userId, state, reason }))
  const place = new Map(ids.map((id, at) => [id, at]))
  expect(toldOf.sort((a, b) => place.get(a.userId)! - place.get(b.userId)!)).toEqual(
    ids.map((userId, at) =>
      at < leaving ? { userId, state: 'not_sent', reason: 'user_inactive' } : { userId, state: 'sent', reason: null },
    ),
  )
  const came = mailServer.mails.map((mail) => JSON.stringify(mail.to))
  const places = ids.slice(leaving).map((id) => came.findIndex((to) => to.includes(id)))
  expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: many - leaving }, (_, at) => at))
  // A single one may take its time while the others go past it.
  const outOfTurn = places.reduce((sum, at, turn) => sum + Math.abs(at - turn), 0) / places.length
  expect(outOfTurn, 'places out of turn, on average').toBeLessThan(atOnce)
}

/** Listens and never says a word. */
async function aSilentServer(port: number) {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return async () => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

test.each(['refuses connections', 'takes them and says nothing'])(
  'R43 R44 the mail server %s for an hour: mail waits in its order without being tried, and all of it comes afterwards, once',
  async (how) => {
    const mailServer = await new MailServer().start()
    const { store, server, ids, queue, leave, adminUrl } = await aQueue(mailServer)
    await mailServer.stop()
    const comesBack = how.startsWith('takes')
      ? await aSilentServer(Number(new URL(mailServer.url).port))
      : async () => {}

    await queue()
    await until('it is known to be away', () => /mail server does not answer/.test(server.words), 30_000)
    await until('what was in hand is put back', async () =>
      (await mailsIn(store)).every(({ inMinutes, attempts }) => inMinutes <= 0 && attempts === 0),
    )
    await passes(store, 60)
    await leave()
    const waiting = await mailsIn(store)
    // Those that were in hand when it was found away know why, and none of the others has been taken.
    expect(waiting.filter(({ reason }) => reason !== null).length).toBeLessThanOrEqual(atOnce)
    expect(new Set(waiting.map(({ state, attempts }) => `${state} ${attempts}`))).toEqual(new Set(['queued 0']))

    await comesBack()
    await mailServer.start()
    onTestFinished(() => mailServer.stop())
    await allHaveCome(store, mailServer, ids)
    await nothingLost(adminUrl, { out: ids.slice(0, leaving), in: ids.slice(leaving) })
  },
  180_000,
)

test('R43 R44 the mail server puts all mail off for an hour: each is tried again after longer and longer pauses, and all of it comes afterwards, once', async () => {
  const mailServer = await new MailServer().start()
  onTestFinished(() => mailServer.stop())
  mailServer.behaviour = 'puts it off'
  const { store, ids, queue, leave, adminUrl } = await aQueue(mailServer)
  await queue()
  for (const [tried, minutes] of [1, 5, 15, 60].entries()) {
    await until(
      `all wait ${minutes} minutes`,
      async () =>
        (await mailsIn(store)).every(
          ({ attempts, reason, inMinutes }) =>
            attempts === tried + 1 && /451|later/i.test(reason ?? '') && inMinutes === minutes,
        ),
      60_000,
    )
    if (minutes === 60) {
      await leave()
      mailServer.behaviour = 'takes it'
    }
    await passes(store, minutes + 1)
  }
  await allHaveCome(store, mailServer, ids)
  expect(new Set(mailServer.mails.map(({ messageId }) => messageId)).size).toBe(mailServer.mails.length)
  await nothingLost(adminUrl, { out: ids.slice(0, leaving), in: ids.slice(leaving) })
}, 180_000)
