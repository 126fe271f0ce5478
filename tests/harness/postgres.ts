import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectOnce } from '#server/db/database.ts'
import { type EmbeddedPostgres, startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { prepareAppRole } from '#server/db/roles.ts'
import { otherCluster, prepareOther, startOther } from './other-postgres.ts'

/** The three ways into one database of the run. */
export interface TestDatabase {
  /** Owns the schema; no superuser. Migrations run as this. */
  ownerUrl: string
  /** As the application signs in: bound by row level security. */
  appUrl: string
  /** Superuser: to build a scene past every rule, and to look at what was stored. */
  adminUrl: string
}

/** Both Vitest and Playwright hand their workers the environment of the setup. */
const handedOn = 'ROLLCALL_TEST_POSTGRES'
const template = 'rollcall'

/** Global setup of Vitest and of Playwright: one PostgreSQL for the run, with the migrated database that the files copy. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755)
  const programs = process.env['TEST_POSTGRES']
  const postgres = await (programs ? other(programs, folder) : startEmbedded(folder, { fsync: false }))
  const end = async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const appUrl = await prepareAppRole(postgres.ownerUrl)
    await migrate(postgres.ownerUrl)
    const urls: TestDatabase = { ownerUrl: postgres.ownerUrl, appUrl, adminUrl: postgres.superuserUrl }
    process.env[handedOn] = JSON.stringify(urls)
    return end
  } catch (error) {
    await end()
    throw error
  }
}

/** `TEST_POSTGRES=/usr/lib/postgresql/15/bin` runs the tests on a PostgreSQL of that folder. */
async function other(programs: string, folder: string): Promise<EmbeddedPostgres> {
  const running = await startOther(otherCluster(programs, folder))
  return { ...running, ownerUrl: await prepareOther(running) }
}

/** A migrated database without any account, for this caller alone. It goes with the run. */
export const freshDatabase = () => aDatabase(`template ${template}`)

/** An empty database of the same owner, for tests of the migrations themselves. */
export const emptyDatabase = () => aDatabase('')

async function aDatabase(from: string): Promise<TestDatabase> {
  const urls = JSON.parse(process.env[handedOn] ?? 'null') as TestDatabase | null
  if (!urls)
    throw new Error('There is no PostgreSQL for this run: tests/harness/postgres.ts belongs into the global setup.')

  const name = `test_${randomUUID().slice(0, 8)}`
  const admin = await connectOnce(urls.adminUrl)
  try {
    await admin.query(`create database ${name} owner ${new URL(urls.ownerUrl).username} ${from}`)
  } finally {
    await admin.end()
  }
  const within = (url: string) => Object.assign(new URL(url), { pathname: name }).href
  return { ownerUrl: within(urls.ownerUrl), appUrl: within(urls.appUrl), adminUrl: within(urls.adminUrl) }
}
