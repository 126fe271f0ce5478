import { Readable } from 'node:stream'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Disk } from 'flydrive'
import { S3Driver } from 'flydrive/drivers/s3'
import type { Config } from '#server/config.ts'
import { keysOn } from './keys-on.ts'
import type { Storage } from './storage.ts'

/** A store that speaks S3, as a place of files. */
export function onS3({ bucket, endpoint, region, key }: NonNullable<Config['s3']>): Storage {
  const client = new S3Client({
    region,
    // Not every store knows the newer checksums of Amazon's own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(key && { credentials: { accessKeyId: key.id, secretAccessKey: key.secret } }),
  })
  const disk = new Disk(new S3Driver({ client, bucket, supportsACL: false, visibility: 'private' }))
  return {
    async put(name, from, bytes) {
      // Where the source breaks off, the request would wait for the rest of it, and keep its connection for ever.
      const broken = new AbortController()
      from.once('error', () => broken.abort())
      const object = new PutObjectCommand({ Bucket: bucket, Key: name, Body: from, ContentLength: bytes })
      await client.send(object, { abortSignal: broken.signal })
    },
    copy: (path, name) => disk.copyFromFs(path, name),
    async open(name, range) {
      const part = range && { Range: `bytes=${range.start}-${range.end}` }
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name, ...part }))
      if (Body instanceof Readable) return Body
      throw new Error(`The store gave nothing to read for ${name}.`)
    },
    async bytes(name) {
      return (await disk.exists(name)) ? (await disk.getMetaData(name)).contentLength : null
    },
    // Every key that begins so; ids are of one length, so none begins like another.
    remove: (name) => disk.deleteAll(name),
    keys: () => keysOn(disk),
  }
}
