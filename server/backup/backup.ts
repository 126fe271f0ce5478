import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { to as copyTo } from 'pg-copy-streams'
import { ZipFile } from 'yazl'
import { connectOnce, type Connection } from '#server/db/database.ts'
import type { Storage } from '#server/files/storage.ts'
import { type Manifest, schemaOf, tablesOf } from './tables.ts'

/**
 * Writes everything that an installation holds into one archive, while it goes on: all tables as they were in one
 * moment, and the files. Nothing of it is held in memory. A backup that breaks off leaves no file.
 */
export async function backup(ownerUrl: string, storage: Storage, path: string): Promise<Manifest> {
  const connection = await connectOnce(ownerUrl)
  const unfinished = `${path}.part`
  try {
    await connection.query('begin isolation level repeatable read read only')
    const zip = new ZipFile()
    const written = pipeline(zip.outputStream as unknown as Readable, createWriteStream(unfinished, { mode: 0o600 }))
    const filled = fill(zip, connection, storage)
    // What fails inside an entry is told by the archive, which would wait for its end for ever.
    const broken = new Promise<never>((_, reject) => zip.on('error', reject))
    broken.catch(() => {})
    const manifest = await Promise.race([filled, broken])
    await Promise.race([written, broken])
    await rename(unfinished, path)
    return manifest
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  } finally {
    await connection.end()
  }
}

async function fill(zip: ZipFile, connection: Connection, storage: Storage): Promise<Manifest> {
  const tables = await tablesOf(connection)
  const rows: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows: counted } = await connection.query<{ n: number }>(`select count(*) as n from ${quoted(name)}`)
    rows[name] = counted[0]!.n
  }
  const keys: string[] = []
  for await (const key of storage.keys()) keys.push(key)
  const manifest: Manifest = {
    format: 'rollcall-backup-1',
    madeAt: new Date().toISOString(),
    schema: await schemaOf(connection),
    rows,
    files: keys.length,
  }
  zip.addBuffer(Buffer.from(JSON.stringify(manifest, null, 2)), 'manifest.json')
  // Each is opened when the one before is written: the connection has one voice.
  for (const { name, contents } of tables)
    zip.addReadStreamLazy(`tables/${name}`, (done) =>
      done(null, connection.query(copyTo(`copy (select ${contents} from ${quoted(name)}) to stdout`))),
    )
  for (const key of keys)
    zip.addReadStreamLazy(`files/${key}`, { compress: false }, (done) =>
      done(null, Readable.from(bytesOf(storage, key))),
    )
  zip.end()
  return manifest
}

async function* bytesOf(storage: Storage, key: string): AsyncGenerator<Buffer> {
  yield* (await storage.open(key)) as AsyncIterable<Buffer>
}

const quoted = (name: string): string => `"${name}"`
