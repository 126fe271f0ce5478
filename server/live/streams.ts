import { sql } from 'kysely'
import type { ServerResponse } from 'node:http'
import { type Database, isUnavailable } from '#server/db/database.ts'

/** An open page, and the session that keeps it open. */
interface Stream {
  readonly accountId: string
  readonly sessionId: string
  readonly response: ServerResponse
}

const lookEveryMs = 500
/** Without an answer of the database for so long nobody is known to be in, and everything is closed (R6, R12). */
const blindMs = 2_000
const heartbeatMs = 15_000

/**
 * The open pages of this node. Twice a second, one question for all of them: whose session is over? No message has to
 * arrive for that, so none can be lost (S3, R6); a date that passes ends a page like a deactivation does.
 */
export class Streams {
  readonly #database: Database
  readonly #open = new Set<Stream>()
  readonly #newest = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #sawAtMs = Date.now()
  #beatAtMs = Date.now()
  #isLooking = false
  #isClosed = false

  constructor(database: Database) {
    this.#database = database
  }

  /** `newest`: the newest event of the account when the stream was opened; what comes after it is told. */
  add(stream: Stream, newest: string): void {
    // Whoever left while they were let in closes no more, and would stay here for ever.
    if (stream.response.destroyed) return
    if (this.#isClosed) {
      stream.response.end()
      return
    }
    if (this.#open.size === 0) this.#sawAtMs = Date.now()
    this.#open.add(stream)
    if (!this.#newest.has(stream.accountId)) this.#newest.set(stream.accountId, newest)
    stream.response.on('close', () => this.#open.delete(stream))
    this.#timer ??= setInterval(() => void this.#look(), lookEveryMs)
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    for (const { response } of this.#open) response.end()
  }

  async #look(): Promise<void> {
    if (this.#open.size === 0) return
    if (Date.now() - this.#sawAtMs > blindMs) this.#endAll()
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      await this.#endThoseOver()
      await this.#tellChanges()
      this.#sawAtMs = Date.now()
      if (Date.now() - this.#beatAtMs > heartbeatMs) this.#beat()
    } catch (error) {
      // Nothing is known now; `blindMs` closes the pages if that lasts.
      if (!isUnavailable(error)) this.#endAll()
    } finally {
      this.#isLooking = false
    }
  }

  async #endThoseOver(): Promise<void> {
    const streams = [...this.#open]
    const { rows } = await sql<{ sessionId: string; isInactive: boolean }>`
      select session_id, is_inactive
      from sessions_over(${streams.map((stream) => stream.accountId)}::uuid[], ${streams.map((stream) => stream.sessionId)}::uuid[])
    `.execute(this.#database)
    const over = new Map(rows.map((row) => [row.sessionId, row.isInactive]))
    for (const stream of streams) {
      const isInactive = over.get(stream.sessionId)
      if (isInactive === undefined) continue
      write(stream, 'access-ended', { code: isInactive ? 'account_inactive' : 'not_signed_in' })
      this.#end(stream)
    }
  }

  /** Tells each page when somebody of its account was changed, so that what it shows is looked up again. */
  async #tellChanges(): Promise<void> {
    const accountIds = [...new Set([...this.#open].map((stream) => stream.accountId))]
    for (const accountId of this.#newest.keys()) if (!accountIds.includes(accountId)) this.#newest.delete(accountId)
    const { rows } = await sql<{ accountId: string; newest: string | null }>`
      select account_id, newest from newest_events(${accountIds}::uuid[])
    `.execute(this.#database)
    for (const { accountId, newest } of rows) {
      const before = this.#newest.get(accountId)
      this.#newest.set(accountId, newest ?? '')
      if (before === (newest ?? '')) continue
      for (const stream of this.#open) if (stream.accountId === accountId) write(stream, 'people', {})
    }
  }

  #beat(): void {
    this.#beatAtMs = Date.now()
    for (const { response } of this.#open) response.write(': still here\n\n')
  }

  #end(stream: Stream): void {
    this.#open.delete(stream)
    stream.response.end()
  }

  #endAll(): void {
    for (const stream of this.#open) this.#end(stream)
  }
}

function write({ response }: Stream, event: 'access-ended' | 'people', data: object): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}
