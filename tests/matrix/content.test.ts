import { randomBytes } from 'node:crypto'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { deleteUser } from '#contract/people.ts'
import { keepOpen, openModule } from '#contract/portal.ts'
import { signOut, signOutEverywhere } from '#contract/sign-in.ts'
import { buildContentApp } from '#server/content/app.ts'
import { hashOf } from '#server/gate/credential.ts'
import {
  anAccount,
  aPerson,
  aSession,
  config,
  content,
  database,
  letDatePass,
  type Person,
  storage,
  store,
} from '#tests/harness/account.ts'
import { courseIn } from '#tests/harness/course.ts'
import { aPackage } from '#tests/harness/packages.ts'
import { type Reply, sendRaw } from '#tests/harness/send.ts'
import { until } from '#tests/harness/until.ts'
import { upload } from '#tests/harness/upload.ts'

const { port } = content.server.address() as AddressInfo
const gone = 'This address is no longer valid. Open the course again.'
/** Longer than what lies in between holds. */
const large = randomBytes(32 * 1024 * 1024)

/** An account with a course of one package, and people who have it. */
async function aPlayedCourse(files: { name: string; content: string | Buffer }[] = []) {
  const account = await anAccount({ learners: 2 })
  const author = await aPerson(account.accountId, 'author')
  const { id: fileId } = await upload(author, 'package', await aPackage({ files }))
  const course = await courseIn(account.accountId, account.learner, [{ kind: 'scorm', fileId }])
  return { ...account, ...course, author, fileId }
}

/** Opens the package. @returns the token that its addresses bear */
async function tokenOf(person: Person, moduleId: string, preview = false): Promise<string> {
  const { playing, launchId } = await person.call(openModule, { moduleId, preview })
  const url = new URL((playing as { playerUrl: string }).playerUrl)
  expect([url.port, url.pathname.split('/').length]).toEqual([String(port), 3])
  launchOf.set(url.pathname.split('/')[1]!, launchId)
  return url.pathname.split('/')[1]!
}
const launchOf = new Map<string, string>()

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> =>
  sendRaw(port, method, path, { host: '127.0.0.1', ...headers })
const entry = (token: string) => `/${token}/content/activity-1.html`
const seen = async (token: string, headers: Record<string, string> = {}) => {
  const replies = await Promise.all([get(entry(token), headers), get(`/${token}/player.html`, headers)])
  return replies.map((reply) => reply.status)
}
const served = [200, 200]
const refused = [401, 401]

