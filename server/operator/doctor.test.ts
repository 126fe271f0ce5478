import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { connect } from '#server/db/database.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '#tests/harness/postgres.ts'
import { examine, type Finding } from './doctor.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const urls = await freshDatabase()

/** All that is found, by what was looked at. */
async function found(environment: Record<string, string> = {}, history = false): Promise<Record<string, Finding>> {
  const findings: Record<string, Finding> = {}
  const asked = { DATABASE_URL: urls.ownerUrl, DATA_DIR: folder, ...environment }
  for await (const finding of examine(asked, { history })) findings[finding.check] = finding
  return findings
}
const statesOf = (findings: Record<string, Finding>) =>
  Object.fromEntries(Object.entries(findings).map(([check, { state }]) => [check, state]))

/** Changes the database as somebody does who goes past Rollcall. */
async function past({ adminUrl }: TestDatabase, ...statements: string[]): Promise<void> {
  const store = connect(adminUrl)
  for (const statement of statements) await sql.raw(statement).execute(store)
  await store.destroy()
}

test('an installation in order', async () => {
  expect(statesOf(await found({}, true))).toEqual({
    'Node.js': 'ok',
    configuration: 'ok',
    'data folder': 'ok',
    'room on disk': 'ok',
    'file storage': 'ok',
    'mail server': 'not_checked',
    database: 'ok',
    schema: 'ok',
    'application role': 'ok',
    clocks: 'ok',
    replica: 'not_checked',
    seats: 'ok',
    history: 'ok',
  })
})

test('whatever is wrong says what to do; what stands on it is left out', async () => {
  const away = await found({
    DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/rollcall',
    SMTP_URL: 'smtp://127.0.0.1:1',
  })
  expect(away['database']).toMatchObject({ state: 'wrong', todo: expect.stringContaining('Start it') })
  expect(away['mail server']).toMatchObject({ state: 'wrong', todo: expect.stringContaining('SMTP_URL') })
  expect(away['schema']).toBeUndefined()
  expect(JSON.stringify(away)).not.toContain('secret')

  expect(await found({ PORT: 'many' })).toMatchObject({
    configuration: { state: 'wrong', found: expect.stringMatching(/^PORT must/) },
  })
  writeFileSync(join(folder, 'file'), '')
  const noFolder = await found({ DATA_DIR: join(folder, 'file') })
  expect(noFolder).toMatchObject({ 'data folder': { state: 'wrong' }, database: { state: 'ok' } })
  expect(noFolder['room on disk']).toBeUndefined()
  const withoutLogin = Object.assign(new URL(urls.ownerUrl), { username: '', password: '' }).href
  expect(await found({ READ_DATABASE_URL: withoutLogin })).toMatchObject({
    replica: { state: 'wrong', found: 'It follows no other database.' },
    seats: { state: 'ok' },
  })
})

test('a schema of another version, rights that are too many, a seat that is counted wrongly', async () => {
  const newer = await freshDatabase()
  await past(newer, "insert into migrations (name, sha256) values ('9999-of-tomorrow.sql', '')")
  expect(await found({ DATABASE_URL: newer.ownerUrl })).toMatchObject({
    schema: { state: 'wrong', found: expect.stringContaining('newer version') },
  })
  const older = await freshDatabase()
  await past(older, 'delete from migrations where name = (select max(name) from migrations)')
  expect(await found({ DATABASE_URL: older.ownerUrl })).toMatchObject({
    schema: { state: 'wrong', found: expect.stringContaining('older than this version') },
  })
  const open = await freshDatabase()
  await past(open, 'alter table groups disable row level security')
  expect(await found({ DATABASE_URL: open.ownerUrl })).toMatchObject({
    'application role': { state: 'wrong', found: expect.stringContaining('groups: row level security') },
  })
  const miscounted = await freshDatabase()
  await past(
    miscounted,
    "insert into accounts (name, host, time_zone, seat_limit) values ('Acme', 'acme.test', 'UTC', 5)",
    "insert into users (account_id, role, status) select id, 'owner', 'active' from accounts",
    "insert into profiles (account_id, user_id, first_name, last_name, email) select account_id, id, 'Olga', 'Owner', 'olga@example.org' from users",
  )
  expect(await found({ DATABASE_URL: miscounted.ownerUrl })).toMatchObject({
    seats: { state: 'ok', found: '1 used, as counted' },
  })
  await past(miscounted, 'update accounts set holding_seats = 4')
  expect(await found({ DATABASE_URL: miscounted.ownerUrl })).toMatchObject({
    seats: { state: 'wrong', found: expect.stringContaining('Acme') },
  })
})

test('what was never started is left alone', async () => {
  expect(statesOf(await found({ DATABASE_URL: '' }))).toMatchObject({ database: 'not_checked' })
  const { ownerUrl } = await emptyDatabase()
  expect(statesOf(await found({ DATABASE_URL: ownerUrl }))).toMatchObject({ database: 'ok', schema: 'not_checked' })
})
