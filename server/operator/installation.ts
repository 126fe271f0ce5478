import { sql } from 'kysely'
import { type Config, ConfigError, readConfig } from '#server/config.ts'
import { NotRestored } from '#server/backup/restore.ts'
import { connect, type Database } from '#server/db/database.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { prepareAppRole } from '#server/db/roles.ts'
import { takeTurn, type Work, workFor } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/*
 * What the operator's part of the command line stands on: for whoever runs the installation, not for the people of an
 * account. It works on the database itself, whether the server runs or not.
 */

/** What the operator has to mend. */
export class Mistake extends Error {}

/** What the operator can do something about, as a sentence; undefined: it is a defect. */
export function sentenceOf(error: unknown): string | undefined {
  // The schema's own name: no call of the API sets a host.
  if ((error as { constraint?: string }).constraint === 'accounts_host_key')
    return 'Another account answers at this host. "rollcall accounts list" names all.'
  const problem = Problem.fromConstraint(error)
  if (problem) return problem.message
  const isForeseen = [Mistake, NotRestored, Problem, ConfigError].some((foreseen) => error instanceof foreseen)
  // Of no class of its own: thrown on purpose, with a sentence. A defect is a TypeError, one in SQL a DatabaseError.
  const isSaid = error instanceof Error && error.constructor === Error
  return isForeseen || isSaid ? (error as Error).message : undefined
}

/** As the owner of the schema, which is brought up to this version. */
export async function withOwner<T>(task: (ownerUrl: string, config: Config, appUrl: string) => Promise<T>): Promise<T> {
  const config = readConfig(process.env)
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config.dataDirectory) : undefined
  try {
    const ownerUrl = config.databaseUrl ?? embedded!.ownerUrl
    const appUrl = await prepareAppRole(ownerUrl, config.databaseAppUrl)
    await migrate(ownerUrl)
    return await task(ownerUrl, config, appUrl)
  } finally {
    await embedded?.stop()
  }
}

/** As the application, which row level security shows one account at a time. */
export function withDatabase<T>(task: (database: Database) => Promise<T>): Promise<T> {
  return withOwner(async (_ownerUrl, config, appUrl) => {
    const database = connect(appUrl, { max: 2, pooler: config.databasePooler })
    return task(database).finally(() => void database.destroy())
  })
}

/**
 * Work of the operator in one account, named by its host or its id. In turn, since it may change who is in.
 *
 * @throws Mistake when there is no such account
 */
export function inAccount<T>(named: string, task: (work: Work) => Promise<T>): Promise<T> {
  return withDatabase(async (database) => {
    for (const id of await accountIds(database)) {
      const isIt = named === id || named.toLowerCase() === (await workFor(database, id, 'operator', describe)).host
      if (!isIt) continue
      return workFor(database, id, 'operator', async (work) => {
        await takeTurn(work)
        return task(work)
      })
    }
    throw new Mistake(`There is no account ${named}. "rollcall accounts list" names all by host and id.`)
  })
}

/** What is asked of each account, in one transaction for each. */
export async function ofEveryAccount<T>(database: Database, question: (work: Work) => Promise<T>): Promise<T[]> {
  const told: T[] = []
  for (const id of await accountIds(database)) told.push(await workFor(database, id, 'operator', question))
  return told
}

async function accountIds(database: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from every_account() as id`.execute(database)
  return rows.map(({ id }) => id)
}

export interface Described {
  readonly id: string
  readonly name: string
  readonly host: string | null
  readonly owner: string
}

export async function describe({ db, accountId }: Work): Promise<Described> {
  const { rows } = await sql<Described>`
    select a.id, a.name, a.host, p.email as owner from accounts as a
    join users as u on u.account_id = a.id and u.role = 'owner'
    join profiles as p on p.account_id = a.id and p.user_id = u.id where a.id = ${accountId}
  `.execute(db)
  return rows[0]!
}

/** Whom an address belongs to. @throws Mistake when nobody of the account has it */
export async function userByEmail({ db, accountId }: Work, email: string): Promise<string> {
  const { rows } = await sql<{ userId: string }>`
    select user_id from profiles where account_id = ${accountId} and email_key = lower(${email})
  `.execute(db)
  if (!rows[0]) throw new Mistake(`Nobody in this account has the e-mail ${email}.`)
  return rows[0].userId
}
