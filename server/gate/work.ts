import { type AccessMode, type CompiledQuery, type RawBuilder, sql, type Transaction } from 'kysely'
import { allows, type Role } from '#contract/roles.ts'
import type { TokenScope } from '#contract/tokens.ts'
import type { Joined } from '#server/db/driver.ts'
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
  | { readonly id: string; readonly role: Role; readonly sessionId: string; readonly scopes?: readonly TokenScope[] }
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
  /** An API token; otherwise a session. */
  readonly byToken: boolean
}

interface LetIn {
  readonly accountId: string
  readonly sessionId: string | null
  readonly userId: string
  readonly role: Role
  readonly isIn: boolean
  readonly seenLongAgo: boolean
  /** What a token may be used for. Null: it was a session. */
  readonly scopes: TokenScope[] | null
}

const letIn = ({ host, tokenHash, byToken }: Credential, way: WayOfWorking) =>
  sql<LetIn>`select * from let_in(${host}, ${tokenHash}, ${way}, ${byToken})`

/** @throws Problem `not_signed_in`, `account_inactive` */
function enteredAs({ accountId, sessionId, userId, role, isIn, scopes }: LetIn): Omit<Work, 'db'> {
  if (sessionId === null) throw new Problem('not_signed_in')
  if (!isIn) throw new Problem('account_inactive')
  return { accountId, actor: { id: userId, role, sessionId, ...(scopes && { scopes }) } }
}

/**
 * The only way of a person to the data (S2, S3, A1): opens the transaction, sets the account, and lets only those in
 * who are in. What it decides, it decides in `let_in()`, in the schema.
 *
 * @throws Problem `not_signed_in`, `account_inactive`
 */
export async function workAs<T>(
  database: Database,
  credential: Credential,
  way: WayOfWorking,
  task: (work: Work) => Promise<T>,
): Promise<T> {
  let seen: LetIn | undefined
  try {
    const result = await transaction(database, way === 'reading' ? 'read only' : 'read write', async (db) => {
      const { rows } = await letIn(credential, way).execute(db)
      seen = rows[0]!
      return task({ db, ...enteredAs(seen) })
    })
    if (seen) await note(database, seen, credential)
    return result
  } catch (error) {
    if (seen && !seen.isIn) await note(database, seen, credential)
    throw error
  }
}

/**
 * One question of somebody who is in, which asks for them by `current_account()` and `current_actor()`: it is sent with
 * the look at who they are instead of after it, and its answer is dropped when they are not in.
 *
 * @throws Problem `not_signed_in`, `account_inactive`
 */
export async function askAs<T>(
  database: Database,
  credential: Credential,
  question: CompiledQuery<T>,
): Promise<{ entered: Omit<Work, 'db'>; answer: T }> {
  const together: Joined = { ...question, before: letIn(credential, 'reading').compile(database) }
  const { rows } = await database.executeQuery(together)
  const [row, answer] = rows as [LetIn, T]
  await note(database, row, credential)
  return { entered: enteredAs(row), answer }
}

/** Notes that a session or a token was used, now and then; and that a token was refused because its person is out (H1). */
async function note(
  database: Database,
  { accountId, sessionId, isIn, seenLongAgo }: LetIn,
  { byToken }: Credential,
): Promise<void> {
  if (sessionId === null || (isIn ? !seenLongAgo : !byToken)) return
  const used = sql.table(byToken ? 'api_tokens' : 'sessions')
  const at = sql.ref(byToken ? 'last_used_at' : 'last_seen_at')
  await workFor(database, accountId, 'clock', ({ db }) =>
    (isIn
      ? sql`update ${used} set ${at} = statement_timestamp() where account_id = ${accountId} and id = ${sessionId}`
      : sql`select token_refused(${accountId}, ${sessionId})`
    ).execute(db),
  )
}

/**
 * A piece of an operation that goes on for somebody after their request was answered, as long as they are in and may
 * manage people (S3, R36). In turn.
 *
 * @throws Problem `account_inactive`, `not_allowed`
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
    if (!allows('people', rows[0].role)) throw new Problem('not_allowed')
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
  return transaction(database, 'read write', async (db) => {
    await sql`select set_config('app.account_id', ${accountId}, true)`.execute(db)
    return task({ db, accountId, actor: { id: null, role: by } })
  })
}

/** One question about an account that no person asks, such as before a sign-in; it says `current_account()`. */
export async function askFor<T>(database: Database, accountId: string, question: RawBuilder<T>): Promise<T[]> {
  const together: Joined = {
    ...question.compile(database),
    before: sql`select set_config('app.account_id', ${accountId}, true)`.compile(database),
  }
  const { rows } = await database.executeQuery(together)
  return rows.slice(1) as T[]
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
 * Waits until none of these people has work under way, and lets none begin before this transaction ends (S3). Later
 * work waits in line behind this, and what takes long is cancelled, so that nobody can put off the end of their own
 * access (R3); of many also what others do.
 */
export async function holdOff({ db, accountId }: Work, userIds: readonly string[] | 'many'): Promise<void> {
  if (userIds === 'many' || userIds.length > mostLocks) {
    await sql`select hold_off_all(${accountId})`.execute(db)
    return
  }
  await sql`
    select hold_off(array(select id from users where account_id = ${accountId} and ${isOneOf(userIds)}))
  `.execute(db)
}

/** A list of one is asked as one, so that a plan is made once, and not for each request. */
const isOneOf = (ids: readonly string[]) => (ids.length === 1 ? sql`id = ${ids[0]}` : sql`id = ${anyOf(ids)}`)

/** Enters as this person with work of their own: for a sign-in, which has no session yet. */
export async function holdPlace({ db, accountId }: Work, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(account_lock(${accountId})), pg_advisory_xact_lock_shared(user_lock(${userId}))`.execute(
    db,
  )
}

const deadlock = '40P01'

/**
 * One transaction. Of two that wait for each other the database ends one: that one begins again. On a standby, which may
 * not know yet who has gone, none begins that could write, and `let_in()` refuses the others (S3).
 */
async function transaction<T>(
  database: Database,
  mode: AccessMode,
  task: (db: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().setAccessMode(mode).execute(task)
    } catch (error) {
      if ((error as { code?: string }).code !== deadlock || attempt === 3) throw error
    }
  }
}
