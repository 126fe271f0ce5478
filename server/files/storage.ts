import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import type { Config } from '#server/config.ts'
import { keysOn } from './keys-on.ts'

export interface ByteRange {
  readonly start: number
  /** The last one, included. */
  readonly end: number
}

/** Where files lie: a folder, or a store that speaks S3. Keys begin with the account (A1). */
export interface Storage {
  /** Stores what is read, of which some stores want to know before how many bytes it is. */
  put(key: string, from: Readable, bytes: number): Promise<void>
  /** Stores a file of this machine's disk, which stays where it is. */
  copy(path: string, key: string): Promise<void>
  /** All of a file, or a part of it. */
  open(key: string, range?: ByteRange): Promise<Readable>
  /** How many bytes a file has; null: there is none. */
  bytes(key: string): Promise<number | null>
  /** The keys of all files there are. */
  keys(): AsyncIterable<string>
  /** Removes a file, or all below a folder. */
  remove(key: string): Promise<void>
}

export const fileKey = (accountId: string, fileId: string): string => `${accountId}/${fileId}`

/** Of a file in a package, whatever its author called it: keys have few letters, and none of them is very long. */
export function packageKey(accountId: string, fileId: string, path: string): string {
  const names = path.split('/').map(plain)
  const isLong = names.some((name) => name.length > 200) || names.join('/').length > 800
  // What is encoded never begins with !h, since h is no hexadecimal digit.
  const within = isLong ? `!h${createHash('sha256').update(path).digest('hex')}` : names.join('/')
  return `${fileKey(accountId, fileId)}/${within}`
}

const plain = (name: string): string =>
  encodeURIComponent(name.toWellFormed())
    .replaceAll(/[!'()*~]|\.$/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
    .replaceAll('%', '!')

/** Opens the storage that the operator chose. */
export async function openStorage(config: Pick<Config, 'dataDirectory' | 's3'>): Promise<Storage> {
  if (!config.s3) return onDisk(join(config.dataDirectory, 'files'))
  // Loaded where it is used: it would be a fifth of every start.
  const { onS3 } = await import('./s3.ts')
  return onS3(config.s3)
}

function onDisk(root: string): Storage {
  const disk = new Disk(new FSDriver({ location: root, visibility: 'private' }))
  return {
    put: (key, from) => disk.putStream(key, from),
    async copy(path, key) {
      const place = join(root, key)
      await mkdir(dirname(place), { recursive: true })
      // A second name for it takes neither time nor room. Between two disks there is none.
      await link(path, place).catch(() => disk.copyFromFs(path, key))
    },
    open: async (key, range) => createReadStream(join(root, key), range ?? {}),
    async bytes(key) {
      const found = await stat(join(root, key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
        throw error
      })
      return found?.isFile() ? found.size : null
    },
    keys: () => keysOn(disk),
    remove: (key) => disk.deleteAll(key),
  }
}
