import fs from 'node:fs'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { type FileKind, finishUpload, getUploadLimits } from '#contract/courses.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { getMe } from '#contract/sign-in.ts'
import { config, storage, store } from '#tests/harness/account.ts'
import { beginnings } from '#tests/harness/beginnings.ts'
import { pdf, picture, video } from '#tests/harness/media.ts'
import { aPackage, retold } from '#tests/harness/packages.ts'
import { sendRaw } from '#tests/harness/send.ts'
import {
  announce,
  ask,
  begun,
  headersOf,
  idOf,
  keptOf,
  offsetOf,
  send,
  sendPart,
  underWay,
  upload,
  uploadPort,
  withAuthor,
} from '#tests/harness/upload.ts'
import { packageKey } from './storage.ts'

const MB = 1024 ** 2
const GB = 1024 ** 3

describe('what is not right about a file is told', () => {
  const limits: Record<FileKind, number> = {
    image: 20 * MB,
    video: 4 * GB,
    audio: GB,
    document: 500 * MB,
    package: 2 * GB,
  }

  test('when it is larger than its kind may be', async () => {
    const { author } = await withAuthor()
    expect((await author.call(getUploadLimits, {})).mostBytes).toEqual(limits)
    for (const [kind, most] of Object.entries(limits)) {
      expect(await announce(author, { kind, bytes: most + 1 })).toMatchObject({ status: 413 })
      const { status, headers } = await announce(author, { kind, bytes: most })
      expect(status).toBe(201)
      await ask(author, 'DELETE', headers['location'] as string)
    }
    const { body } = await announce(author, { kind: 'image', bytes: limits.image + 1 })
    expect(JSON.parse(body as string)).toMatchObject({ code: 'file_too_large', mostBytes: limits.image })
  })

  test('when it turns out larger than was said', async () => {
    const { author } = await withAuthor()
    const location = await begun(author, 'image', Buffer.alloc(10))
    expect(await sendPart(author, location, 0, Buffer.alloc(11))).toMatchObject({ status: 413 })
    expect(await offsetOf(author, location)).toBe(0)
    await ask(author, 'DELETE', location)

    const large = await begun(author, 'audio', Buffer.alloc(limits.image + 1))
    await sendPart(author, large, 0, Buffer.concat([picture, Buffer.alloc(limits.image + 1 - picture.length)]))
    expect(await author.refused(finishUpload, { uploadId: idOf(large), kind: 'image' })).toMatchObject({
      status: 413,
      code: 'file_too_large',
      mostBytes: limits.image,
    })
    expect(underWay()).toEqual([])
  })

  test('when it is not said what it is, or how large', async () => {
    const { author } = await withAuthor()
    const { status, body } = await announce(author, { kind: 'program', bytes: 10 })
    expect([status, JSON.parse(body as string)]).toMatchObject([
      422,
      { code: 'invalid_input', where: [{ at: 'kind' }] },
    ])
    const headers = { ...headersOf(author), 'upload-defer-length': '1', 'upload-metadata': 'kind aW1hZ2U=' }
    const reply = await sendRaw(uploadPort, 'POST', '/api/v1/uploads', headers)
    expect([reply.status, JSON.parse(reply.body as string)]).toMatchObject([422, { where: [{ at: 'Upload-Length' }] }])
    expect(underWay()).toEqual([])
  })

  test.each([
    ['image', ['png', 'jpeg', 'gif', 'webp'], ['image/png', 'image/jpeg', 'image/gif', 'image/webp']],
    ['video', ['mp4', 'm4v', 'webm'], ['video/mp4', 'video/mp4', 'video/webm']],
    [
      'audio',
      ['mp3', 'm4a', 'ogg', 'opus', 'wav', 'webm', 'mp4'],
      ['audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/ogg', 'audio/wav', 'audio/webm', 'audio/mp4'],
    ],
    ['document', ['pdf'], ['application/pdf']],
    ['package', [], []],
  ] as const)('%s: by its content, whatever its name says', async (kind, right, mediaTypes) => {
    const { accountId, author } = await withAuthor()
    const taken: string[] = []
    for (const format of right) taken.push((await upload(author, kind, beginnings[format], 'a.exe')).mediaType)
    expect(taken).toEqual(mediaTypes)
    const before = await keptOf(accountId)

    for (const [format, content] of Object.entries(beginnings)) {
      if ((right as readonly string[]).includes(format)) continue
      const uploadId = await send(author, kind, content, `a.${right[0] ?? 'zip'}`)
      const { code, where } = await author.refused(finishUpload, { uploadId, kind })
      expect([format, code]).toEqual([format, 'wrong_file'])
      expect(where).toEqual([
        { at: 'file', message: expect.stringMatching(/^Here an? .* is needed\. (This is|What this is)/) },
      ])
    }
    expect(await keptOf(accountId)).toEqual(before)
    expect(underWay()).toEqual([])
  })

  test('in a sentence of its own', async () => {
    const { author } = await withAuthor()
    const why = async (kind: FileKind, content: Buffer) =>
      (
        (await author.refused(finishUpload, { uploadId: await send(author, kind, content), kind }))['where'] as [
          { message: string },
        ]
      )[0].message
    expect(await why('video', beginnings.mov)).toBe(
      'Here a video (MP4 or WebM) is needed. This is MOV (video/quicktime).',
    )
    expect(await why('image', beginnings.text)).toBe(
      'Here a picture (PNG, JPEG, GIF or WebP) is needed. What this is, its content does not tell.',
    )
    expect(await why('document', Buffer.alloc(0))).toBe('The file is empty.')
  })

  test('R47 when a package is broken, and nothing of it is kept', async () => {
    const { accountId, author } = await withAuthor()
    const broken = [
      [(await aPackage()).subarray(0, 900), 'package_broken'],
      [retold(await aPackage(), 'activity-1.html', 'uncompressedSize', 100), 'package_broken'],
      [retold(await aPackage(), 'activity-1.html', 'crc32', 1), 'package_broken'],
      [await aPackage({ manifest: null }), 'package_without_manifest'],
      [await aPackage({ manifest: '<note/>' }), 'package_not_scorm'],
      [await aPackage({ files: [{ name: 'link', content: '/', mode: 0o120777 }] }), 'package_unsafe'],
    ] as const
    for (const [content, code] of broken) {
      const uploadId = await send(author, 'package', content)
      expect(await author.refused(finishUpload, { uploadId, kind: 'package' })).toMatchObject({
        status: 422,
        code,
        where: [{ at: 'file', message: expect.stringMatching(/\S/) }],
      })
    }
    expect(await keptOf(accountId)).toEqual({ rows: [], stored: [] })
    expect(underWay()).toEqual([])
  })
})

