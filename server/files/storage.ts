import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import { S3Driver } from 'flydrive/drivers/s3'
import type { Config } from '#server/config.ts'

export interface ByteRange {
  readonly start: number
  /** The last one, included. */
  readonly end: number
}

/** Where files lie: a folder, or a store that speaks S3. Keys begin with the account (A1). */
export interface Storage {
  /** Stores what is read. */
  put(key: string, from: Readable): Promise<void>
  /** Takes a file of this machine's disk over. */
  take(path: string, key: string): Promise<void>
  /** All of a file, or a part of it. */
  open(key: string, range?: ByteRange): Promise<Readable>
  /** How many bytes a file has; null: there is none. */
  bytes(key: string): Promise<number | null>
  /** Removes a file, or all below a folder. */
  remove(key: string): Promise<void>
}

export const fileKey = (accountId: string, fileId: string): string => `${accountId}/${fileId}`

/** Of a file in a package, whatever its author called it: keys have few letters. */
export const packageKey = (accountId: string, fileId: string, path: string): string =>
  `${fileKey(accountId, fileId)}/${path.split('/').map(plain).join('/')}`

const plain = (name: string): string =>
  encodeURIComponent(name)
    .replaceAll(/[!'()*~]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
    .replaceAll('%', '!')

/** Opens the storage that the operator chose. */
export function openStorage(config: Pick<Config, 'dataDirectory' | 's3'>): Storage {
  if (!config.s3) {
    const root = join(config.dataDirectory, 'files')
    const disk = new Disk(new FSDriver({ location: root, visibility: 'private' }))
    return storageOn(disk, async (key, range) => createReadStream(join(root, key), range ?? {}))
  }
  const { bucket, endpoint, region, key } = config.s3
  const client = new S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(key && { credentials: { accessKeyId: key.id, secretAccessKey: key.secret } }),
  })
  const disk = new Disk(new S3Driver({ client, bucket, supportsACL: false, visibility: 'private' }))
  return storageOn(disk, async (name, range) => {
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: name, ...(range && { Range: `bytes=${range.start}-${range.end}` }) }),
    )
    if (Body instanceof Readable) return Body
    throw new Error(`The store gave nothing to read for ${name}.`)
  })
}

const storageOn = (disk: Disk, open: Storage['open']): Storage => ({
  open,
  put: (key, from) => disk.putStream(key, from),
  take: (path, key) => disk.moveFromFs(path, key),
  async bytes(key) {
    return (await disk.exists(key)) ? (await disk.getMetaData(key)).contentLength : null
  },
  async remove(key) {
    await disk.delete(key)
    await disk.deleteAll(key)
  },
})
