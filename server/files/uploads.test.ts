import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { finishUpload } from '#contract/courses.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { aPerson, type Person, storage, store } from '#tests/harness/account.ts'
import { picture, sound } from '#tests/harness/media.ts'
import { aPackage } from '#tests/harness/packages.ts'
import { until } from '#tests/harness/until.ts'
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
  uploadPort,
  uploadsFolder,
  withAuthor,
} from '#tests/harness/upload.ts'
import { fileKey } from './storage.ts'
import { Uploads } from './uploads.ts'

/** Sends the beginning of a part and no more. @returns the connection, which is still open */
async function halfSent(person: Person, location: string, content: Buffer, bytes: number) {
  const socket = connect(uploadPort, '127.0.0.1')
  const head = { ...headersOf(person), 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
  const lines = Object.entries({ ...head, 'content-length': String(content.length) })
  socket.write(`PATCH ${location} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  socket.write(content.subarray(0, bytes))
  await until('what was sent has arrived', () => statSync(join(uploadsFolder, idOf(location))).size === bytes)
  return socket
}

describe('an upload', () => {
  test('is sent in parts and kept as it is, and nothing is left of its way', async () => {
    const { accountId, author } = await withAuthor()
    const content = sound(3)
    const location = await begun(author, 'audio', content)
    expect(location).toMatch(/^\/api\/v1\/uploads\/[\w-]+$/)
    const middle = 10_000
    expect(await sendPart(author, location, 0, content.subarray(0, middle))).toMatchObject({
      status: 204,
      headers: { 'upload-offset': String(middle) },
    })
    expect(await offsetOf(author, location)).toBe(middle)
    expect(await author.refused(finishUpload, { uploadId: idOf(location), kind: 'audio' })).toMatchObject({
      status: 409,
      code: 'upload_incomplete',
      received: middle,
      of: content.length,
    })
    expect(await sendPart(author, location, 0, content)).toMatchObject({ status: 409 })
    expect(await sendPart(author, location, middle, content.subarray(middle))).toMatchObject({ status: 204 })

    const file = await author.call(finishUpload, { uploadId: idOf(location), kind: 'audio' })
    expect(file).toEqual({
      id: file.id,
      kind: 'audio',
      name: 'Über uns.bin',
      mediaType: 'audio/wav',
      bytes: content.length,
      manifest: null,
    })
    expect(await buffer(await storage.open(fileKey(accountId, file.id)))).toEqual(content)
    expect(await store.selectFrom('files').selectAll().where('id', '=', file.id).execute()).toMatchObject([
      { accountId, kind: 'audio', addedBy: author.id, bytes: content.length },
    ])
    expect(underWay()).toEqual([])
    expect(await author.refused(finishUpload, { uploadId: idOf(location), kind: 'audio' })).toMatchObject({
      status: 404,
    })
  })

  test('goes on where it was when its connection was lost in the middle of a part', async () => {
    const { accountId, author } = await withAuthor()
    const content = sound(30)
    const location = await begun(author, 'audio', content)
    const arrived = 100_000
    const socket = await halfSent(author, location, content, arrived)
    socket.destroy()
    await until('the server lets go of it', async () => (await offsetOf(author, location)) === arrived)
    await until('the rest is taken', async () => {
      const { status } = await sendPart(author, location, arrived, content.subarray(arrived))
      return status === 204
    })
    const file = await author.call(finishUpload, { uploadId: idOf(location), kind: 'audio' })
    expect(await buffer(await storage.open(fileKey(accountId, file.id)))).toEqual(content)
  })

  test('can be taken back', async () => {
    const { author } = await withAuthor()
    const location = await begun(author, 'image', picture)
    expect(await ask(author, 'DELETE', location)).toMatchObject({ status: 204 })
    expect(underWay()).toEqual([])
    expect(await ask(author, 'HEAD', location)).toMatchObject({ status: 404 })
  })

  test('R32 A1 is of who began it: nobody else finds it, and it goes on', async () => {
    const { accountId, author, owner } = await withAuthor()
    const other = await withAuthor()
    const location = await begun(author, 'image', picture)
    for (const stranger of [other.author, owner, await aPerson(accountId, 'author')]) {
      for (const method of ['HEAD', 'DELETE'])
        expect(await ask(stranger, method, location)).toMatchObject({ status: 404 })
      expect(await sendPart(stranger, location, 0, picture)).toMatchObject({ status: 404, body: { code: 'not_found' } })
      expect(await stranger.refused(finishUpload, { uploadId: idOf(location), kind: 'image' })).toMatchObject({
        status: 404,
        code: 'not_found',
      })
    }
    await sendPart(author, location, 0, picture)
    expect(await author.call(finishUpload, { uploadId: idOf(location), kind: 'image' })).toMatchObject({
      kind: 'image',
    })
  })

  test('is for those who make courses', async () => {
    const { accountId, author, learner } = await withAuthor()
    const location = await begun(author, 'image', picture)
    expect(await announce(learner, { kind: 'people', bytes: 10 })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    })
    expect(await sendPart(learner, location, 0, picture)).toMatchObject({ status: 403 })
    // Who manages people sends files of people, and nothing else; who makes courses, none of those.
    const head = await aPerson(accountId, 'department_administrator')
    for (const [person, kind] of [
      [head, 'image'],
      [author, 'people'],
    ] as const)
      expect(await announce(person, { kind, bytes: 10 })).toMatchObject({
        status: 403,
        body: expect.stringContaining('not_allowed'),
      })
    expect(await sendPart(head, location, 0, picture)).toMatchObject({ status: 404 })
    for (const person of [learner, head])
      expect(await person.refused(finishUpload, { uploadId: idOf(location), kind: 'image' })).toMatchObject({
        status: 403,
      })
    expect(await ask(author, 'DELETE', location)).toMatchObject({ status: 204 })
  })

  test('does not begin from another site', async () => {
    const { author } = await withAuthor()
    const reply = await announce(author, { kind: 'image', bytes: 10, more: { 'sec-fetch-site': 'cross-site' } })
    expect(reply).toMatchObject({ status: 403, body: { code: 'other_site' } })
  })

  test('S3 R6 ends within 2 seconds of a deactivation, and nothing of it is kept', async () => {
    const { accountId, admin, author } = await withAuthor()
    const content = sound(30)
    const complete = await send(author, 'image', picture)
    const location = await begun(author, 'audio', content)
    const socket = await halfSent(author, location, content, 1000)
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => resolve()).on('error', () => {})
      socket.resume()
    })
    const start = performance.now()
    await admin.call(deactivateUsers, { users: { ids: [author.id] } })
    const answered = performance.now()
    await closed
    expect(performance.now() - answered).toBeLessThan(2_000)
    expect(answered - start).toBeLessThan(2_000)

    const refusal = { status: 401, code: 'account_inactive' }
    expect(await sendPart(author, location, 1000, content.subarray(1000))).toMatchObject({ status: 401, body: refusal })
    expect(await author.refused(finishUpload, { uploadId: complete, kind: 'image' })).toMatchObject(refusal)
    expect(await keptOf(accountId)).toEqual({ rows: [], stored: [] })
    await admin.call(activateUsers, { users: { ids: [author.id] } })
    expect(await ask(author, 'HEAD', location)).toMatchObject({ status: 401 })
    // It would be removed after a day.
    for (const name of underWay()) rmSync(join(uploadsFolder, name))
  })

  test('S3 whoever is out while a package is unpacked has kept nothing', async () => {
    const { accountId, admin, author } = await withAuthor()
    const files = Array.from({ length: 3000 }, (_, n) => ({ name: `${n}.txt`, content: String(n) }))
    const uploadId = await send(author, 'package', await aPackage({ files }))
    const finishing = author.send(finishUpload, { uploadId, kind: 'package' })
    await until('it is being unpacked', async () => (await keptOf(accountId)).stored.length > 0)
    await admin.call(deactivateUsers, { users: { ids: [author.id] } })
    expect(await finishing).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
    expect(await keptOf(accountId)).toEqual({ rows: [], stored: [] })
  })

  test('is finished once, however many do it at once', async () => {
    const { accountId, author } = await withAuthor()
    const uploadId = await send(author, 'package', await aPackage())
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => author.send(finishUpload, { uploadId, kind: 'package' })),
    )
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404, 404, 404, 404])
    const { rows, stored } = await keptOf(accountId)
    expect(stored).toEqual(rows.map(({ id }) => id))
    expect(rows).toHaveLength(1)
  })

  test('is removed when nobody went on with it for a day', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'rollcall-uploads-'))
    const uploads = new Uploads(dataDirectory)
    const inIt = join(dataDirectory, 'uploads')
    const [old, fresh] = [new Date(Date.now() - 25 * 3_600_000), new Date(Date.now() - 23 * 3_600_000)]
    await uploads.prune()
    for (const [name, changed] of [
      ['aa-1', old],
      ['aa-1.json', old],
      ['bb-2', fresh],
      ['bb-2.json', old],
      ['cc-3.finishing', old],
      ['dd-4.json', old],
    ] as const) {
      writeFileSync(join(inIt, name), 'x')
      utimesSync(join(inIt, name), changed, changed)
    }
    await uploads.prune()
    expect(readdirSync(inIt).sort()).toEqual(['bb-2', 'bb-2.json'])
    rmSync(dataDirectory, { recursive: true })
  })
})
