import type { ServerResponse } from 'node:http'
import { sql } from 'kysely'
import { type Database, isUnavailable } from '#server/db/database.ts'

/** An answer that is still being sent, and the session that it is sent to. */
export interface OpenResponse {
  readonly accountId: string
  readonly sessionId: string
  readonly response: ServerResponse
  /** Ends it in its own way. Left out: it breaks off, so that nobody takes what arrived for the whole. */
  end?(code: 'account_inactive' | 'not_signed_in' | null): void
}

const lookEveryMs = 500
/** Without an answer of the database for so long nobody is known to be in, and everything is closed (R6, R12). */
const blindMs = 2_000

/**
 * The answers of this node that last: open pages and downloads. Twice a second, one question for all of them: whose
 * session is over? No message has to arrive for that, so none can be lost (S3, R6); a date that passes ends them like
 * a deactivation does.
 */
export class OpenResponses {
  readonly #database: Database
  readonly #open = new Set<OpenResponse>()
  #timer: NodeJS.Timeout | undefined
  #sawAtMs = Date.now()
  #isLooking = false
  #isClosed = false

  constructor(database: Database) {
    this.#database = database
  }

  add(one: OpenResponse): void {
    // Whoever left while they were let in closes no more, and would stay here for ever.
    if (one.response.destroyed) return
    if (this.#isClosed) {
      end(one, null)
      return
    }
    if (this.#open.size === 0) this.#sawAtMs = Date.now()
    this.#open.add(one)
    one.response.on('close', () => this.#open.delete(one))
    this.#timer ??= setInterval(() => void this.#look(), lookEveryMs)
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#endAll()
  }

  async #look(): Promise<void> {
    if (this.#open.size === 0) return
    if (Date.now() - this.#sawAtMs > blindMs) this.#endAll()
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      await this.#endThoseOver()
      this.#sawAtMs = Date.now()
    } catch (error) {
      // Nothing is known now; `blindMs` closes them if that lasts.
      if (!isUnavailable(error)) this.#endAll()
    } finally {
      this.#isLooking = false
    }
  }

  async #endThoseOver(): Promise<void> {
    const open = [...this.#open]
    const { rows } = await sql<{ sessionId: string; isInactive: boolean }>`
      select session_id, is_inactive
      from sessions_over(${open.map((one) => one.accountId)}::uuid[], ${open.map((one) => one.sessionId)}::uuid[])
    `.execute(this.#database)
    const over = new Map(rows.map((row) => [row.sessionId, row.isInactive]))
    for (const one of open) {
      const isInactive = over.get(one.sessionId)
      if (isInactive === undefined) continue
      this.#open.delete(one)
      end(one, isInactive ? 'account_inactive' : 'not_signed_in')
    }
  }

  #endAll(): void {
    for (const one of this.#open) end(one, null)
    this.#open.clear()
  }
}

function end(one: OpenResponse, code: 'account_inactive' | 'not_signed_in' | null): void {
  if (one.end) one.end(code)
  else one.response.destroy()
}
