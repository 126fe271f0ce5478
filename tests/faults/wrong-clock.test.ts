import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, listUsers } from '#contract/people.ts'
import { getMe } from '#contract/sign-in.ts'
import { connect } from '#server/db/database.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { password, ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'
import { nothingLost } from './nothing-lost.ts'

const dayMs = 86_400_000

test.each([40, -40])(
  'R19 S1 the clock of a node is %i days off: it refuses nobody, records nothing, stores no time of its own, and says so',
  async (days) => {
    const { ownerUrl, appUrl, adminUrl } = await freshDatabase()
    const store = connect(adminUrl)
    const node = (env: Record<string, string> = {}) =>
      new ServerProcess({ DATABASE_URL: ownerUrl, DATABASE_APP_URL: appUrl, ...env })
    const wrong = node({
      NODE_OPTIONS: '--import ./tests/faults/shifted-clock.mjs',
      CLOCK_OFF_DAYS: String(days),
      LOG_LEVEL: 'warn',
    })
    const right = node()
    onTestFinished(async () => {
      await Promise.all([wrong.stop(), right.stop()])
      await store.destroy()
    })

    await wrong.start()
    const owner = await wrong.setUp()
    const people = ['Lea', 'Leo', 'Lia'].map((firstName) => ({
      firstName,
      lastName: 'Learner',
      email: `${firstName}@example.org`,
      password,
    }))
    const { body } = await wrong.call(addUsers, { people }, owner)
    const [lea, leo, lia] = (body as Answer<typeof addUsers>).people.map(({ userId }) => userId)
    const at = (fromNow: number) => new Date(Date.now() + fromNow * dayMs).toISOString().slice(0, 10)
    const ends = async (userId: string, deactivationDate?: string) =>
      (await wrong.call(deactivateUsers, { users: { ids: [userId] }, deactivationDate }, owner)).status
    // Between the two clocks: the one that is off has them gone already, or cannot set what lies in its future.
    expect(await ends(lea!, at(20))).toBe(200)
    expect(await ends(leo!, at(-3))).toBe(422)
    expect(await ends(lia!)).toBe(200)
    await sql`update users set deactivation_date = ${at(-3)}, deactivate_at = now() - interval '2 days' where id = ${leo!}`.execute(
      store,
    )

    await until('it has said that its clock is off', () => wrong.words.includes('more than 5 minutes apart'))
    const session = await wrong.signIn('lea@example.org')
    expect((await wrong.call(getMe, {}, session)).status).toBe(200)
    await expect(wrong.signIn('leo@example.org')).rejects.toThrow('account_inactive')
    await expect(wrong.signIn('lia@example.org')).rejects.toThrow('account_inactive')
    const recorded = () =>
      sql<{ status: string }>`select status from users where id in (${lea!}, ${leo!}) order by id`
        .execute(store)
        .then(({ rows }) => rows.map(({ status }) => status))
    expect(await recorded()).toEqual(['active', 'active'])

    const { rows: strange } = await sql`
      select 'lifecycle_events' from lifecycle_events where happened_at not between now() - interval '10 minutes' and now()
      union all select 'sessions' from sessions where created_at not between now() - interval '10 minutes' and now() or expires_at < now()
      union all select 'users' from users where status_since not between now() - interval '10 minutes' and now()
      union all select 'mails' from mails where queued_at not between now() - interval '10 minutes' and now()
      union all select 'links' from links where expires_at < now()
    `.execute(store)
    expect(strange).toEqual([])

    // Another node with the right time records it, and whoever the wrong one has let in stays in there.
    await right.start()
    await until('the date that has passed is recorded', async () => (await recorded()).includes('inactive'))
    const there = { ...session, host: `localhost:${right.port}` }
    expect((await right.call(getMe, {}, there)).status).toBe(200)
    const back = await right.signIn('olga@example.org')
    const { body: listed } = await right.call(listUsers, { status: ['inactive'] }, back)
    expect((listed as Answer<typeof listUsers>).items.map(({ id }) => id).sort()).toEqual([leo!, lia!].sort())
    await nothingLost(adminUrl, { out: [leo!, lia!], in: [lea!] })
  },
  300_000,
)
