import { createHash } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely'
import type pg from 'pg'
import { type Fields, Message, type Rows, type Statement } from './message.ts'

/*
 * How Kysely reaches PostgreSQL. What a request costs is above all how often something is sent and waited for, so:
 *
 * - a parameterised text is prepared once for each connection, whose planning behind row level security costs more
 *   than the reading;
 * - what need not wait for an answer is sent together with what follows it, as one message;
 * - nobody waits for the end of a transaction that has only read.
 */

/** Sent as one message, and as one transaction, with the statement before it, whose rows come first in the result. */
export interface Joined extends CompiledQuery {
  readonly before: CompiledQuery
}

export interface Limits {
  /** How long an answer may take, and how much longer we wait for it than the database itself gives it. */
  readonly answerMs: number
  readonly graceMs: number
  /** How long the first answer of a transaction may take: a database that lives gives it at once. */
  readonly firstMs: number
  /**
   * What each transaction begins with, because a pooler may give it another connection of the database than the one
   * before. There nothing is prepared, and a lone statement has our own limit, which ends the connection.
   */
  readonly inEach?: readonly string[]
}

const silent = (text: string): Statement => ({ text, name: text, values: [], hasRows: false })
const begin = silent('begin')
/** A standby, which may not know yet who has gone, refuses it (S3). */
const beginWriting = silent('begin read write')
const beginReading = silent('begin read only')
const commit = silent('commit')
const rollback = silent('rollback')

/** Followed by milliseconds: from there on each statement of the transaction may take so long. */
export const allowance = 'set local statement_timeout = '
/** The place in PostgreSQL that finds a prepared statement out of date; its message is translated. */
export const staleStatement = 'RevalidateCachedQuery'

export class PoolDriver implements Driver {
  readonly #pool: pg.Pool
  readonly #limits: Limits
  readonly #connections = new WeakMap<pg.PoolClient, PooledConnection>()

  constructor(pool: pg.Pool, limits: Limits) {
    this.#pool = pool
    this.#limits = limits
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PooledConnection> {
    const client = await this.#pool.connect()
    const known = this.#connections.get(client)
    if (known) return known
    const connection = new PooledConnection(client, this.#limits)
    this.#connections.set(client, connection)
    return connection
  }

  beginTransaction(connection: PooledConnection, { accessMode }: TransactionSettings): Promise<void> {
    return connection.begin(accessMode)
  }

  commitTransaction(connection: PooledConnection): Promise<void> {
    return connection.end(commit)
  }

  rollbackTransaction(connection: PooledConnection): Promise<void> {
    return connection.end(rollback)
  }

  async releaseConnection(connection: PooledConnection): Promise<void> {
    connection.release()
  }

  destroy(): Promise<void> {
    return this.#pool.end()
  }
}

class PooledConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #limits: Limits
  readonly #prepared = new Map<string, Fields>()
  /** What the transaction begins with, until it is sent with the next statement. */
  #toBegin: readonly Statement[] = []
  #isReading = false
  #allowedMs: number | undefined
  /** The end of a transaction that has only read, under way. */
  #ending: Promise<unknown> | undefined

  constructor(client: pg.PoolClient, limits: Limits) {
    this.#client = client
    this.#limits = limits
  }

  async begin(mode: TransactionSettings['accessMode']): Promise<void> {
    this.#isReading = mode === 'read only'
    const how = this.#isReading ? beginReading : mode === 'read write' ? beginWriting : begin
    const beginning = [how, ...(this.#limits.inEach ?? []).map(silent)]
    // What writes may have to wait for a lock: that the database lives is asked before.
    if (this.#isReading) this.#toBegin = beginning
    else await this.#send(beginning, this.#limits.firstMs)
  }

  async end(how: Statement): Promise<void> {
    this.#allowedMs = undefined
    const hasBegun = this.#toBegin.length === 0
    this.#toBegin = []
    if (!hasBegun) return
    const ending = this.#send([how], this.#limits.answerMs)
    if (!this.#isReading) await ending
    else this.#ending = ending
  }

  /** Back to the pool, as soon as it is of use to the next. */
  release(): void {
    const { release } = this.#client
    if (!this.#ending) return release()
    this.#ending.then(
      () => release(),
      (error: Error) => release(error),
    )
    this.#ending = undefined
  }

  async executeQuery<R>(query: CompiledQuery | Joined): Promise<QueryResult<R>> {
    const asked = 'before' in query ? [prepared(query.before), prepared(query)] : [statementOf(query)]
    const statements = [...this.#toBegin, ...asked]
    this.#toBegin = []
    const timeoutMs = statements.length > 1 ? this.#limits.firstMs : (this.#allowedMs ?? this.#limits.answerMs)
    if (query.sql.startsWith(allowance))
      this.#allowedMs = Number(query.sql.slice(allowance.length)) + this.#limits.graceMs
    const { rows, affected } = await this.#send(statements, timeoutMs)
    return { rows: rows as R[], ...(affected !== undefined && { numAffectedRows: affected }) }
  }

  // oxlint-disable-next-line require-yield -- Kysely asks for it, and none of ours reads by a cursor
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Rows are read by pages, not as a stream.')
  }

  async #send(statements: readonly Statement[], timeoutMs: number): Promise<Rows> {
    try {
      return await new Promise<Rows>((resolve, reject) => {
        const answered = (error: Error | null, rows?: Rows) => (rows ? resolve(rows) : reject(error!))
        const sent = this.#limits.inEach ? statements.map((each) => ({ ...each, name: undefined })) : statements
        this.#client.query(new Message(sent, this.#prepared, timeoutMs, answered))
      })
    } catch (thrown) {
      const error = thrown as Error & { routine?: string }
      // The statement may still be running: the next user of this connection would wait behind it.
      if (error.message === 'Query read timeout') this.#discard(error)
      // Another node has migrated while we run: the statements are prepared anew under other names.
      if (error.routine === staleStatement) startAfresh()
      // Where it was asked, instead of where the answer was read.
      Error.captureStackTrace(error)
      throw error
    }
  }

  /** Told as an error of the connection, the pool knows in the same moment that it is not to be handed out again. */
  #discard(silence: Error): void {
    const { connection } = this.#client as unknown as { connection: EventEmitter & { stream: Socket } }
    connection.emit('error', silence)
    connection.stream.destroy()
  }
}

/** The server keeps every prepared statement in each connection's memory, so that there is an end to them. */
const mostNames = 1_000
/** Lists of rows make a new text for every length; they are sent as they are. */
const mostParameters = 40
const names = new Map<string, string>()
let generation = 0

/** Whatever has parameters is asked again, and so prepared. */
const statementOf = (query: CompiledQuery): Statement =>
  query.parameters.length > 0
    ? prepared(query)
    : { text: query.sql, name: undefined, values: query.parameters, hasRows: true }

const prepared = ({ sql: text, parameters: values }: CompiledQuery): Statement => ({
  text,
  name: nameOf(text, values.length),
  values,
  hasRows: true,
})

function nameOf(text: string, parameters: number): string | undefined {
  const known = names.get(text)
  if (known || parameters > mostParameters || names.size >= mostNames) return known
  const name = `${generation}-${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
  names.set(text, name)
  return name
}

function startAfresh(): void {
  generation++
  names.clear()
}
