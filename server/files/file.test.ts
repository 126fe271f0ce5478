import { randomUUID } from 'node:crypto'
import { truncateSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { getFile } from '#contract/courses.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { anAccount, aPerson, config, letDatePass, type Person, store } from '#tests/harness/account.ts'
import { pdf, picture, sound } from '#tests/harness/media.ts'
import { aPackage } from '#tests/harness/packages.ts'
import { upload, uploadPort } from '#tests/harness/upload.ts'

/** A published course that shows a sound, a picture in a page and a cover, with a learner who has it. */
async function aCourse() {
  const account = await anAccount({ learners: 2 })
  const { accountId } = account
  const author = await aPerson(accountId, 'author')
  const head = await aPerson(accountId, 'department_administrator')
  const files = {
    cover: (await upload(author, 'image', picture)).id,
    inPage: (await upload(author, 'image', picture)).id,
    inModule: (await upload(author, 'audio', sound())).id,
    elsewhere: (await upload(author, 'document', pdf())).id,
    packed: (await upload(author, 'package', await aPackage())).id,
  }
  const { id: courseId } = await store
    .insertInto('courses')
    .values({ accountId, title: 'Safety', state: 'published', coverFileId: files.cover })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: sectionId } = await store
    .insertInto('sections')
    .values({ accountId, courseId, title: 'One', position: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const document = { type: 'doc', content: [{ type: 'image', attrs: { src: `/api/v1/files/${files.inPage}` } }] }
  const module = { accountId, courseId, sectionId, title: 'M', position: 0 }
  await store
    .insertInto('modules')
    .values([
      { ...module, kind: 'page', content: JSON.stringify({ document }) },
      { ...module, kind: 'audio', fileId: files.inModule, content: '{}' },
      { ...module, kind: 'scorm', fileId: files.packed, content: '{}' },
    ])
    .execute()
  await store.insertInto('enrollments').values({ accountId, courseId, userId: account.learner.id }).execute()
  return { ...account, author, head, files, courseId, other: account.people[1]! }
}

type Files = Awaited<ReturnType<typeof aCourse>>['files']

/** What each of the files is answered with. */
async function seenBy(person: Person, files: Files): Promise<Record<keyof Files, number>> {
  const seen = Object.entries(files).map(
    async ([name, fileId]) => [name, (await person.send(getFile, { fileId })).status] as const,
  )
  return Object.fromEntries(await Promise.all(seen)) as Record<keyof Files, number>
}

const none = { cover: 404, inPage: 404, inModule: 404, elsewhere: 404, packed: 404 }
const asLearner = { cover: 200, inPage: 200, inModule: 200, elsewhere: 404, packed: 404 }
const asAuthor = { cover: 200, inPage: 200, inModule: 200, elsewhere: 200, packed: 404 }
const out = { cover: 401, inPage: 401, inModule: 401, elsewhere: 401, packed: 401 }

describe('a file is for', () => {
  test('those who make courses, and those who have a course that shows it; packages are not served here', async () => {
    const { admin, author, files, head, learner, other, owner } = await aCourse()
    for (const person of [owner, admin, author]) expect(await seenBy(person, files)).toEqual(asAuthor)
    expect(await seenBy(learner, files)).toEqual(asLearner)
    expect(await seenBy(other, files)).toEqual(none)
    expect(await seenBy(head, files)).toEqual({ ...none, cover: 200 })
  })

  test('nobody of another account (A1)', async () => {
    const { files } = await aCourse()
    const { author, learner } = await aCourse()
    for (const person of [author, learner]) expect(await seenBy(person, files)).toEqual(none)
    const unknown = await author.refused(getFile, { fileId: randomUUID() })
    expect(await author.refused(getFile, { fileId: files.cover })).toEqual(unknown)
  })

  test('no learner when the course is not published, they do not have it any more, or it does not show it any more', async () => {
    const { courseId, files, learner } = await aCourse()
    for (const state of ['draft', 'archived'] as const) {
      await store.updateTable('courses').set({ state }).where('id', '=', courseId).execute()
      expect(await seenBy(learner, files)).toEqual(none)
    }
    await store.updateTable('courses').set({ state: 'published' }).where('id', '=', courseId).execute()
    const now = sql<string>`statement_timestamp()`
    await store
      .updateTable('modules')
      .set({ removedAt: now, sectionId: null })
      .where('courseId', '=', courseId)
      .execute()
    expect(await seenBy(learner, files)).toEqual({ ...none, cover: 200 })
    await store.updateTable('modules').set({ removedAt: null }).where('courseId', '=', courseId).execute()
    expect(await seenBy(learner, files)).toEqual(asLearner)
    await store.updateTable('enrollments').set({ isCurrent: false }).where('courseId', '=', courseId).execute()
    expect(await seenBy(learner, files)).toEqual(none)
  })

  test('R7 S2 nobody who is inactive: an address from before answers 401, also after the return', async () => {
    const { admin, author, files, learner } = await aCourse()
    expect(await seenBy(learner, files)).toEqual(asLearner)
    await admin.call(deactivateUsers, { users: { ids: [learner.id, author.id] } })
    for (const person of [learner, author]) expect(await seenBy(person, files)).toEqual(out)
    expect(await learner.refused(getFile, { fileId: files.cover })).toMatchObject({ code: 'account_inactive' })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await seenBy(learner, files)).toEqual(out)
  })

  test('R7 S1 nobody whose date has passed', async () => {
    const { files, learner } = await aCourse()
    await letDatePass(learner)
    expect(await seenBy(learner, files)).toEqual(out)
  })
})

describe('a file is served', () => {
  test('as what it is, to be shown and not to act, and kept by nobody on the way', async () => {
    const { author, files } = await aCourse()
    const { headers } = await author.send(getFile, { fileId: files.inModule })
    expect(headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': String(sound().length),
      'content-disposition': expect.stringMatching(/^inline; filename\*=UTF-8''[\w-]+\.bin$/),
      'cache-control': 'private, no-store',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("script-src 'self'"),
    })
  })

  test('in the part that is asked for, so that it can be wound', async () => {
    const { author, files } = await aCourse()
    const content = sound()
    const last = content.length - 1
    const part = async (range: string) => {
      const { status, headers } = await author.send(getFile, { fileId: files.inModule }, { range })
      return [status, headers['content-range'], headers['content-length']]
    }
    expect(await part('bytes=0-9')).toEqual([206, `bytes 0-9/${content.length}`, '10'])
    expect(await part('bytes=100-')).toEqual([206, `bytes 100-${last}/${content.length}`, String(content.length - 100)])
    expect(await part('bytes=-5')).toEqual([206, `bytes ${last - 4}-${last}/${content.length}`, '5'])
    expect(await part(`bytes=${last}-${last + 100}`)).toEqual([206, `bytes ${last}-${last}/${content.length}`, '1'])
    expect(await part(`bytes=${last + 1}-`)).toEqual([416, `bytes */${content.length}`, '0'])
    for (const other of ['bytes=0-1,5-6', 'bytes=-', 'lines=1-2', 'bytes=a-b'])
      expect(await part(other)).toEqual([200, undefined, String(content.length)])
    const { body } = await author.send(getFile, { fileId: files.inModule }, { range: 'bytes=0-3' })
    expect(body).toBe('RIFF')
  })

  test('R6 and breaks off within 2 seconds of a deactivation', async () => {
    const { accountId, admin, files, learner } = await aCourse()
    // It takes no room on the disk, and is far from its end.
    const bytes = 20 * 1024 ** 3
    const path = join(config.dataDirectory, 'files', accountId, files.inModule)
    writeFileSync(path, '')
    truncateSync(path, bytes)
    await store.updateTable('files').set({ bytes }).where('id', '=', files.inModule).execute()

    const { promise: brokenOff, resolve } = Promise.withResolvers<number>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const headers = { host: learner.host, cookie: `session=${learner.token}` }
    const options = {
      host: '127.0.0.1',
      port: uploadPort,
      path: `/api/v1/files/${files.inModule}`,
      headers,
      agent: false,
    }
    let received = 0
    get(options, (response) => {
      response.on('data', (chunk: Buffer) => {
        received += chunk.length
        begin()
      })
      response.on('error', () => resolve(performance.now()))
    })
    await begun
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const answered = performance.now()
    expect((await brokenOff) - answered).toBeLessThan(2_000)
    expect(received).toBeLessThan(bytes)
    expect(await seenBy(learner, files)).toEqual(out)
  })
})
