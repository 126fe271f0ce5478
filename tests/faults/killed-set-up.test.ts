import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { listCourses } from '#contract/courses.ts'
import type { Answer } from '#contract/endpoint.ts'
import { getSeats } from '#contract/seats.ts'
import { connect } from '#server/db/database.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'
import { isLong } from './extent.ts'
import { nothingLost } from './nothing-lost.ts'

const kills = isLong ? 12 : 3

test(`R25 the server is killed ${kills} times while it sets an account up with samples: there is nothing of it, and setting up again works`, async () => {
  const { ownerUrl, appUrl, adminUrl } = await freshDatabase()
  const store = connect(adminUrl)
  const server = new ServerProcess({ DATABASE_URL: ownerUrl, DATABASE_APP_URL: appUrl })
  onTestFinished(async () => {
    await server.stop()
    await store.destroy()
  })
  await server.start()
  /** Whether somebody is at work on it: what it has written nobody else sees yet. */
  const isUnderWay = async () =>
    (
      await sql`select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and backend_xid is not null`.execute(store)
    ).rows.length > 0
  const left = async () =>
    (
      await sql<{ what: string; n: number }>`
        select 'accounts' as what, count(*) as n from accounts union all select 'users', count(*) from users
        union all select 'lifecycle_events', count(*) from lifecycle_events union all select 'courses', count(*) from courses
        union all select 'files', count(*) from files union all select 'enrollments', count(*) from enrollments
        union all select 'sessions', count(*) from sessions`.execute(store)
    ).rows.filter(({ n }) => n > 0)

  for (let killed = 0; killed < kills; killed++) {
    const setting = server.setUp({ addSamples: true }).catch(() => 'cut off')
    await until('it is under way', isUnderWay)
    // Not a state that is waited for: the moment is to be any.
    await pause(randomInt(0, 400))
    await server.kill()
    // Whether it was just done is for the rows to say; a set-up that was acknowledged would not be lost.
    const told = await setting
    await until('its transaction is over', async () => !(await isUnderWay()))
    expect(told).toBe('cut off')
    expect(await left()).toEqual([])
    await server.start()
  }

  const owner = await server.setUp({ addSamples: true })
  const { body } = await server.call(listCourses, {}, owner)
  expect((body as Answer<typeof listCourses>).items).toHaveLength(3)
  const { body: seats } = await server.call(getSeats, {}, owner)
  expect((seats as Answer<typeof getSeats>).used).toBeGreaterThan(150)
  await expect(server.setUp()).rejects.toThrow('setup_closed')
  await nothingLost(adminUrl)
}, 300_000)