describe('what is right is kept', () => {
  test('of every kind, also with a name that is none', async () => {
    const { author } = await withAuthor()
    expect(await upload(author, 'video', video, '../../etc/pass\u0000wd')).toMatchObject({ name: '....etcpasswd' })
    expect(await upload(author, 'document', pdf(), ' / ')).toMatchObject({ name: 'file', mediaType: 'application/pdf' })
    expect((await upload(author, 'image', picture, '🦺'.repeat(200))).name).toHaveLength(200)
    const { mediaType, manifest } = await upload(author, 'package', await aPackage({ version: '1.2' }))
    expect([mediaType, manifest?.version]).toEqual(['application/zip', '1.2'])
  })

  test('a package file by file', async () => {
    const { accountId, author } = await withAuthor()
    const { id, bytes } = await upload(
      author,
      'package',
      await aPackage({ files: [{ name: 'a b/ü.txt', content: 'Hello' }] }),
    )
    expect((await buffer(await storage.open(packageKey(accountId, id, 'a b/ü.txt')))).toString()).toBe('Hello')
    expect(await storage.bytes(packageKey(accountId, id, 'a b/ü.txt'))).toBe(5)
    for (const none of ['nothing.txt', 'a b', 'a b/ü.txt/more'])
      expect(await storage.bytes(packageKey(accountId, id, none))).toBeNull()
    expect(bytes).toBeGreaterThan(5)
  })
})

