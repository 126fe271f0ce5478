import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { connect } from '#server/db/database.ts'
import { runRollcall } from '#tests/harness/command-line.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'

const urls = await freshDatabase()
const folder = mkdtempSync(join(tmpdir(), 'rollcall-operator-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command line as an operator does. */
const rollcall = (args: string[], env: Record<string, string> = {}) =>
  runRollcall(args, { env: { DATABASE_URL: urls.ownerUrl, DATA_DIR: folder, ...env } })
const operator = (args: string[], typed = '') =>
  runRollcall(['accounts', ...args], { typed, env: { DATABASE_URL: urls.ownerUrl } })
const created = (host: string, ...more: string[]) =>
  operator(
    [
      'create',
      '--name',
      'Acme',
      '--host',
      host,
      '--zone',
      'Europe/Berlin',
      '--owner-first-name',
      'Olga',
      '--owner-last-name',
      'Owner',
      '--owner-email',
      'olga@example.org',
      ...more,
    ],
    'a good long password\n',
  )

test('an operator creates accounts by host, sets limits, and helps a lost owner', async () => {
  const store = connect(urls.adminUrl)
  expect(await created('acme.test', '--limit', '5')).toMatchObject({
    code: 0,
    out: expect.stringContaining('at acme.test'),
  })
  expect(await created('other.test')).toMatchObject({ code: 0 })
  const [first] = await store.selectFrom('accounts').selectAll().where('host', '=', 'acme.test').execute()
  expect(first).toMatchObject({ seatLimit: 5, limitSetBy: 'operator' })

  expect(await operator(['set-limit', 'acme.test', '7'])).toMatchObject({ code: 0, out: '1 of 7 seats used.\n' })
  expect(await operator(['set-limit', first!.id, 'unlimited'])).toMatchObject({ code: 0 })
  const before = await store
    .selectFrom('credentials')
    .select(['userId', 'passwordHash'])
    .where('accountId', '=', first!.id)
    .executeTakeFirstOrThrow()
  const owner = { accountId: first!.id, userId: before.userId }
  await store
    .insertInto('authenticators')
    .values({ ...owner, secret: 'A' })
    .execute()
  const passkey = { credentialId: 'AAAA', publicKey: Buffer.alloc(32), counter: 0, host: 'acme.test', name: 'Phone' }
  await store
    .insertInto('passkeys')
    .values({ ...owner, ...passkey })
    .execute()
  expect(await operator(['set-host', first!.id, 'Learn.acme.test'])).toMatchObject({
    code: 0,
    out: 'Acme answers at learn.acme.test.\nPasskeys that were made at another host do not work there: 1.\n',
  })
  expect(await operator(['set-host', first!.id, 'acme.test'])).toMatchObject({ out: 'Acme answers at acme.test.\n' })
  expect(await operator(['owner-password', 'acme.test', '--generate-password'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Password: \S{20}\n/),
  })
  const after = await store
    .selectFrom('credentials')
    .select('passwordHash')
    .where('accountId', '=', first!.id)
    .executeTakeFirstOrThrow()
  expect(after.passwordHash).not.toBe(before.passwordHash)
  for (const lost of ['authenticators', 'passkeys'] as const)
    expect(await store.selectFrom(lost).selectAll().execute()).toEqual([])
  const listed = JSON.parse((await operator(['list', '--json'])).out) as { host: string; seats: { used: number } }[]
  expect(Object.fromEntries(listed.map(({ host, seats }) => [host, seats.used]))).toEqual({
    'acme.test': 1,
    'other.test': 1,
  })
  await store.destroy()
}, 60_000)

test('what is wrong is told in a sentence, with a code that is not 0, and nothing is done', async () => {
  const wrong: [Promise<{ code: number; error: string }>, string][] = [
    [operator(['set-limit', 'nobody.test', '5']), 'There is no account nobody.test'],
    [operator(['set-limit', 'acme.test', '0']), 'Give a number of seats from 1 on'],
    [operator(['owner-password', 'acme.test'], 'short\n'), 'Choose at least 10 characters.'],
    [operator(['transfer-owner', 'acme.test', '--to', 'nobody@example.org']), 'Nobody in this account'],
    [operator(['create', '--name', 'x']), 'required option'],
    [operator(['set-host', 'other.test', 'acme.test']), 'Another account answers at this host'],
  ]
  for (const [run, sentence] of wrong) {
    const { code, error } = await run
    expect(error).toContain(sentence)
    expect(code).not.toBe(0)
    expect(error).not.toMatch(/\n\s+at /)
  }
}, 60_000)

test('makes tokens of the account that act as one of those who manage it, and revokes them', async () => {
  const made = await rollcall(['tokens', 'add', 'acme.test', '--name', 'HR', '--scopes', 'people_read', '--json'])
  const { id, token, as } = JSON.parse(made.out) as Record<string, string>
  expect([token, as]).toEqual([expect.stringMatching(/^rollcall_[\w-]{43}$/), 'olga@example.org'])
  const listed = await rollcall(['tokens', 'list', 'acme.test', '--json'])
  expect(JSON.parse(listed.out)).toMatchObject([
    { id, kind: 'account', name: 'HR', scopes: ['people_read'], isMine: false, state: 'works' },
  ])
  expect(listed.out).not.toContain(token)
  const nobody = await rollcall([
    'tokens',
    'add',
    'acme.test',
    '--name',
    'x',
    '--scopes',
    'people_read',
    '--as',
    'x@y.z',
  ])
  expect(nobody).toMatchObject({ code: 1, error: expect.stringContaining('Nobody in this account') })
  expect(await rollcall(['tokens', 'add', 'acme.test', '--name', 'x', '--scopes', 'all'])).toMatchObject({ code: 2 })
  expect(await rollcall(['tokens', 'revoke', 'other.test', id!])).toMatchObject({ code: 1 })
  expect(await rollcall(['tokens', 'revoke', 'acme.test', 'first'])).toMatchObject({ code: 2 })
  expect(await rollcall(['tokens', 'revoke', 'acme.test', id!])).toMatchObject({ code: 0 })
  expect(JSON.parse((await rollcall(['tokens', 'list', 'acme.test', '--json'])).out)).toEqual([])
})

test('the doctor says what is wrong, and what to do about it, without a stack and without a secret', async () => {
  const [whole, down] = await Promise.all([
    rollcall(['doctor', '--json']),
    rollcall(['doctor'], { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/rollcall' }),
  ])
  expect([whole.code, whole.error, (JSON.parse(whole.out) as unknown[]).length]).toEqual([0, '', 13])
  expect(down).toMatchObject({ code: 1, error: '' })
  expect(down.out).toMatch(/WRONG {2}database .*cannot be entered: .*ECONNREFUSED.*\n.*→ Start it/)
  expect(down.out).not.toMatch(/secret|\n\s+at /)
})
