import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { connect } from '#server/db/database.ts'
import { freshDatabase } from '#tests/harness/postgres.ts'

const urls = await freshDatabase()

/** Runs the command line as an operator does. */
const operator = (args: string[], typed = ''): Promise<{ code: number; out: string; error: string }> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['server/operator.ts', 'accounts', ...args],
      { env: { PATH: process.env['PATH'], DATABASE_URL: urls.ownerUrl } },
      (failure, out, error) => resolve({ code: failure ? Number(failure.code) : 0, out, error }),
    )
    child.stdin!.end(typed)
  })
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
    out: 'It answers at learn.acme.test.\nPasskeys that were made at another host do not work there: 1.\n',
  })
  expect(await operator(['set-host', first!.id, 'acme.test'])).toMatchObject({ out: 'It answers at acme.test.\n' })
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
