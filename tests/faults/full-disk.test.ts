import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { getUploadLimits } from '#contract/courses.ts'
import type { Answer } from '#contract/endpoint.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { exportReport } from '#contract/reports.ts'
import { getMe } from '#contract/sign-in.ts'
import { connectOnce } from '#server/db/database.ts'
import { sendRaw } from '#tests/harness/send.ts'
import { password, ServerProcess } from '#tests/harness/server-process.ts'
import { SmallDisk } from '#tests/harness/small-disk.ts'
import { until } from '#tests/harness/until.ts'
import { nothingLost } from './nothing-lost.ts'

const MB = 1024 ** 2
const GB = 1024 * MB

test('R46 the disk runs full: files are refused first, then nothing acknowledged is lost, and with room all is back by itself', async () => {
  const disk = new SmallDisk(4 * GB)
  const server = new ServerProcess({ DATA_DIR: join(disk.folder, 'data') })
  onTestFinished(async () => {
    await server.stop().finally(() => disk.remove())
  })
  await server.start()
  const owner = await server.setUp()
  const people = Array.from({ length: 40 }, (_, n) => ({
    firstName: 'Lea',
    lastName: `Learner${n}`,
    email: `lea${n}@example.org`,
    ...(n === 0 && { password }),
  }))
  const added = await server.call(addUsers, { people }, owner)
  const ids = (added.body as Answer<typeof addUsers>).people.map(({ userId }) => userId)
  const lea = await server.signIn('lea0@example.org')
  const upload = () =>
    sendRaw(server.port, 'POST', '/api/v1/uploads', {
      ...owner,
      'tus-resumable': '1.0.0',
      'upload-length': String(MB),
      'upload-metadata': `filename ${btoa('film.mp4')},kind ${btoa('video')}`,
    })
  const exported = () => server.call(exportReport, { report: 'people', format: 'csv' }, owner)
  const acknowledged = new Set<string>()
  /** @returns how it was answered */
  const end = async (id: string): Promise<number> => {
    const { status } = await server.call(deactivateUsers, { users: { ids: [id] } }, owner)
    if (status === 200) acknowledged.add(id)
    return status
  }
  expect([(await upload()).status, (await exported()).status]).toEqual([201, 200])

  // Nearly full: less than 1 GB is left.
  disk.leaveFree(GB - MB)
  expect(await upload()).toMatchObject({ status: 507, body: expect.stringContaining('"code":"no_room"') })
  expect(await exported()).toMatchObject({ status: 507, body: { code: 'no_room' } })
  expect((await server.call(getUploadLimits, {}, owner)).body).toMatchObject({ hasRoom: false })
  const again = await server.signIn('lea0@example.org')
  expect(await end(ids[0]!)).toBe(200)
  for (const session of [lea, again])
    expect((await server.call(getMe, {}, session)).body).toMatchObject({ code: 'account_inactive' })

  // Full: what still fits is done, whatever does not is refused as what passes, and PostgreSQL gives up.
  disk.leaveFree(0)
  const store = await connectOnce(server.adminUrl)
  const answers: number[] = []
  for (const id of ids.slice(1, 20)) {
    answers.push(await end(id))
    // As a busy hour fills its log.
    await store.query('select pg_switch_wal()').catch(() => {})
  }
  await store.end().catch(() => {})
  expect(new Set(answers)).toEqual(new Set([200, 503]))
  await until('PostgreSQL has been started in vain', () => /PostgreSQL does not start/.test(server.words), 60_000)
  expect(await upload()).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(await server.call(getMe, {}, owner)).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(await server.isReady()).toBe(false)

  disk.leaveFree(2 * GB)
  await until('it has its database again', () => server.isReady(), 60_000)
  for (const id of ids.slice(0, 20)) expect(await end(id)).toBe(200)
  expect([(await upload()).status, (await exported()).status]).toEqual([201, 200])
  expect((await server.call(getMe, {}, lea)).body).toMatchObject({ code: 'account_inactive' })
  await nothingLost(server.adminUrl, { out: acknowledged, in: ids.slice(20) })
}, 180_000)
