import {
  CamelCasePlugin,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Transaction,
} from 'kysely'
import pg from 'pg'
import { allowance, PoolDriver, staleStatement } from './driver.ts'
import type { DB } from './tables.ts'

/** A row of the view is a row of `users`; the catalogue cannot say that its columns are not null. */
export interface Tables extends Omit<DB, 'activeUsers'> {
  activeUsers: DB['users']
}
export type Database = Kysely<Tables>
/** One plain connection, for what comes before the application: starting, roles, migrations. */
export type Connection = pg.Client

const DATE = 1082
const INT8 = 20
const TIMESTAMPTZ = 1184
/** A `date` is a calendar date, not a moment: it stays the string it is, in every zone. */
pg.types.setTypeParser(DATE, (text) => text)
/** A moment is ISO 8601 text in UTC, as the API tells it. */
pg.types.setTypeParser(TIMESTAMPTZ, (text) => (text.endsWith('infinity') ? text : new Date(text).toISOString()))
/** Our counts and sums stay far below 2^53. */
pg.types.setTypeParser(INT8, Number)

/** A statement that needs longer than this says so with `allowTime()`; everything else fails closed (R12). */
const statementMs = 2_000
/** A database that lives begins at once: one that does not by then is gone, and its request told so within 2 s. */
const signOfLifeMs = 1_750
/** Where PostgreSQL can compile what it is asked, catching up one department took longer than the limit; without that it is at once. */
const withoutJit = '-c jit=off'
/** How much longer we wait than the database itself, whose own refusal leaves the connection usable. */
const graceMs = 250

/**
 * The application's connections.
 *
 * Fails closed (R12): no connection, no free connection or no answer within 2 s rejects the query (see
 * `isUnavailable()`), and a connection that fell silent is thrown away, so that nobody else waits on it.
 */
export function connect(
  connectionString: string,
  { max = 20, pooler }: { max?: number; pooler?: 'transaction' | undefined } = {},
): Database {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'rollcall',
    keepAlive: true,
    connectionTimeoutMillis: signOfLifeMs,
    ...(!pooler && { statement_timeout: statementMs, options: withoutJit }),
    query_timeout: statementMs + graceMs,
  })
  // The pool has already dropped the idle connection that broke; without a listener the process would end.
  pool.on('error', () => {})
  // Neither does it listen while a connection is in use: the statement under way tells that it broke. From the first
  // moment on, since the end can come in the same packet as the welcome.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<Tables>({
    dialect: {
      createDriver: () =>
        new PoolDriver(pool, {
          answerMs: statementMs + graceMs,
          graceMs,
          firstMs: signOfLifeMs,
          ...(pooler && { inEach: ['set local jit = off', `${allowance}${statementMs}`] }),
        }),
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}

/**
 * One plain connection without time limits on its statements. The caller ends it.
 *
 * @throws Error naming the database, with the code of what went wrong
 */
export async function connectOnce(connectionString: string): Promise<Connection> {
  const connection = new pg.Client({
    connectionString,
    application_name: 'rollcall',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  })
  // A broken connection is told by the query under way or by 'end'; unheard, 'error' would end the process.
  connection.on('error', () => {})
  await connection.connect().catch((error: unknown) => {
    const { code, message, errors } = error as { code?: string; message: string; errors?: Error[] }
    const { host, port, database } = connection
    // A host of several addresses fails once for each, and then has no message of its own.
    const reason = message || errors?.map((each) => each.message).join(', ')
    throw Object.assign(
      new Error(`The database ${database} at ${host}:${port} cannot be entered: ${reason}.`, { cause: error }),
      { code },
    )
  })
  return connection
}

/** From here to its end, each statement of this transaction may take this long instead of 2 s. */
export async function allowTime(db: Transaction<Tables>, timeoutMs: number): Promise<void> {
  await sql.raw(`${allowance}${Math.round(timeoutMs)}`).execute(db)
}

/** The place in PostgreSQL that refuses `start transaction read write` on a standby; its message is translated. */
const standbyRefuses = 'call_bool_check_hook'

/** Whether the database did not answer, or not in time: the request may be repeated, nothing of it was done or is known. */
export function isUnavailable(error: unknown): boolean {
  const { code, message = '', routine } = (error ?? {}) as { code?: string; message?: string; routine?: string }
  return (
    routine === staleStatement ||
    (code === '0A000' && routine === standbyRefuses) ||
    /^(08|53|57P|58)|^57014$|^55P03$|^25006$/.test(code ?? '') ||
    /^(ECONN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/.test(code ?? '') ||
    /read timeout|timeout exceeded when trying to connect|connection terminated|connection error|client was closed/i.test(
      message,
    )
  )
}

/** `where('id', '=', anyOf(ids))`: one parameter for any number of ids, none included. */
export const anyOf = (ids: readonly string[]) => sql<string>`any(${ids}::uuid[])`
