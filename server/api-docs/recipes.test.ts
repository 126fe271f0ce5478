import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { addToken, tokenScopes } from '#contract/tokens.ts'
import { anAccount, app, type Person, store } from '#tests/harness/account.ts'

/* What docs/api.md tells is run as it stands there, as a program of its own, in this order, against one account. */

const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8')
const [helper, ...recipes] = [...page.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code!)

const folder = mkdtempSync(join(tmpdir(), 'rollcall-recipes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The only account of this database answers at any address.
const { accountId, owner } = await anAccount({ learners: 1 })
await store.updateTable('profiles').set({ email: 'owner@example.org' }).where('userId', '=', owner.id).execute()
await owner.call(addUsers, {
  people: [
    { firstName: 'Lea', lastName: 'Learner', email: 'lea@example.org' },
    { firstName: 'Leander', lastName: 'Other', email: 'other-lea@example.org' },
  ],
})
const { token } = await owner.call(addToken, { name: 'Recipes', kind: 'account', scopes: [...tokenScopes] })

async function run(number: number): Promise<string> {
  const path = join(folder, `${number}.mjs`)
  writeFileSync(path, `${helper!}\n${recipes[number - 1]!}`)
  const { port } = app.server.address() as AddressInfo
  const { stdout } = await promisify(execFile)(process.execPath, [path], {
    cwd: folder,
    env: { ...process.env, ROLLCALL_URL: `http://127.0.0.1:${port}`, ROLLCALL_TOKEN: token },
  })
  return stdout.trim()
}

const lea = (): Promise<Awaited<ReturnType<Person['row']>>> =>
  store
    .selectFrom('users as u')
    .innerJoin('profiles as p', (join) => join.onRef('p.userId', '=', 'u.id'))
    .selectAll('u')
    .where('p.email', '=', 'lea@example.org')
    .executeTakeFirstOrThrow()

const statusOf = async (email: string) => {
  const { status } = await store
    .selectFrom('users as u')
    .innerJoin('profiles as p', (join) => join.onRef('p.userId', '=', 'u.id'))
    .select('u.status')
    .where('p.email', '=', email)
    .executeTakeFirstOrThrow()
  return status
}

test('there are ten recipes', () => {
  expect(recipes).toHaveLength(10)
})

test('1 finds somebody by their e-mail, and nobody whose address only holds it', async () => {
  expect(await run(1)).toBe(`${(await lea()).id} Lea active`)
})

test('2 adds people once, however often it is sent; without a seat they wait', async () => {
  const limit = async (seatLimit: number | null) =>
    store.updateTable('accounts').set({ seatLimit }).where('id', '=', accountId).execute()
  await limit(1)
  expect(await run(2)).toBe('inactive 1')
  expect(await run(2)).toBe('inactive 1')
  await limit(null)
  expect(await statusOf('nora@example.org')).toBe('inactive')
})

test('3, 4 sets a date, and takes it back', async () => {
  expect(await run(3)).toBe('schedule 1')
  expect((await lea()).deactivationDate).toBe('2031-05-31')
  expect(await run(4)).toBe('1')
  expect((await lea()).deactivationDate).toBeNull()
})

test('5, 6 tells what would happen, and does it', async () => {
  expect(await run(5)).toBe('1 would lose access')
  expect(await statusOf('lea@example.org')).toBe('active')
  expect(await run(6)).toBe('changed')
  expect(await statusOf('lea@example.org')).toBe('inactive')
})

test('7 brings somebody back if a seat is free, and says it when not', async () => {
  await store.updateTable('accounts').set({ seatLimit: 1 }).where('id', '=', accountId).execute()
  expect(await run(7)).toMatch(/^\d of 1 seats are used, 1 people wait$/)
  await store.updateTable('accounts').set({ seatLimit: null }).where('id', '=', accountId).execute()
  expect(await run(7)).toBe('back: 1')
  expect(await statusOf('lea@example.org')).toBe('active')
})

test('8, 9 deactivates who is not in the list, and undoes it', async () => {
  expect(await run(8)).toMatch(/^[12] deactivated$/)
  expect([await statusOf('lea@example.org'), await statusOf('other-lea@example.org')]).toEqual(['active', 'inactive'])
  expect(await run(9)).toMatch(/^undone for [12]$/)
  expect(await statusOf('other-lea@example.org')).toBe('active')
})

test('10 takes a report along as a file', async () => {
  expect(await run(10)).toMatch(/^"Acme: people/)
  expect(readFileSync(join(folder, 'people.csv'), 'utf8')).toContain('lea@example.org')
})

test('S2 a recipe whose person is out is refused', async () => {
  const admin = await store
    .selectFrom('users')
    .selectAll()
    .where('role', '=', 'administrator')
    .executeTakeFirstOrThrow()
  await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
  const made = await store
    .updateTable('apiTokens')
    .set({ userId: admin.id })
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  expect(made.numUpdatedRows).toBe(1n)
  await expect(run(1)).rejects.toThrow('account_inactive')
})
