import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import S3rver from 's3rver'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '#server/config.ts'
import { aPackage, pages } from '#tests/harness/packages.ts'
import { store } from './finish-upload.ts'
import { fileKey, openStorage, packageKey, type Storage } from './storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-storage-'))
const s3 = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: join(folder, 's3'),
  configureBuckets: [{ name: 'rollcall' }],
})
const { port } = await s3.run()
afterAll(async () => {
  await s3.close()
  rmSync(folder, { recursive: true, force: true })
})

const s3Key = { S3_ACCESS_KEY_ID: 'S3RVER', S3_SECRET_ACCESS_KEY: 'S3RVER' }
const onDisk = readConfig({ DATA_DIR: folder })
const onS3 = readConfig({ DATA_DIR: folder, S3_BUCKET: 'rollcall', S3_ENDPOINT: `http://127.0.0.1:${port}`, ...s3Key })

const onThisDisk = (content: Buffer): string => {
  const path = join(folder, randomUUID())
  writeFileSync(path, content)
  return path
}

describe.each([
  ['a folder of this machine', await openStorage(onDisk)],
  ['a store that speaks S3', await openStorage(onS3)],
] as [string, Storage][])('files in %s', (_, storage) => {
  test('are kept as they are, and read whole or in part', async () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251))
    const path = onThisDisk(content)
    const key = fileKey(randomUUID(), randomUUID())
    expect(await storage.bytes(key)).toBeNull()
    await storage.copy(path, key)
    // What was copied does not depend on where it came from.
    rmSync(path)
    expect(await storage.bytes(key)).toBe(content.length)
    expect(await buffer(await storage.open(key))).toEqual(content)
    expect(await buffer(await storage.open(key, { start: 1000, end: 1999 }))).toEqual(content.subarray(1000, 2000))
    expect(await buffer(await storage.open(key, { start: 299_999, end: 299_999 }))).toEqual(content.subarray(-1))
  })

  test('are removed, with all below them, and nothing beside them', async () => {
    const accountId = randomUUID()
    const [packed, other] = [randomUUID(), randomUUID()]
    const put = (key: string) => storage.put(key, Readable.from([Buffer.from('Hello'), Buffer.from(' there')]), 11)
    await put(fileKey(accountId, other))
    for (const name of ['a.html', 'b/c.html']) await put(packageKey(accountId, packed, name))
    expect(await text(await storage.open(packageKey(accountId, packed, 'b/c.html')))).toBe('Hello there')
    for (const none of ['b', 'a.html/more', 'x'])
      expect(await storage.bytes(packageKey(accountId, packed, none))).toBeNull()

    await storage.remove(fileKey(accountId, packed))
    for (const name of ['a.html', 'b/c.html'])
      expect(await storage.bytes(packageKey(accountId, packed, name))).toBeNull()
    expect(await storage.bytes(fileKey(accountId, other))).toBe(11)
    await storage.remove(fileKey(accountId, other))
    expect(await storage.bytes(fileKey(accountId, other))).toBeNull()
    await storage.remove(fileKey(accountId, other))
  })

  test('of a package are each at their place, whatever they are called', async () => {
    const names = ['Охрана труда.html', `${'安全'.repeat(60)}/(1) a*b~'c!.html`, 'a b.html', '.../dots.']
    const [accountId, fileId] = [randomUUID(), randomUUID()]
    const content = await aPackage({ files: pages(...names) })
    const told = {
      path: onThisDisk(content),
      name: 'p',
      bytes: content.length,
      kind: 'package',
      fileId,
      accountId,
    } as const
    expect(await store(told, storage, folder)).toMatchObject({ mediaType: 'application/zip' })
    for (const name of names)
      expect(await text(await storage.open(packageKey(accountId, fileId, name)))).toBe(`This is ${name}.`)
  })

  test('that cannot be read to their end are refused', async () => {
    const broken = new Readable({
      read() {
        this.push('Hello')
        this.destroy(new Error('The source is gone.'))
      },
    })
    await expect(storage.put(fileKey(randomUUID(), randomUUID()), broken, 11)).rejects.toThrow(/Cannot write|aborted/)
  })
})

test('a store that does not answer is told by an error, and not by an empty file', async () => {
  const nowhere = await openStorage(readConfig({ S3_BUCKET: 'rollcall', S3_ENDPOINT: 'http://127.0.0.1:9', ...s3Key }))
  const key = fileKey(randomUUID(), randomUUID())
  await expect(nowhere.open(key)).rejects.toThrow(/ECONNREFUSED/)
  await expect(nowhere.bytes(key)).rejects.toThrow(/existence/)
  await expect(nowhere.put(key, Readable.from(['x']), 1)).rejects.toThrow(/ECONNREFUSED/)
})
