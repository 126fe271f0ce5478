import { sql, type Transaction } from 'kysely'
import type { Role } from '#contract/roles.ts'
import { anyOf, type Database, type Tables } from '#server/db/database.ts'
import { Problem } from '#server/problem.ts'

/** One transaction, within one account, by somebody who is in. Commands and queries are given this and nothing else. */
export interface Work {
  readonly db: Transaction<Tables>
  readonly accountId: string
  readonly actor: Actor
  /** The large operation that this is a piece of. */
  readonly operationId?: string
}

/** Who does it. The clock and the operator's command line act without being a person. */
export type Actor =
  | { readonly id: string; readonly role: Role; readonly sessionId: string }
  | { readonly id: null; readonly role: 'clock' | 'operator' }

/**
 * - `reading`: what is read is what was so when the work began
 * - `writing`: commits before the end of its actor's access is answered, or not at all (S3)
 * - `in_turn`: changes who is in; one after the other within an account, so that seats and locks are simple (T2)
 */
export type WayOfWorking = 'reading' | 'writing' | 'in_turn'

/** What somebody shows to be let in, and where they knock. */
export interface Credential {
  readonly host: string
  readonly tokenHash: Buffer
}

/**
 * The only way of a person to the data (S2, S3, A1): opens the transaction, sets the account, and lets only those in
 * who are in. What it decides, it decides in `enter()`, in the schema.
 *
 * @throws Problem `not_signed_in`, `account_inactive`
 */
export function workAs<T>(
  database: Database,
  { host, tokenHash }: Credential,
  way: WayOfWorking,
  task: (work: Work) => Promise<T>,
): Promise<T> {
  return transaction(database, async (db) => {
    const { rows } = await sql<{ accountId: string; sessionId: string; userId: string; role: Role; isIn: boolean }>`
      select current_account() as account_id, entered.* from enter(account_at(${host}), ${tokenHash}, ${way}) as entered
    `.execute(db)
    const entered = rows[0]
    if (!entered) throw new Problem('not_signed_in')
    if (!entered.isIn) throw new Problem('account_inactive')
    const { accountId, userId, role, sessionId } = entered
    return task({ db, accountId, actor: { id: userId, role, sessionId } })
  })
}

/**
 * A piece of an operation that goes on for somebody after their request was answered, as long as they are in. In turn.
 *
 * @throws Problem `account_inactive`
 */
export function workOn<T>(
  database: Database,
  { accountId, operationId, runBy: userId }: { accountId: string; operationId: string; runBy: string },
  task: (work: Work) => Promise<T>,
): Promise<T> {
  return workFor(database, accountId, 'clock', async (work) => {
    await takeTurn(work)
    const { rows } = await sql<{ role: Role }>`
      select role from active_users where account_id = ${accountId} and id = ${userId}
    `.execute(work.db)
    if (!rows[0]) throw new Problem('account_inactive')
    return task({ ...work, operationId, actor: { id: userId, role: rows[0].role, sessionId: operationId } })
  })
}

/** Work that no person does: what the clock records, what the operator orders, what happens before a sign-in. */
export function workFor<T>(
  database: Database,
  accountId: string,
  by: 'clock' | 'operator',
  task: (work: Work) => Promise<T>,
): Promise<T> {
  return transaction(database, async (db) => {
    await sql`select set_config('app.account_id', ${accountId}, true)`.execute(db)
    return task({ db, accountId, actor: { id: null, role: by } })
  })
}

/** Reading on a replica, by somebody whom `workAs` has just let in on the first database. It sees their account alone (A1). */
export function workBeside<T>(
  replica: Database,
  { accountId, actor }: Pick<Work, 'accountId' | 'actor'>,
  task: (work: Work) => Promise<T>,
): Promise<T> {
  return replica
    .transaction()
    .setAccessMode('read only')
    .execute(async (db) => {
      await sql`select set_config('app.account_id', ${accountId}, true)`.execute(db)
      return task({ db, accountId, actor })
    })
}

/** Waits for its turn among those who change who is in. Part of `in_turn`; for work that no person does. */
export async function takeTurn({ db, accountId }: Work): Promise<void> {
  await sql`select pg_advisory_xact_lock(turn_lock(${accountId}))`.execute(db)
}

/** From so many people on, all work of the account is held off: one lock instead of one for each (QUALITY 3). */
const mostLocks = 200

/**
 * Waits until none of these people has work under way, and lets none begin before this transaction ends (S3).
 * Later work waits in line behind this, so nobody can put off the end of their own access (R3).
 */
export async function holdOff({ db, accountId }: Work, userIds: readonly string[] | 'many'): Promise<void> {
  if (userIds === 'many' || userIds.length > mostLocks) {
    await sql`select pg_advisory_xact_lock(account_lock(${accountId}))`.execute(db)
    return
  }
  await sql`
    select pg_advisory_xact_lock(user_lock(id))
    from (select id from users where account_id = ${accountId} and id = ${anyOf(userIds)} order by id) as held
  `.execute(db)
}

/** Enters as this person with work of their own: for a sign-in, which has no session yet. */
export async function holdPlace({ db, accountId }: Work, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(account_lock(${accountId})), pg_advisory_xact_lock_shared(user_lock(${userId}))`.execute(
    db,
  )
}

const deadlock = '40P01'

/**
 * One transaction. Of two that wait for each other the database ends one: that one begins again. It is to be able to
 * write even if it only reads: a standby, which may not know yet who has gone, refuses it (S3).
 */
async function transaction<T>(database: Database, task: (db: Transaction<Tables>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().setAccessMode('read write').execute(task)
    } catch (error) {
      if ((error as { code?: string }).code !== deadlock || attempt === 3) throw error
    }
  }
}
