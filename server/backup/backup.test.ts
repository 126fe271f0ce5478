import { execFile } from 'node:child_process'
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { type Selectable, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ZipFile } from 'yazl'
import type { Answer } from '#contract/endpoint.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, listUsers } from '#contract/people.ts'
import { getMe, signIn } from '#contract/sign-in.ts'
import { addToken } from '#contract/tokens.ts'
import { addWebhook } from '#contract/webhooks.ts'
import { connect, type Tables } from '#server/db/database.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '#tests/harness/postgres.ts'
import { type Headers, password, ServerProcess } from '#tests/harness/server-process.ts'
import { until } from '#tests/harness/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-backup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const archive = join(folder, 'backup.zip')

const environment = ({ ownerUrl, appUrl }: TestDatabase) => ({ DATABASE_URL: ownerUrl, DATABASE_APP_URL: appUrl })

/** The operator's command line, as it is called. */
async function operator(database: TestDatabase, dataDirectory: string, ...args: string[]) {
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, DATA_DIR: dataDirectory, ...environment(database) }
  return promisify(execFile)(process.execPath, ['cli/rollcall.ts', ...args], { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout.trim() }),
    (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr.trim() }),
  )
}

/** How many rows each table has, and what they hold. */
async function contentOf({ adminUrl }: TestDatabase): Promise<Record<string, { n: number; digest: string }>> {
  const store = connect(adminUrl)
  try {
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`.execute(
      store,
    )
    const told: Record<string, { n: number; digest: string }> = {}
    for (const { name } of rows) {
      const { rows: counted } = await sql<{ n: number; digest: string }>`
        select count(*) as n, coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest from ${sql.table(name)} as t
      `.execute(store)
      told[name] = counted[0]!
    }
    return told
  } finally {
    await store.destroy()
  }
}

async function rowsOf<T extends 'mails' | 'webhooks'>({ adminUrl }: TestDatabase, table: T) {
  const store = connect(adminUrl)
  try {
    return (await sql<Selectable<Tables[T]>>`select * from ${sql.table(table)}`.execute(store)).rows
  } finally {
    await store.destroy()
  }
}

const filesIn = (directory: string) =>
  Object.fromEntries(
    readdirSync(join(directory, 'files'), { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(directory, 'files', name)).isFile())
      .map((name) => [name, readFileSync(join(directory, 'files', name)).toString('base64')]),
  )

let database: TestDatabase
let server: ServerProcess
let owner: Headers
let made: Awaited<ReturnType<typeof operator>>
let gone: { userId: string; email: string; cookie: string }

beforeAll(async () => {
  database = await freshDatabase()
  server = await new ServerProcess(environment(database)).start()
  owner = await server.setUp({ addSamples: true })
  const people = [{ firstName: 'Gone', lastName: 'Before', email: 'gone@example.org', password }]
  const { body } = await server.call(addUsers, { people }, owner)
  const { userId } = (body as Answer<typeof addUsers>).people[0]!
  const { cookie } = await server.signIn('gone@example.org')
  gone = { userId, email: 'gone@example.org', cookie }
  await server.call(addToken, { name: 'HR', scopes: ['people_read'] }, owner)
  await server.call(addWebhook, { url: 'https://hr.example.org/', events: ['added'] }, owner)
  await server.call(deactivateUsers, { users: { ids: [userId] } }, owner)
  const invited = [{ firstName: 'New', lastName: 'Comer', email: 'new@example.org', invite: true }]
  await server.call(addUsers, { people: invited }, owner)
  await until('the invitation is kept', async () =>
    (await rowsOf(database, 'mails')).some(({ body }) => /token=[\w-]{43}/.test(body ?? '')),
  )
  made = await operator(database, server.dataDirectory, 'backup', archive)
}, 120_000)
afterAll(() => server.stop())

describe('a backup, made while the server runs', () => {
  test('R50 goes into an empty installation whole; nobody who was out is in, and everybody signs in anew', async () => {
    const target = await emptyDatabase()
    const restored = new ServerProcess(environment(target))
    onTestFinished(() => restored.stop())
    const { code, said } = await operator(target, restored.dataDirectory, 'restore', archive)
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/^Restored as of .*: 253 people in 1 account, \d+ files\. Everybody/),
    ])

    const [before, after] = [await contentOf(database), await contentOf(target)]
    const over = ['sessions', 'api_tokens', 'links', 'launches', 'sign_in_attempts', 'idempotency_keys', 'setup_links']
    expect(over.map((name) => after[name]!.n)).toEqual(over.map(() => 0))
    // The server goes on meanwhile: its mail is handed over.
    const [hook] = await rowsOf(target, 'webhooks')
    expect(hook).toMatchObject({ url: 'https://hr.example.org/', isOn: false })
    expect((await rowsOf(target, 'mails')).map(({ body }) => body)).toEqual([
      expect.stringMatching(/\/invitation\?token=…$/m),
    ])
    for (const name of [...over, 'migrations', 'mails', 'webhooks', 'webhook_deliveries'])
      for (const told of [before, after]) delete told[name]
    expect(after).toEqual(before)
    expect(filesIn(restored.dataDirectory)).toEqual(filesIn(server.dataDirectory))

    await restored.start()
    const host = `localhost:${restored.port}`
    expect((await restored.call(getMe, {}, { host, cookie: owner.cookie })).status).toBe(401)
    expect((await restored.call(getMe, {}, { host, cookie: gone.cookie })).status).toBe(401)
    expect((await restored.call(signIn, { email: gone.email, password }, { host })).body).toMatchObject({
      code: 'account_inactive',
    })
    const { body } = await restored.call(listUsers, { search: 'gone' }, await restored.signIn('olga@example.org'))
    expect((body as Answer<typeof listUsers>).items).toMatchObject([{ id: gone.userId, status: 'inactive' }])
  })

  test('is for its owner’s eyes alone, and leaves nothing unfinished behind', () => {
    expect(made).toEqual({ code: 0, said: expect.stringMatching(/backup\.zip: 253 people in 1 account, \d+ files\./) })
    expect(statSync(archive).mode & 0o077).toBe(0)
    expect(existsSync(`${archive}.part`)).toBe(false)
  })

  test('does not go where somebody is already', async () => {
    expect(await operator(database, server.dataDirectory, 'restore', archive)).toEqual({
      code: 1,
      said: expect.stringContaining('There is an account here already.'),
    })
  })

  test('that is damaged leaves the installation empty, and says so', async () => {
    const bytes = readFileSync(archive)
    for (const [name, broken, sentence] of [
      ['cut', bytes.subarray(0, bytes.length / 2), 'is no whole backup'],
      ['other', Buffer.from('not an archive'), 'is no whole backup'],
    ] as const) {
      const path = join(folder, `${name}.zip`)
      writeFileSync(path, broken)
      const target = await emptyDatabase()
      const { code, said } = await operator(target, mkdtempSync(join(folder, 'data-')), 'restore', path)
      expect([code, said]).toEqual([1, expect.stringContaining(sentence)])
      expect((await contentOf(target))['accounts']).toMatchObject({ n: 0 })
    }
  })

  test.each([
    ['newer', { '9999-later.sql': 'x' }, 'made by another version, which has 9999-later.sql'],
    ['older', {}, 'made by an older version, before 0001-'],
  ])('of a %s version is refused with what to do', async (name, schema, sentence) => {
    const path = join(folder, `${name}.zip`)
    const zip = new ZipFile()
    const manifest = { format: 'rollcall-backup-1', madeAt: '2026-11-23T00:00:00Z', schema, rows: {}, files: 0 }
    zip.addBuffer(Buffer.from(JSON.stringify(manifest)), 'manifest.json')
    zip.end()
    await pipeline(zip.outputStream as unknown as Readable, createWriteStream(path))
    const { code, said } = await operator(await emptyDatabase(), mkdtempSync(join(folder, 'data-')), 'restore', path)
    expect([code, said]).toEqual([1, expect.stringContaining(sentence)])
  })
})
