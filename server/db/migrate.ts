import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectOnce, type Connection } from './database.ts'

interface Migration {
  name: string
  sha256: string
  text: string
}

/** Any constant will do, as long as all versions of Rollcall know the same one. */
const lock = 7_265_501_001
const ownMigrations = join(import.meta.dirname, 'migrations')

/**
 * Brings the schema up to this version, and tells which migrations that took.
 *
 * Each file is one transaction, whose first statement is its row in `migrations`. Of several nodes that start
 * at once one migrates; the others wait, and find nothing left to do.
 *
 * @throws Error when a file that has been applied was changed, or the database is newer than this version
 */
export async function migrate(ownerUrl: string, directory = ownMigrations): Promise<string[]> {
  const files = await readMigrations(directory)
  const connection = await connectOnce(ownerUrl)
  try {
    await connection.query('select pg_advisory_lock($1)', [lock])
    // Asked first: `create table` needs a right on the schema that a fully migrated node can do without.
    if (!(await isBegun(connection))) {
      await connection.query(
        'create table migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
      )
    }
    const pending = await compare(connection, files)
    for (const file of pending) await apply(connection, file)
    return pending.map((file) => file.name)
  } finally {
    await connection.end()
  }
}

/**
 * Which migrations this version would still apply; null: the schema was never made. Changes nothing.
 *
 * @throws Error as `migrate` does
 */
export async function pendingMigrations(ownerUrl: string): Promise<string[] | null> {
  const files = await readMigrations(ownMigrations)
  const connection = await connectOnce(ownerUrl)
  try {
    return (await isBegun(connection)) ? (await compare(connection, files)).map(({ name }) => name) : null
  } finally {
    await connection.end()
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  const misnamed = names.find(
    (name, index) => !/^\d{4}-[a-z0-9-]+\.sql$/.test(name) || number(name) === number(names[index - 1]),
  )
  if (misnamed) throw new Error(`The migration ${misnamed} needs a number of its own: NNNN-what-it-does.sql.`)
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(directory, name), 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

const number = (name: string | undefined) => name?.slice(0, 4)

async function isBegun(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ isBegun: boolean }>(
    `select to_regclass('migrations') is not null as "isBegun"`,
  )
  return rows[0]!.isBegun
}

async function compare(connection: Connection, files: Migration[]): Promise<Migration[]> {
  const { rows } = await connection.query<{ name: string; sha256: string }>(
    'select name, sha256 from migrations order by name',
  )
  for (const applied of rows) {
    const file = files.find(({ name }) => name === applied.name)
    if (!file) {
      throw new Error(
        `The database has been migrated by a newer version of Rollcall: ${applied.name} is unknown here. Start that version, or a newer one.`,
      )
    }
    if (file.sha256 !== applied.sha256) {
      throw new Error(
        `The migration ${applied.name} was changed after it had been applied. Restore it, and put the change into a new one.`,
      )
    }
  }
  const pending = files.filter(({ name }) => !rows.some((applied) => applied.name === name))
  const late = pending.find(({ name }) => name < (rows.at(-1)?.name ?? ''))
  if (late)
    throw new Error(
      `The migration ${late.name} comes before ${rows.at(-1)?.name}, which is already applied. Give it the next number.`,
    )
  return pending
}

async function apply(connection: Connection, { name, sha256, text }: Migration): Promise<void> {
  try {
    await connection.query('begin')
    await connection.query('insert into migrations (name, sha256) values ($1, $2)', [name, sha256])
    await connection.query(text)
    await connection.query('commit')
  } catch (error) {
    const { message, position } = error as { message: string; position?: string }
    const line = position ? `, line ${text.slice(0, Number(position)).split('\n').length}` : ''
    throw new Error(`The migration ${name} failed${line}: ${message}. Nothing of it was kept.`, { cause: error })
  }
}
