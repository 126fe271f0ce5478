import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { FileKind, ModuleContent } from '#contract/courses.ts'
import { columnsOf } from '#server/courses/content.ts'
import { openPackage } from '#server/files/package.ts'
import { fileKey } from '#server/files/storage.ts'
import type { Scene, Somebody } from './scene.ts'

/** A file of the account, by its row and its bytes. @returns its id */
export async function aFile(
  { accountId, store, storage }: Scene,
  kind: FileKind,
  mediaType: string,
  bytes: Buffer,
): Promise<string> {
  const { id } = await store
    .insertInto('files')
    .values({ accountId, kind, name: `a.${kind}`, mediaType, bytes: bytes.length })
    .returning('id')
    .executeTakeFirstOrThrow()
  await storage.put(fileKey(accountId, id), Readable.from([bytes]), bytes.length)
  return id
}

/** A package of the account, looked into and unpacked as an upload is. @returns its id */
export async function aPackageFile({ accountId, store, storage }: Scene, zip: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-package-'))
  const path = join(folder, 'package.zip')
  await writeFile(path, zip)
  const found = await openPackage(path)
  const { id } = await store
    .insertInto('files')
    .values({
      accountId,
      kind: 'package',
      name: 'package.zip',
      mediaType: 'application/zip',
      bytes: found.bytes,
      manifest: JSON.stringify(found.manifest),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await found.unpack(storage, accountId, id)
  found.close()
  await rm(folder, { recursive: true })
  return id
}

interface CourseTold {
  readonly title?: string
  readonly givesCertificate?: boolean
  readonly modules: readonly {
    readonly title: string
    readonly content: ModuleContent
    readonly isRequired?: boolean
  }[]
}

/** A published course with one section. @returns its id */
export async function aCourse(
  { accountId, store }: Scene,
  { title = 'Fire safety', givesCertificate = false, modules }: CourseTold,
): Promise<string> {
  const { id: courseId } = await store
    .insertInto('courses')
    .values({ accountId, title, givesCertificate, state: 'published' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: sectionId } = await store
    .insertInto('sections')
    .values({ accountId, courseId, title: 'Section 1', position: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const [position, { title: moduleTitle, content, isRequired = true }] of modules.entries()) {
    await store
      .insertInto('modules')
      .values({ accountId, courseId, sectionId, title: moduleTitle, isRequired, position, ...columnsOf(content) })
      .execute()
  }
  return courseId
}

/** @returns the id of the enrollment */
export async function enrolled(
  { accountId, store }: Scene,
  { id: userId }: Somebody,
  courseId: string,
): Promise<string> {
  const { id } = await store
    .insertInto('enrollments')
    .values({ accountId, userId, courseId })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
