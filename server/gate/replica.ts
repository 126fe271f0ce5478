import { type Kysely, sql } from 'kysely'
import type { Config } from '#server/config.ts'
import { connect, type Database, isUnavailable, type Tables } from '#server/db/database.ts'
import { Problem } from '#server/problem.ts'
import type { Log } from '#server/repeat.ts'
import { type Credential, workAs, workBeside, type Work } from './work.ts'

/*
 * Reading beside: reports may be counted on a streaming replica of the database, a little late. Who is let in is asked
 * of the first database each time, and never of a replica: it may not know yet that somebody has gone (S3).
 *
 * level: whether the replica has reached the point at which the first database stood when its reader was let in.
 */

/** What is further behind is not asked. */
export const mostBehindSeconds = 30
/** A replica that did not answer is left alone for so long. */
const restMs = 5_000
/** The limit of a statement passed. It would be no faster on the first database. */
const tookTooLong = '57014'

/** An answer, and the moment whose data it counts. Null: the moment at which it was asked; there is no replica. */
export interface Counted<T> {
  readonly answer: T
  readonly countedAt: string | null
}

/** What is asked of one database, as of when. */
export type Question<T> = (work: Work, countedAt: string | null) => Promise<T>

/** Where the first database stands: its position in the log, and when that was, by its clock. */
interface Mark {
  readonly position: string
  readonly at: string
}

/** Too far behind, or no replica at all. */
class NotFresh extends Error {}

/** By the application's own login: what was verified of it holds on a replica too. It need not answer yet. */
export function connectToReplica(
  { readDatabaseUrl, databasePooler }: Pick<Config, 'readDatabaseUrl' | 'databasePooler'>,
  appUrl: string,
): Database | undefined {
  if (!readDatabaseUrl) return undefined
  const { username, password } = new URL(appUrl)
  return connect(Object.assign(new URL(readDatabaseUrl), { username, password }).href, { pooler: databasePooler })
}

interface Asked {
  readonly db: Kysely<Tables>
}

/** How a replica follows, at a moment after this mark of the first database. */
async function followingOf({ db }: Asked, { position, at }: Mark) {
  const { rows } = await sql<{ isReplica: boolean; isLevel: boolean; replayedAt: string | null }>`
    select pg_is_in_recovery() as is_replica, coalesce(pg_last_wal_replay_lsn() >= ${position}::pg_lsn, false) as is_level,
      pg_last_xact_replay_timestamp() as replayed_at
  `.execute(db)
  const { isReplica, isLevel, replayedAt } = rows[0]!
  // A database that follows nobody may be what a failover left behind: nobody can tell of when its data are.
  if (!isReplica) throw new NotFresh('It follows no other database.')
  if (isLevel) return { behindSeconds: 0, countedAt: at }
  // Both moments are of the first database's clock. Asked from a database that was quiet this is too much, never too little.
  const behindSeconds = replayedAt === null ? Infinity : Math.max(0, (Date.parse(at) - Date.parse(replayedAt)) / 1_000)
  return { behindSeconds, countedAt: replayedAt }
}

/** How many seconds a replica is behind the first database. @throws Error when it is no replica, or does not answer */
export async function secondsBehind(first: Database, replica: Database): Promise<number> {
  return (await followingOf({ db: replica }, await markOf({ db: first }))).behindSeconds
}

/** A replica, as long as it can be used. */
export class Replica {
  readonly #database: Database
  readonly #log: Log
  #restsUntilMs = 0
  #told: string | undefined
  /** For whoever watches over the installation. */
  readonly figures = { reportsThere: 0, reportsInstead: 0, behindSeconds: 0 }

  constructor(database: Database, log: Log) {
    this.#database = database
    this.#log = log
  }

  /** What it answers somebody who was let in at this mark. Undefined: ask the first database instead; the log tells why. */
  async answer<T>(
    reader: Pick<Work, 'accountId' | 'actor'>,
    mark: Mark,
    question: Question<T>,
  ): Promise<Counted<T> | undefined> {
    try {
      if (Date.now() < this.#restsUntilMs) return this.#instead()
      const counted = await workBeside(this.#database, reader, async (work) => {
        const countedAt = await this.#countedAt(work, mark)
        return { answer: await question(work, countedAt), countedAt }
      })
      this.figures.reportsThere++
      this.#tell(undefined)
      return counted
    } catch (error) {
      if (error instanceof Problem || (error as { code?: string }).code === tookTooLong) throw error
      // Whatever else it is: a question that is wrong in itself fails on the first database too.
      if (isUnavailable(error)) this.#restsUntilMs = Date.now() + restMs
      this.#tell(error instanceof NotFresh ? error.message : `It fails: ${(error as Error).message}`)
      return this.#instead()
    }
  }

  /** @throws NotFresh */
  async #countedAt(work: Work, mark: Mark): Promise<string> {
    const { behindSeconds, countedAt } = await followingOf(work, mark)
    this.figures.behindSeconds = behindSeconds
    if (behindSeconds > mostBehindSeconds) throw new NotFresh(`It is more than ${mostBehindSeconds} s behind.`)
    return countedAt!
  }

  #instead(): undefined {
    this.figures.reportsInstead++
  }

  /** Once for each change, not for each report. */
  #tell(trouble: string | undefined): void {
    if (trouble === this.#told) return
    this.#told = trouble
    this.#log.warn(
      trouble === undefined
        ? 'Reports are read from the replica again.'
        : `Reports are read from the first database, not from the replica. ${trouble}`,
    )
  }
}

/**
 * Lets in whoever asks, and has their question answered by the replica where there is one that can, otherwise by the
 * first database: in two transactions, so that a long question holds nothing of the first database meanwhile.
 *
 * @throws Problem `not_signed_in`, `account_inactive`
 */
export async function readBeside<T>(
  { database, replica }: { database: Database; replica: Replica | undefined },
  credential: Credential,
  question: Question<T>,
): Promise<Counted<T>> {
  if (replica) {
    const { work, mark } = await workAs(database, credential, 'reading', async (work) => ({
      work,
      mark: await markOf(work),
    }))
    const there = await replica.answer(work, mark, question)
    if (there) return there
  }
  return workAs(database, credential, 'reading', async (work) => {
    const countedAt = replica ? (await markOf(work)).at : null
    return { answer: await question(work, countedAt), countedAt }
  })
}

async function markOf({ db }: Asked): Promise<Mark> {
  const { rows } = await sql<Mark>`select pg_current_wal_lsn()::text as position, statement_timestamp() as at`.execute(
    db,
  )
  return rows[0]!
}
