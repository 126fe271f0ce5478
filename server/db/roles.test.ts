import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { emptyDatabase } from '#tests/harness/postgres.ts'
import { connectOnce } from './database.ts'
import { startEmbedded } from './embedded.ts'
import { appRole, derivedPassword, prepareAppRole } from './roles.ts'

/** A database whose owner has these rights. Roles belong to the whole cluster, which the other files share. */
async function ownedBy(rights: string) {
  const { adminUrl } = await emptyDatabase()
  const admin = await connectOnce(adminUrl)
  onTestFinished(() => admin.end())
  const name = new URL(adminUrl).pathname.slice(1)
  const login = async (role: string, more: string) => {
    await admin.query(`create role ${role} login password 'geheim' ${more}`)
    return Object.assign(new URL(adminUrl), { username: role, password: 'geheim' }).href
  }
  return {
    admin,
    ownerUrl: await login(`${name}_owner`, rights),
    login: (more: string) => login(`${name}_login`, more),
  }
}

const whoIs = async (url: string) => {
  const connection = await connectOnce(url)
  const { rows } = await connection.query(
    'select current_user as name, rolsuper as super, rolbypassrls as bypass from pg_roles where rolname = current_user',
  )
  await connection.end()
  return rows
}

test('every node derives the same login from the same owner, at once, and it has no rights of its own', async () => {
  const { ownerUrl } = await emptyDatabase()
  const urls = await Promise.all([prepareAppRole(ownerUrl), prepareAppRole(ownerUrl), prepareAppRole(ownerUrl)])
  expect(new Set(urls).size).toBe(1)
  expect(await whoIs(urls[0])).toEqual([{ name: appRole, super: false, bypass: false }])
  expect(new URL(urls[0]).password).toBe(derivedPassword(new URL(ownerUrl).password, appRole))
})

test('an owner who may not change the role is told what to do, and no password of somebody else is changed', async () => {
  const { ownerUrl } = await ownedBy('nocreaterole')
  await expect(prepareAppRole(ownerUrl)).rejects.toThrow(
    /"rollcall_app" exists with another password, .* Set DATABASE_APP_URL/,
  )
  const { ownerUrl: first } = await emptyDatabase()
  expect(await whoIs(await prepareAppRole(first))).toMatchObject([{ name: appRole }])
})

test('an owner who may not create the role is told what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-roles-'))
  chmodSync(folder, 0o755)
  const postgres = await startEmbedded(folder, { fsync: false })
  onTestFinished(async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true })
  })
  const admin = await connectOnce(postgres.superuserUrl)
  await admin.query('alter role rollcall_owner nocreaterole')
  await admin.end()
  await expect(prepareAppRole(postgres.ownerUrl)).rejects.toThrow(
    /The user of DATABASE_URL may not create roles, .* create role rollcall_app login/,
  )
})

test("an owner's address without password is refused before anything is done", async () => {
  const { ownerUrl } = await emptyDatabase()
  await expect(prepareAppRole(Object.assign(new URL(ownerUrl), { password: '' }).href)).rejects.toThrow(
    'DATABASE_URL has no password',
  )
})

test('a login of its own is used as it is, when it belongs to the role', async () => {
  const { ownerUrl, login, admin } = await ownedBy('nocreaterole')
  const own = await login('')
  await expect(prepareAppRole(ownerUrl, own)).rejects.toThrow(
    /must be a member of "rollcall_app". Run: grant rollcall_app to "test_\w+_login"/,
  )
  await admin.query(`grant ${appRole} to ${new URL(own).username}`)
  expect(await prepareAppRole(ownerUrl, own)).toBe(own)
})

test('a login of its own that does not work is named as that', async () => {
  const { ownerUrl } = await emptyDatabase()
  const wrong = Object.assign(new URL(ownerUrl), { password: 'wrong' }).href
  await expect(prepareAppRole(ownerUrl, wrong)).rejects.toThrow(/^DATABASE_APP_URL: .*password authentication failed/)
})
