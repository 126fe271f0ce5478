import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, listUsers } from '#contract/people.ts'
import { getMe } from '#contract/sign-in.ts'
import { password, ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'
import { isLong } from './extent.ts'
import { nothingLost } from './nothing-lost.ts'

const kills = isLong ? 10 : 2
test(`R45 S3 PostgreSQL is killed ${kills} times while accesses end: what was acknowledged is there, and nobody of those gets in`, async () => {
  const server = await new ServerProcess().start()
  onTestFinished(() => server.stop())
  const owner = await server.setUp()
  const people = Array.from({ length: 60 }, (_, n) => ({
    firstName: 'Lea',
    lastName: `Learner${n}`,
    email: `lea${n}@example.org`,
    ...(n < 3 && { password }),
  }))
  const added = await server.call(addUsers, { people }, owner)
  expect(added.status).toBe(200)
  const ids = (added.body as Answer<typeof addUsers>).people.map(({ userId }) => userId)
  const sessions = await Promise.all(people.slice(0, 3).map(({ email }) => server.signIn(email)))

  const acknowledged = new Set<string>()
  const toGo = [...ids]
  let isOver = false
  /** One after the other, each until it is acknowledged. */
  const ending = (async () => {
    while (toGo.length > 0 && !isOver) {
      const { status } = await server.call(deactivateUsers, { users: { ids: [toGo[0]!] } }, owner)
      expect([200, 503]).toContain(status)
      if (status === 200) acknowledged.add(toGo.shift()!)
    }
  })()
  onTestFinished(() => void (isOver = true))

  const waitedMs: number[] = []
  for (let kill = 1; kill <= kills; kill++) {
    await until('some are acknowledged', () => acknowledged.size >= kill * 5, 30_000)
    const pidFile = join(server.dataDirectory, 'postgres', 'cluster', 'postmaster.pid')
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL')
    const diedAtMs = performance.now()
    const before = acknowledged.size
    await until('the next is acknowledged', () => acknowledged.size > before, 30_000)
    waitedMs.push(Math.round(performance.now() - diedAtMs))
  }
  await ending
  console.info(`After PostgreSQL was killed the next change was acknowledged within ${waitedMs.join(', ')} ms`)

  for (const session of sessions)
    expect((await server.call(getMe, {}, session)).body).toMatchObject({ code: 'account_inactive' })
  const { body } = await server.call(listUsers, { status: ['inactive'], limit: 100 }, owner)
  const inactive = (body as Answer<typeof listUsers>).items.map(({ id }) => id)
  expect([...acknowledged].filter((id) => !inactive.includes(id))).toEqual([])
  await nothingLost(server.adminUrl, { out: acknowledged })
}, 300_000)
