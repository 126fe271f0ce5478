import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { connectOnce, type Connection } from '#server/db/database.ts'
import type { Storage } from '#server/files/storage.ts'
import { type Manifest, schemaOf, type Table, tablesOf } from './tables.ts'

/** Why an archive is not restored, as a sentence that says what to do. */
export class NotRestored extends Error {}

/**
 * Fills an installation in which nothing is yet with what a backup holds: all or nothing of the tables, each with as many
 * rows as it had. Whoever was signed in signs in anew (R50).
 *
 * @throws NotRestored
 */
export async function restore(ownerUrl: string, storage: Storage, path: string): Promise<Manifest> {
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true }).catch((error: Error) => {
    throw new NotRestored(`${path} is no whole backup: ${error.message}.`)
  })
  const connection = await connectOnce(ownerUrl)
  try {
    const entries = await entriesOf(zip)
    const read = async (name: string): Promise<Readable> => {
      const entry = entries.get(name)
      if (!entry) throw new NotRestored(`${path} is no whole backup: ${name} is not in it.`)
      return await zip.openReadStreamPromise(entry)
    }
    const manifest = JSON.parse(await text(await read('manifest.json'))) as Manifest
    await refuse(connection, manifest)
    // Files first: what breaks off then leaves no row that has lost its file, and can be begun anew.
    for (const name of entries.keys())
      if (name.startsWith('files/'))
        await storage.put(name.slice('files/'.length), await read(name), entries.get(name)!.uncompressedSize)
    await fill(connection, manifest, read)
    return manifest
  } finally {
    zip.close()
    await connection.end()
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.once('end', resolve)
    zip.once('error', (error: Error) => reject(new NotRestored(`The file is no whole backup: ${error.message}.`)))
    zip.readEntry()
  })
  return entries
}

async function refuse(connection: Connection, { format, schema }: Manifest): Promise<void> {
  if (format !== 'rollcall-backup-1')
    throw new NotRestored('This is a backup of a kind that this version does not know.')
  const { rows } = await connection.query<{ isUsed: boolean }>('select exists (select from accounts) as "isUsed"')
  if (rows[0]!.isUsed)
    throw new NotRestored(
      'There is an account here already. A backup goes into an empty installation: give an empty DATA_DIR, or an empty database.',
    )
  const here = await schemaOf(connection)
  const unknown = Object.keys(schema).find((name) => here[name] !== schema[name])
  if (unknown)
    throw new NotRestored(
      `This backup was made by another version, which has ${unknown}. Restore it with that version or a newer one.`,
    )
  const missing = Object.keys(here).find((name) => !(name in schema))
  if (missing)
    throw new NotRestored(
      `This backup was made by an older version, before ${missing}. Restore it with that version, then start this one on it.`,
    )
}

/** All tables in one transaction, without the rules that hold for changes: what was there is taken as it was. */
async function fill(
  connection: Connection,
  manifest: Manifest,
  read: (name: string) => Promise<Readable>,
): Promise<void> {
  const tables = await tablesOf(connection)
  await connection.query('begin')
  // PostgreSQL copies into no table whose row level security binds who does it.
  await each(connection, tables, (name) => `alter table ${name} no force row level security, disable trigger user`)
  for (const { name, columns } of tables) {
    const rows = copyFrom(`copy "${name}" (${columns}) from stdin`)
    await pipeline(await read(`tables/${name}`), connection.query(rows)).catch((error: Error) => {
      throw new NotRestored(`The backup is damaged: ${name} cannot be read (${error.message}).`)
    })
    if (rows.rowCount !== manifest.rows[name])
      throw new NotRestored(`The backup is damaged: ${name} has ${rows.rowCount} rows, and had ${manifest.rows[name]}.`)
  }
  await each(connection, tables, (name) => `alter table ${name} force row level security, enable trigger user`)
  // This may be a copy to look at: other systems are told of it when somebody says so.
  await connection.query('update webhooks set is_on = false, busy_until = null')
  await connection.query('commit')
  await connection.query('analyze')
}

async function each(
  connection: Connection,
  tables: readonly Table[],
  statement: (name: string) => string,
): Promise<void> {
  for (const { name } of tables) await connection.query(statement(`"${name}"`))
}
