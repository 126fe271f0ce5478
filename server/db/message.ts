import { createRequire } from 'node:module'
import pg from 'pg'

/** What pg makes of a value before it sends it; its types leave it out. */
const { prepareValue } = createRequire(import.meta.url)('pg/lib/utils') as {
  prepareValue: (value: unknown) => string | Buffer | null
}

export interface Statement {
  readonly text: string
  /** It is prepared under this name, once for each connection. */
  readonly name: string | undefined
  readonly values: readonly unknown[]
  readonly hasRows: boolean
}

interface Field {
  readonly name: string
  readonly parse: (text: string) => unknown
}
/** The columns of a prepared statement, which PostgreSQL need not tell again. */
export type Fields = readonly Field[]

export interface Rows {
  readonly rows: Record<string, unknown>[]
  /** How many the last statement wrote; undefined where it only read. */
  readonly affected: bigint | undefined
}

/** What pg speaks the protocol with; its types leave out that only one argument is needed. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void }
  close(what: { type: 'S'; name: string }): void
  parse(what: { text: string; name: string | undefined }): void
  bind(what: { statement: string | undefined; values: readonly unknown[]; valueMapper: typeof prepareValue }): void
  describe(what: { type: 'P'; name: string }): void
  execute(what: object): void
  sync(): void
  sendCopyFail(why: string): void
}

/**
 * Statements that PostgreSQL is sent at once (its protocol calls that a pipeline). Where no transaction is open they are
 * one by themselves, and after one that fails none of the others is done.
 *
 * Made for `pg.Client.query()`, which calls the methods that follow as the answers come in.
 */
export class Message implements pg.Submittable {
  readonly #statements: readonly Statement[]
  readonly #prepared: Map<string, Fields>
  /** Both names are those of pg: it replaces the callback by one that stops the clock. */
  readonly query_timeout: number
  callback: (error: Error | null, rows?: Rows) => void

  readonly #fields: (Fields | undefined)[]
  readonly #rows: Rows['rows'] = []
  #affected: bigint | undefined
  /** Which statement is being answered. */
  #at = 0

  /** @param prepared what this connection has prepared by now; it is added to */
  constructor(
    statements: readonly Statement[],
    prepared: Map<string, Fields>,
    timeoutMs: number,
    callback: (error: Error | null, rows?: Rows) => void,
  ) {
    this.#statements = statements
    this.#prepared = prepared
    this.query_timeout = timeoutMs
    this.callback = callback
    this.#fields = statements.map(({ name }) => (name === undefined ? undefined : prepared.get(name)))
  }

  submit(given: unknown): void {
    const connection = given as Connection
    connection.stream.cork()
    this.#statements.forEach(({ text, name, values, hasRows }, at) => {
      const isKnown = this.#fields[at] !== undefined
      // A message that failed may have prepared it or not: closing what is not there is no mistake.
      if (!isKnown && name !== undefined) connection.close({ type: 'S', name })
      if (!isKnown) connection.parse({ text, name })
      connection.bind({ statement: name, values, valueMapper: prepareValue })
      if (!isKnown && hasRows) connection.describe({ type: 'P', name: '' })
      connection.execute({})
    })
    connection.sync()
    connection.stream.uncork()
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#fields[this.#at] = fields.map(({ name, dataTypeID }) => ({ name, parse: pg.types.getTypeParser(dataTypeID) }))
  }

  handleDataRow({ fields: values }: { fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {}
    this.#fields[this.#at]!.forEach(({ name, parse }, column) => {
      const value = values[column]!
      row[name] = value === null ? null : parse(value)
    })
    this.#rows.push(row)
  }

  handleCommandComplete({ text }: { text: string }): void {
    const count = /^(?:INSERT 0|UPDATE|DELETE|MERGE) (\d+)$/.exec(text)?.[1]
    this.#affected = count === undefined ? undefined : BigInt(count)
    this.#at++
  }

  handleEmptyQuery(): void {
    this.#at++
  }

  handleReadyForQuery(): void {
    this.#statements.forEach(({ name }, at) => {
      if (name !== undefined) this.#prepared.set(name, this.#fields[at] ?? [])
    })
    this.callback(null, { rows: this.#rows, affected: this.#affected })
  }

  handleError(error: Error): void {
    this.callback(error)
  }

  handleCopyInResponse(connection: Connection): void {
    connection.sendCopyFail('Rows are inserted, not copied.')
  }

  handleCopyData(): void {}

  handlePortalSuspended(): void {}
}
