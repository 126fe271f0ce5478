import { expect, onTestFinished, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, listUsers } from '#contract/people.ts'
import { getMe } from '#contract/sign-in.ts'
import { Line } from '#tests/harness/line.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'
import { password, ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'
import { nothingLost } from './nothing-lost.ts'

/** The limit, and half a second for a busy machine to tell of it. */
const withinMs = 2_500
/** Half of them changes: as many as one session has under way at once (R3). */
const howMany = 10

test.each([
  ['is cut', (line: Line) => line.cut()],
  ['goes dead', (line: Line) => line.die()],
])(
  'R45 S3 the line to the database %s: every request fails with 503 within 2 s, and all is well again by itself',
  async (_, fail) => {
    const { ownerUrl, appUrl, adminUrl } = await freshDatabase()
    const line = await new Line(appUrl).start()
    const server = new ServerProcess({ DATABASE_URL: line.over(ownerUrl), DATABASE_APP_URL: line.over(appUrl) })
    onTestFinished(async () => {
      await line.stop()
      await server.stop()
    })
    await server.start()
    const owner = await server.setUp()
    const email = 'lea@example.org'
    const { body } = await server.call(
      addUsers,
      { people: [{ firstName: 'Lea', lastName: 'Learner', email, password }] },
      owner,
    )
    const { userId } = (body as Answer<typeof addUsers>).people[0]!
    const session = await server.signIn(email)

    fail(line)
    const answers = await Promise.all(
      Array.from({ length: howMany }, async (_nothing, n) => {
        const askedAtMs = performance.now()
        const { status, body: told } =
          n % 2 === 0
            ? await server.call(deactivateUsers, { users: { ids: [userId] } }, owner)
            : await server.call(getMe, {}, session)
        return {
          status,
          code: (told as { code: string }).code,
          isLate: performance.now() - askedAtMs > withinMs,
        }
      }),
    )
    expect(answers).toEqual(
      Array.from({ length: howMany }, () => ({ status: 503, code: 'unavailable', isLate: false })),
    )
    expect(await server.isReady()).toBe(false)

    line.mend()
    await until('it has its database', () => server.isReady())
    // What was refused was not done: she is in, and can be let out.
    expect((await server.call(getMe, {}, session)).status).toBe(200)
    expect((await server.call(deactivateUsers, { users: { ids: [userId] } }, owner)).status).toBe(200)
    expect((await server.call(getMe, {}, session)).body).toMatchObject({ code: 'account_inactive' })
    const { body: listed } = await server.call(listUsers, { status: ['inactive'] }, owner)
    expect((listed as Answer<typeof listUsers>).items.map(({ id }) => id)).toEqual([userId])
    await nothingLost(adminUrl, { out: [userId] })
  },
  60_000,
)
