import { randomUUID } from 'node:crypto'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { FileKind, finishUpload as endpoint, StoredFile } from '#contract/courses.ts'
import type { Steps } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { kinds, mediaTypeOf } from './kinds.ts'
import { openPackage } from './package.ts'
import { refuseWithoutRoom } from './room.ts'
import { fileKey, type Storage } from './storage.ts'
import { tooLarge, type Uploads } from './uploads.ts'

/**
 * Looks into an upload that is complete, and keeps it. Nothing is left of what is refused; what only cannot be kept now
 * stays uploaded, to be finished later. It takes as long as the file is large, so no lock and no transaction is held
 * meanwhile; whoever is out at its end has kept nothing (S3).
 *
 * @throws Problem as the endpoint tells them
 */
export async function finishUpload(
  { step, entered }: Steps,
  { uploadId, kind }: Input<typeof endpoint>,
  { storage, uploads }: { storage: Storage; uploads: Uploads },
): Promise<Answer<typeof endpoint>> {
  const upload = await uploads.claim(uploadId, entered)
  const fileId = randomUUID()
  const keep = async (): Promise<StoredFile> => {
    const stored = await store({ ...upload, kind, fileId, accountId: entered.accountId }, storage, uploads.folder)
    return step((work) => insertFile(work, { id: fileId, kind, name: upload.name, ...stored }))
  }
  const file = await keep().catch(async (error: unknown) => {
    await (isRefusal(error) ? uploads.discard(uploadId) : uploads.giveBack(uploadId))
    await storage.remove(fileKey(entered.accountId, fileId))
    throw error
  })
  await uploads.discard(uploadId)
  return file
}

/** Whether it would be refused again. */
const isRefusal = (error: unknown): boolean => error instanceof Problem && error.status < 500

interface Told {
  readonly path: string
  readonly name: string
  readonly bytes: number
  readonly kind: FileKind
  readonly fileId: string
  readonly accountId: string
}

/** Looks into a file of this machine's disk and stores it. @throws Problem `wrong_file` and those of a package */
export async function store(
  { path, bytes, kind, fileId, accountId }: Told,
  storage: Storage,
  folder: string,
): Promise<Pick<StoredFile, 'mediaType' | 'bytes' | 'manifest'>> {
  if (bytes === 0) throw new Problem('wrong_file', { where: [{ at: 'file', message: 'The file is empty.' }] })
  if (bytes > kinds[kind].mostBytes) throw tooLarge(kind)
  const mediaType = await mediaTypeOf(path, kind)
  if (kind !== 'package') {
    await storage.copy(path, fileKey(accountId, fileId))
    return { mediaType, bytes, manifest: null }
  }
  const found = await openPackage(path)
  try {
    await refuseWithoutRoom(folder, found.bytes)
    await found.unpack(storage, accountId, fileId)
    return { mediaType, bytes: found.bytes, manifest: found.manifest }
  } finally {
    found.close()
  }
}

export async function insertFile({ db, accountId, actor }: Work, file: StoredFile): Promise<StoredFile> {
  const { manifest, ...told } = file
  await db
    .insertInto('files')
    .values({ accountId, ...told, manifest: manifest === null ? null : JSON.stringify(manifest), addedBy: actor.id })
    .execute()
  return file
}