describe('R46 with too little room', () => {
  const { statfs } = fs.promises
  /** Lets the disk tell that so much of it is free. */
  function letBeFree(bytes: number, ofBytes = 1000 * GB): void {
    const told = { bsize: 4096, blocks: ofBytes / 4096, bavail: bytes / 4096 }
    fs.promises.statfs = (async () => told) as unknown as typeof statfs
    syncBuiltinESMExports()
  }
  afterEach(() => {
    fs.promises.statfs = statfs
    syncBuiltinESMExports()
  })

  test('5 % and 1 GB are left: an upload is refused before it begins', async () => {
    const { author } = await withAuthor()
    const begins = async (bytes: number) => {
      const { status, headers, body } = await announce(author, { kind: 'video', bytes })
      if (status !== 201) return (JSON.parse(body as string) as { code: string }).code
      await ask(author, 'DELETE', headers['location'] as string)
      return 'begun'
    }
    for (const [free, of, bytes, what] of [
      [60 * GB, 1000 * GB, MB, 'begun'],
      [50 * GB, 1000 * GB, MB, 'no_room'],
      [53 * GB, 1000 * GB, 4 * GB, 'no_room'],
      [1.5 * GB, 10 * GB, MB, 'begun'],
      [1.5 * GB, 10 * GB, GB, 'no_room'],
      [0.9 * GB, 10 * GB, MB, 'no_room'],
    ] as const) {
      letBeFree(free, of)
      expect([free, bytes, await begins(bytes)]).toEqual([free, bytes, what])
      expect((await author.call(getUploadLimits, {})).hasRoom).toBe(free > 50 * GB || free === 1.5 * GB)
    }
  })

  test('what is under way waits, and goes on when there is room; signing in and deactivating work', async () => {
    const { accountId, admin, author, learner } = await withAuthor()
    const content = await aPackage()
    const location = await begun(author, 'package', content)
    letBeFree(0)
    expect(await sendPart(author, location, 0, content)).toMatchObject({ status: 507, body: { code: 'no_room' } })
    expect(await offsetOf(author, location)).toBe(0)
    expect(await learner.call(getMe, {})).toMatchObject({ id: learner.id })
    expect(await admin.call(deactivateUsers, { users: { ids: [learner.id] } })).toMatchObject({
      operation: { changed: 1 },
    })

    letBeFree(100 * GB)
    expect(await sendPart(author, location, 0, content)).toMatchObject({ status: 204 })
    letBeFree(0)
    const finish = { uploadId: idOf(location), kind: 'package' } as const
    expect(await author.refused(finishUpload, finish)).toMatchObject({ status: 507, code: 'no_room' })
    expect(await keptOf(accountId)).toEqual({ rows: [], stored: [] })
    letBeFree(100 * GB)
    expect(await author.call(finishUpload, finish)).toMatchObject({ kind: 'package' })
  })
})

test('a storage that fails loses no upload: it is finished when the storage works again', async () => {
  const { accountId, author } = await withAuthor()
  const place = join(config.dataDirectory, 'files', accountId)
  writeFileSync(place, 'A file where the folder of the account would be.')
  for (const [kind, content] of [
    ['image', picture],
    ['package', await aPackage()],
  ] as const) {
    const uploadId = await send(author, kind, content)
    expect(await author.refused(finishUpload, { uploadId, kind })).toMatchObject({ status: 500 })
    expect((await keptOf(accountId).catch(() => ({ rows: [] }))).rows).toEqual([])
    rmSync(place)
    const { id } = await author.call(finishUpload, { uploadId, kind })
    expect(readdirSync(place)).toEqual([id])
    rmSync(place, { recursive: true })
    await store.deleteFrom('files').where('id', '=', id).execute()
    writeFileSync(place, 'Again.')
  }
})
