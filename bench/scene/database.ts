import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectOnce, type Connection } from '#server/db/database.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { prepareAppRole } from '#server/db/roles.ts'
import { type Account, addPeople } from './people.ts'

/** A PostgreSQL of the bench's own, as the product starts it: every commit is on the disk. */
export interface BenchDatabase extends Account {
  /** The data folder, with `postgres/` in it. */
  readonly folder: string
  readonly ownerUrl: string
  readonly appUrl: string
  readonly adminUrl: string
  /** Past every right, and past the rules' triggers and the foreign keys only within `restore()`. */
  readonly admin: Connection
  /** Everybody as they were at the beginning, what was recorded since forgotten, and what that leaves behind cleared away. */
  restore(): Promise<void>
  /** Stops PostgreSQL and leaves its folder, for work that starts it by itself. There is no more of this database. */
  hibernate(): Promise<void>
  close(): Promise<void>
}

export async function makeDatabase(people: number): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755)
  const ending: (() => Promise<unknown>)[] = []
  const hibernate = async () => {
    for (const step of ending.splice(0).reverse()) await step()
  }
  const close = async () => {
    await hibernate()
    rmSync(folder, { recursive: true, force: true })
  }
  // PostgreSQL is no child of ours, and would stay.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void close().finally(() => process.exit(1)))
  try {
    const postgres = await startEmbedded(folder)
    ending.push(() => postgres.stop())
    const appUrl = await prepareAppRole(postgres.ownerUrl)
    await migrate(postgres.ownerUrl)
    const adminUrl = Object.assign(new URL(postgres.superuserUrl), { pathname: 'rollcall' }).href
    const making = await connectOnce(adminUrl)
    const account = await addPeople(making, people)
    await making.end()
    const admin = await connectOnce(adminUrl)
    ending.push(() => admin.end())
    const { rows } = await admin.query<{ id: string }>(
      'select id from lifecycle_events order by account_id desc, id desc limit 1',
    )
    const restore = () => restored(admin, account.accountId, rows[0]!.id)
    return { ...account, folder, ownerUrl: postgres.ownerUrl, appUrl, adminUrl, admin, restore, hibernate, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function restored(admin: Connection, accountId: string, lastEvent: string): Promise<void> {
  await admin.query('begin')
  await admin.query('set local session_replication_role = replica')
  await admin.query(`
    update users as u set status = b.status, status_cause = b.status_cause, status_since = b.status_since,
      deactivation_date = b.deactivation_date, deactivate_at = b.deactivate_at, let_in_since = b.let_in_since
    from bench.users as b where u.account_id = b.account_id and u.id = b.id
      and (u.status, u.deactivate_at, u.let_in_since) is distinct from (b.status, b.deactivate_at, b.let_in_since)`)
  await admin.query('delete from lifecycle_events where account_id = $1 and id > $2', [accountId, lastEvent])
  await admin.query('delete from history_seals where number > 1')
  // With whatever tells more of an operation.
  await admin.query('truncate operations, mails cascade')
  await admin.query('select recount_seats($1)', [accountId])
  await admin.query('commit')
  await admin.query('vacuum (analyze) users, lifecycle_events')
}
