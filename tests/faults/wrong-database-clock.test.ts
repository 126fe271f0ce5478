import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { getMe } from '#contract/sign-in.ts'
import { connect } from '#server/db/database.ts'
import { ClockedPostgres } from '#tests/harness/clocked-postgres.ts'
import { sendRaw } from '#tests/harness/send.ts'
import { password, ServerProcess } from '#tests/harness/server-process.ts'
import { MailServer } from '#tests/harness/smtp.ts'
import { until } from '#tests/harness/until.ts'
import { nothingLost } from './nothing-lost.ts'

const daySeconds = 86_400
const metricsToken = 'to look at the clocks'

/** By the clock that decides Lea's date has passed, and every session is too old; or nothing has happened yet. */
test.each([
  [40, [401, 401], expect.stringContaining('account_inactive')],
  [-40, [200, 200], 401],
])(
  "R20 S1 the database's clock is %i days off: the gate obeys it, nothing lasting follows, and with the right time all is as before",
  async (days, meanwhile, answer) => {
    const mailServer = await new MailServer().start()
    const told: string[] = []
    const hook = createServer((request, response) => {
      told.push(request.url!)
      response.writeHead(204).end()
    })
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    const server = new ServerProcess({
      SMTP_URL: mailServer.url,
      MAIL_FROM: 'learn@acme.test',
      METRICS_TOKEN: metricsToken,
      WEBHOOKS_MAY_BE_PRIVATE: 'true',
      LOG_LEVEL: 'warn',
    })
    const postgres = await new ClockedPostgres(server.dataDirectory).start()
    await server.start()
    const store = connect(server.adminUrl)
    onTestFinished(async () => {
      await store.destroy()
      await server.kill()
      await postgres.stop()
      await server.stop()
      await mailServer.stop()
      hook.close()
      hook.closeAllConnections()
    })

    const owner = await server.setUp()
    const people = ['Lea', 'Leo', 'Lia'].map((firstName) => ({
      firstName,
      lastName: 'Learner',
      email: `${firstName}@example.org`,
      password,
    }))
    const { body } = await server.call(addUsers, { people }, owner)
    const [lea, leo, lia] = (body as Answer<typeof addUsers>).people.map(({ userId }) => userId) as [
      string,
      string,
      string,
    ]
    const [ofLea, ofLeo] = [await server.signIn('Lea@example.org'), await server.signIn('Leo@example.org')]
    const deactivationDate = new Date(Date.now() + 20 * daySeconds * 1_000).toISOString().slice(0, 10)
    expect((await server.call(deactivateUsers, { users: { ids: [lea] }, deactivationDate }, owner)).status).toBe(200)
    expect((await server.call(deactivateUsers, { users: { ids: [lia] } }, owner)).status).toBe(200)
    const queue = (userId: string) =>
      sql`insert into mails (account_id, user_id, kind, queued_at, next_attempt_at)
        select account_id, id, 'welcome_back', now() - interval '50 days', now() - interval '50 days' from users where id = ${userId}`.execute(
        store,
      )
    const kept = async () => {
      const { rows } = await sql<{ kept: unknown }>`select jsonb_build_object(
        'users', (select jsonb_agg(to_jsonb(u) order by id) from users as u),
        'events', (select count(*) from lifecycle_events where change <> 'sign_in_refused'),
        'seals', (select count(*) from history_seals),
        'mails', (select jsonb_agg(jsonb_build_array(id, state, reason, attempts) order by id) from mails),
        'webhooks', (select jsonb_agg(to_jsonb(w)) from webhooks as w),
        'deliveries', (select count(*) from webhook_deliveries),
        'links', (select count(*) from links),
        'sessions', (select jsonb_agg(id order by id) from sessions),
        'keys', (select count(*) from idempotency_keys)) as kept`.execute(store)
      return rows[0]!.kept
    }

    await server.kill()
    postgres.aheadBy(days * daySeconds)
    await queue(lea)
    await sql`
      insert into webhooks (account_id, url, secret, events, created_at, looked_at)
      select id, ${`http://127.0.0.1:${(hook.address() as AddressInfo).port}/lia`}, ${`whsec_${Buffer.alloc(32).toString('base64')}`}, '{deactivated}',
        ${new Date(Date.now() - 3_600_000).toISOString()}, ${new Date(Date.now() - 3_600_000).toISOString()} from accounts
    `.execute(store)
    const before = await kept()
    // Whoever starts does at once what is otherwise done once a day and once a minute.
    await server.start()
    const at = (session: typeof owner) => ({ ...session, host: `localhost:${server.port}` })

    await until(
      'all rounds have looked at the clocks',
      () => server.words.split('more than 5 minutes apart').length > 3,
    )
    const { body: metrics } = await sendRaw(server.port, 'GET', '/metrics', { authorization: `Bearer ${metricsToken}` })
    const ahead = Number(/^rollcall_database_clock_ahead_seconds (\S+)$/m.exec(String(metrics))![1])
    expect(Math.abs(ahead - days * daySeconds)).toBeLessThan(60)
    const asked = async (session: typeof owner) => (await server.call(getMe, {}, at(session))).status
    expect([await asked(ofLea), await asked(ofLeo)]).toEqual(meanwhile)
    await expect(server.signIn('Lia@example.org')).rejects.toThrow('account_inactive')
    expect(await kept()).toEqual(before)
    expect(mailServer.mails).toEqual([])
    expect(told).toEqual([])
    // A session that begins before its person was last let in opens nothing (S5), also when the clock makes it so.
    const hers = await server.signIn('Lea@example.org').catch((error: Error) => error)
    expect(hers instanceof Error ? hers.message : await asked(hers)).toEqual(answer)

    postgres.aheadBy(0)
    expect([await asked(ofLea), await asked(ofLeo)]).toEqual([200, 200])
    await expect(server.signIn('Lia@example.org')).rejects.toThrow('account_inactive')
    await until('her mail has come', () => mailServer.to('Lea@example.org').length > 0)
    await until('the other system is told of Lia, once', () => told.length === 1)
    // A few minutes are no reason to stop; what is older than one is sealed.
    postgres.aheadBy(120)
    await nothingLost(server.adminUrl, { out: [lia], in: [lea, leo] })
  },
  300_000,
)