describe('S2 R4 R5 R7 content is served to an open player, and to nobody', () => {
  type Scene = Awaited<ReturnType<typeof aPlayedCourse>>
  const past = sql<string>`statement_timestamp()`
  const ends: Record<string, (scene: Scene, token: string) => Promise<unknown>> = {
    inactive: ({ admin, learner }) => admin.call(deactivateUsers, { users: { ids: [learner.id] } }),
    'past its date, not yet recorded': ({ learner }) => letDatePass(learner),
    'from before a reactivation': async ({ admin, learner }) => {
      await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
      await admin.call(activateUsers, { users: { ids: [learner.id] } })
    },
    'of a deleted person': ({ owner, learner }) => owner.call(deleteUser, { userId: learner.id }),
    'of who signed out': ({ learner }) => learner.call(signOut, {}),
    'of who signed out everywhere': ({ learner }) => learner.call(signOutEverywhere, {}),
    'of a session that expired': ({ learner }) =>
      store.updateTable('sessions').set({ expiresAt: past }).where('userId', '=', learner.id).execute(),
    'without a sign of life for a minute': (_, token) =>
      store.updateTable('launches').set({ aliveUntil: past }).where('tokenHash', '=', hashOf(token)).execute(),
    'of a player that was opened elsewhere since': ({ learner, module }) =>
      learner.call(openModule, { moduleId: module }),
    'of who was un-enrolled': ({ enrollmentId }) =>
      store.updateTable('enrollments').set({ isCurrent: false }).where('id', '=', enrollmentId).execute(),
    'of a course that was archived': ({ courseId }) =>
      store.updateTable('courses').set({ state: 'archived' }).where('id', '=', courseId).execute(),
    'of a module that was removed': ({ module }) =>
      store.updateTable('modules').set({ removedAt: past, sectionId: null }).where('id', '=', module).execute(),
  }

  test.each(Object.entries(ends))('an address %s answers 401', async (_, end) => {
    const scene = await aPlayedCourse()
    const token = await tokenOf(scene.learner, scene.module)
    expect(await seen(token)).toEqual(served)
    await end(scene, token)
    expect(await seen(token)).toEqual(refused)
    expect((await get(entry(token))).body).toBe(gone)
    // No cookie is read here: whoever has a session, of whatever role, has nothing by it.
    const cookie = `session=${await aSession(scene.accountId, scene.owner.id)}`
    expect(await seen(token, { cookie })).toEqual(refused)
  })

  test('an address made up answers 401, whatever is asked for', async () => {
    const { learner, module, fileId, accountId } = await aPlayedCourse()
    const token = await tokenOf(learner, module)
    const cookie = `session=${learner.token}`
    const tokens = ['a'.repeat(43), token.slice(0, -1), token.toLowerCase(), `${token}a`, '%00', 'null', learner.token!]
    for (const made of [...tokens, 'x'.repeat(5000), accountId, fileId, launchOf.get(token)!])
      for (const method of ['GET', 'HEAD']) {
        const reply = await get(entry(made), { cookie }, method)
        expect([made, reply.status]).toEqual([made, 401])
      }
    for (const path of [
      '/',
      '/player.html',
      '//',
      `/${token}`,
      '/%',
      '/api/v1/me',
      '/health',
      `//${token}/player.html`,
    ])
      expect([path, (await get(path)).status]).toEqual([path, 401])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect([method, (await get(entry(token), {}, method)).status]).toEqual([method, 401])
  })

  test('a preview ends with the right to make courses', async () => {
    const { author, module } = await aPlayedCourse()
    const token = await tokenOf(author, module, true)
    expect(await seen(token)).toEqual(served)
    await store.updateTable('users').set({ role: 'learner' }).where('id', '=', author.id).execute()
    expect(await seen(token)).toEqual(refused)
  })

  test('a sign of life keeps it for a minute, and only that of its own session', async () => {
    const { accountId, learner, module } = await aPlayedCourse()
    const token = await tokenOf(learner, module)
    const launchId = launchOf.get(token)!
    const aliveFor = async () => {
      const { rows } = await sql<{ seconds: number }>`
        select extract(epoch from alive_until - statement_timestamp())::float8 as seconds from launches where id = ${launchId}
      `.execute(store)
      return rows[0]!.seconds
    }
    expect(await aliveFor()).toBeLessThanOrEqual(60)
    await store.updateTable('launches').set({ aliveUntil: past }).where('id', '=', launchId).execute()
    const other = learner.with(await aSession(accountId, learner.id))
    expect(await other.refused(keepOpen, { launchId })).toMatchObject({ code: 'opened_elsewhere' })
    expect(await seen(token)).toEqual(refused)
    await learner.call(keepOpen, { launchId })
    expect(await aliveFor()).toBeGreaterThan(50)
    expect(await aliveFor()).toBeLessThanOrEqual(60)
    expect(await seen(token)).toEqual(served)
  })
})

