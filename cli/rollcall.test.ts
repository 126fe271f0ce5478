import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addToken, type tokenScopes } from '#contract/tokens.ts'
import { anAccount, app, store } from '#tests/harness/account.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The only account of this database answers at any address.
const { accountId, owner, admin, learner, people } = await anAccount({ learners: 3 })
const made = async (...scopes: (typeof tokenScopes)[number][]) =>
  (await admin.call(addToken, { name: 'Shell', scopes })).token
const token = await made('people_read', 'people_write', 'reports_read')
const { port } = app.server.address() as AddressInfo
const url = `http://127.0.0.1:${port}`

interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** Runs the command line as its users do. */
function rollcall(args: string[], { typed = '', env = {} }: { typed?: string; env?: Record<string, string> } = {}) {
  return new Promise<Ran>((resolve) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, 'rollcall.ts'), ...args],
      { cwd: folder, env: { PATH: process.env['PATH'], ROLLCALL_URL: url, ROLLCALL_TOKEN: token, ...env } },
      (failure, out, error) => resolve({ code: failure ? Number(failure.code) : 0, out, error }),
    )
    child.stdin!.end(typed)
  })
}

const limit = (seatLimit: number | null) =>
  store.updateTable('accounts').set({ seatLimit }).where('id', '=', accountId).execute()

test('tells whose token it is, the seats, and who is there, for people and for programs', async () => {
  expect(await rollcall(['whoami'])).toMatchObject({ code: 0, out: expect.stringContaining(admin.email), error: '' })
  expect(JSON.parse((await rollcall(['seats', '--json'])).out)).toMatchObject({ used: 5, limit: null })
  const { out } = await rollcall(['users', 'list', '--role', 'learner'])
  for (const { email } of people) expect(out).toContain(email)
  expect(out).not.toContain(owner.email)
  const listed = JSON.parse((await rollcall(['users', 'list', '--json'])).out) as unknown[]
  expect(listed).toHaveLength(5)
})

test('deactivates by e-mail, on a date and at once; tells before what would happen', async () => {
  const dry = await rollcall(['users', 'deactivate', learner.email, '--dry-run'])
  expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('1 of 1 would change') })
  expect(await learner.row()).toMatchObject({ status: 'active' })

  expect(await rollcall(['users', 'deactivate', learner.email, '--on', '2031-05-31'])).toMatchObject({ code: 0 })
  expect(await learner.row()).toMatchObject({ status: 'active', deactivationDate: '2031-05-31' })
  expect(await rollcall(['users', 'clear-date', learner.email])).toMatchObject({ code: 0 })
  expect(await learner.row()).toMatchObject({ deactivationDate: null })

  const typed = people.map(({ email }) => email.toUpperCase()).join('\n')
  const now = await rollcall(['users', 'deactivate', '-', '--reason', 'Left'], { typed })
  expect(now).toMatchObject({ code: 0, out: 'deactivate: 3 of 3 changed, 0 were so already, 0 refused.\n' })
  expect((await learner.events()).at(-1)).toMatchObject({ change: 'deactivated', reason: 'Left', byUserId: admin.id })
})

test('T4 activates as many as seats are free, only where it is told so', async () => {
  await limit(3)
  const emails = people.map(({ email }) => email)
  expect(await rollcall(['users', 'activate', ...emails])).toMatchObject({
    code: 1,
    error: expect.stringContaining('no free seat'),
  })
  expect(await rollcall(['users', 'activate', ...emails, '--fill'])).toMatchObject({
    code: 3,
    out: expect.stringContaining('1 of 3 changed'),
  })
  const added = await rollcall(['users', 'add', '--first-name', 'N', '--last-name', 'N', '--email', 'n@example.org'])
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('waits for a seat') })
  await limit(null)
})

test('changes nothing when somebody is not there, and names them', async () => {
  const ran = await rollcall(['users', 'deactivate', learner.email, 'nobody@example.org'])
  expect(ran).toMatchObject({ code: 1, error: 'Nobody here has: nobody@example.org. Nothing was changed.\n' })
})

test('says what the server refused, and at which field', async () => {
  expect(await rollcall(['users', 'deactivate', owner.email])).toMatchObject({
    code: 3,
    error: expect.stringContaining(owner.email),
  })
  const wrong = await rollcall(['users', 'add', '--first-name', 'N', '--last-name', 'N', '--email', 'no address'])
  expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining('people.0.email') })
  expect(await rollcall(['seats'], { env: { ROLLCALL_TOKEN: await made('reports_read') } })).toMatchObject({ code: 1 })
})

test('takes a report along as a file', async () => {
  expect(await rollcall(['export', 'people', '--output', 'people.csv'])).toMatchObject({ code: 0, out: '' })
  expect(readFileSync(join(folder, 'people.csv'), 'utf8')).toContain(admin.email)
  expect((await rollcall(['export', 'people', '--format', 'xlsx'])).code).toBe(0)
})

test('says what it does not understand, and that nobody answers', async () => {
  expect(await rollcall(['users', 'dance'])).toMatchObject({ code: 2 })
  expect(await rollcall(['users', 'list', '--status', 'gone'])).toMatchObject({ code: 2 })
  expect(await rollcall(['seats'], { env: { ROLLCALL_TOKEN: '' } })).toMatchObject({ code: 1 })
  expect(await rollcall(['seats'], { env: { ROLLCALL_URL: 'http://127.0.0.1:1' } })).toMatchObject({
    code: 1,
    error: expect.stringContaining('does not answer'),
  })
  expect(await rollcall(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') })
})

test('S2 its person is out: refused', async () => {
  await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
  expect(await rollcall(['users', 'list'])).toMatchObject({
    code: 1,
    out: '',
    error: 'Your account is inactive. Contact your administrator.\n',
  })
})
