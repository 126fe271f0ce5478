import type { ServerResponse } from 'node:http'
import { sql } from 'kysely'
import { type Database, isUnavailable } from '#server/db/database.ts'
import type { OpenResponses } from '#server/gate/open-responses.ts'

/** An open page, and the session that keeps it open. */
interface Stream {
  readonly accountId: string
  readonly sessionId: string
  readonly response: ServerResponse
}

const lookEveryMs = 500
const heartbeatMs = 15_000

/** The open pages of this node, which are told what changes in their account. Who is out is ended by the gate. */
export class Streams {
  readonly #database: Database
  readonly #open = new Set<Stream>()
  readonly #newest = new Map<string, string>()
  readonly #responses: OpenResponses
  #timer: NodeJS.Timeout | undefined
  #beatAtMs = Date.now()
  #isLooking = false

  constructor(database: Database, responses: OpenResponses) {
    this.#database = database
    this.#responses = responses
  }

  /** `newest`: the newest event of the account when the stream was opened; what comes after it is told. */
  add(stream: Stream, newest: string): void {
    if (stream.response.destroyed) return
    this.#responses.add({
      ...stream,
      end: (code) => {
        this.#open.delete(stream)
        if (code) write(stream, 'access-ended', { code })
        stream.response.end()
      },
    })
    if (stream.response.writableEnded) return
    this.#open.add(stream)
    if (!this.#newest.has(stream.accountId)) this.#newest.set(stream.accountId, newest)
    stream.response.on('close', () => this.#open.delete(stream))
    this.#timer ??= setInterval(() => void this.#look(), lookEveryMs)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    if (this.#open.size === 0 || this.#isLooking) return
    this.#isLooking = true
    try {
      await this.#tellChanges()
      if (Date.now() - this.#beatAtMs > heartbeatMs) this.#beat()
    } catch (error) {
      // What changed meanwhile is told with the next look.
      if (!isUnavailable(error)) throw error
    } finally {
      this.#isLooking = false
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
}

function write({ response }: Stream, event: 'access-ended' | 'people', data: object): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}