describe('a player gets its own package', () => {
  test('file by file, with its type, its parts, and no leave to reach anything else', async () => {
    const { learner, module } = await aPlayedCourse([
      { name: 'a b/ü.txt', content: 'Grüße' },
      { name: 'film.mp4', content: '0123456789' },
      { name: 'data.json', content: '{}' },
      { name: 'what.ever', content: 'x' },
    ])
    const token = await tokenOf(learner, module)
    const page = await get(entry(token))
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("connect-src 'self' data: blob:")
    expect(policy).toMatch(/frame-ancestors 'self' http:\/\/127\.0\.0\.1:\* /)
    expect(page.headers['set-cookie']).toBeUndefined()
    expect(page.headers['access-control-allow-origin']).toBeUndefined()

    const at = (path: string, headers = {}, method = 'GET') => get(`/${token}/content/${path}`, headers, method)
    expect(await at('a%20b/%C3%BC.txt?x=1')).toMatchObject({ status: 200, body: 'Grüße' })
    expect((await at('film.mp4')).headers['content-type']).toBe('video/mp4')
    expect((await at('data.json')).headers['content-type']).toMatch(/^application\/json/)
    expect((await at('what.ever')).headers['content-type']).toBe('application/octet-stream')
    const part = await at('film.mp4', { range: 'bytes=2-4' })
    expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10'])
    expect((await at('film.mp4', { range: 'bytes=10-' })).status).toBe(416)
    const head = await at('film.mp4', {}, 'HEAD')
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '10'])
    expect((await at('none.html')).status).toBe(404)
  })

  test('A1 may be framed by the pages of its own account, at whatever host they are', async () => {
    const installation = { ...config, baseUrl: 'https://learn.example.org:8443' }
    const app = await buildContentApp({ database, storage, config: installation })
    onTestFinished(() => app.close())
    for (const { learner, module, host } of [await aPlayedCourse(), await aPlayedCourse()]) {
      const token = await tokenOf(learner, module)
      for (const url of [entry(token), `/${token}/player.html`]) {
        const { statusCode, headers } = await app.inject(url)
        expect(statusCode).toBe(200)
        expect(headers['content-security-policy']).toMatch(new RegExp(`; frame-ancestors 'self' https://${host}:8443$`))
      }
    }
  })

  test('and no step leads out of it', async () => {
    const { learner, module, accountId } = await aPlayedCourse()
    const other = await aPlayedCourse([{ name: 'secret.txt', content: 'secret' }])
    const token = await tokenOf(learner, module)
    const [theirs, own] = [`${other.accountId}/${other.fileId}/secret.txt`, `${accountId}/${other.fileId}/secret.txt`]
    const ups = ['..', '%2e%2e', '%2E%2E', '.%2e', '..%2f', '..\\', '..%5c', '%252e%252e', '...', '..;', '..%00']
    const paths = ups.flatMap((up) => [
      `content/${up}/${up}/${theirs}`,
      `content/${up}/${other.fileId}/secret.txt`,
      `${up}/content/activity-1.html`,
      `content/a/${up}/activity-1.html`,
      `content/${up}/player.html`,
      `${up}/${up}/package.json`,
    ])
    const others = [
      'content//etc/passwd',
      'content/%2fetc%2fpasswd',
      'content/C:\\boot.ini',
      `content/${own}`,
      `content//${theirs}`,
      'content/activity-1.html%00',
      'content/activity-1.html%00.txt',
      'content/./activity-1.html',
      'content/activity-1.html/',
      'content/',
      'content',
      'content/%ff',
      'content/%',
      `content/${'a/'.repeat(2000)}b`,
      `content/${'a'.repeat(5000)}`,
      '',
      'package.json',
      'assets',
    ]
    for (const path of [...paths, ...others]) {
      // Over a bare connection, where no client makes the address tidy.
      const socket = connect(port, '127.0.0.1')
      socket.write(`GET /${token}/${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`)
      const answer = await text(socket)
      expect([path, /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]]).toEqual([path, expect.stringMatching(/^40[014]$/)])
      expect(answer).not.toMatch(/secret|root:|LMSInitialize/)
    }
  })

  test('R6 and what is under way breaks off within two seconds', async () => {
    const { admin, learner, module } = await aPlayedCourse([{ name: 'long.mp4', content: large }])
    const token = await tokenOf(learner, module)
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    let received = 0
    socket.on('data', (chunk) => {
      received += chunk.length
      socket.pause()
    })
    socket.write(`GET /${token}/content/long.mp4 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)
    await until('the film begins', () => received > 0)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const answeredAt = performance.now()
    // Read slowly, as a film is: it would last for long.
    let isOver = false
    socket.on('close', () => (isOver = true))
    await until('the film breaks off', () => {
      socket.resume()
      return isOver
    })
    expect(performance.now() - answeredAt).toBeLessThan(2_000)
    expect(received).toBeLessThan(large.length)
  })
})
