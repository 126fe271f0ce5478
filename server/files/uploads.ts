import { createHash } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import type { FastifyInstance } from 'fastify'
import { FileKind } from '#contract/courses.ts'
import type { Entered, Gate } from '#server/gate/gate.ts'
import { Problem } from '#server/problem.ts'
import { kinds } from './kinds.ts'
import { hasRoom } from './room.ts'

const path = '/api/v1/uploads'
const contentType = 'application/offset+octet-stream'
/** Set by the gate's side for tus; what a client sends under this name is overwritten. */
const ownerHeader = 'x-upload-owner'
const hourMs = 60 * 60 * 1000

/** Uploads under way, on this machine's disk. */
export class Uploads {
  readonly #folder: string
  readonly #store: FileStore

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'uploads')
    this.#store = new FileStore({ directory: this.#folder, expirationPeriodInMilliseconds: 24 * hourMs })
  }

  get store(): FileStore {
    return this.#store
  }

  get folder(): string {
    return this.#folder
  }

  /**
   * Takes a complete upload out of what is under way: of two who finish it at once, one has it.
   *
   * @returns where it lies now, and what its author called it
   * @throws Problem `not_found` also for somebody else's, `upload_incomplete`
   */
  async claim(uploadId: string, entered: OwnerOfUpload): Promise<{ path: string; name: string; bytes: number }> {
    if (!isOf(uploadId, entered)) throw new Problem('not_found')
    const upload = await this.#store.getUpload(uploadId).catch(() => undefined)
    if (!upload) throw new Problem('not_found')
    if (upload.size === undefined || upload.offset < upload.size) {
      throw new Problem('upload_incomplete', { received: upload.offset, of: upload.size ?? null })
    }
    const claimed = join(this.#folder, `${uploadId}.finishing`)
    await rename(join(this.#folder, uploadId), claimed).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new Problem('not_found') : error
    })
    await this.#store.configstore.delete(uploadId)
    return { path: claimed, name: nameOf(upload.metadata?.['filename']), bytes: upload.size }
  }

  /** Removes what nobody went on with for a day. */
  async prune(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await this.#store.deleteExpired()
  }

  async discard(claimedPath: string): Promise<void> {
    await rm(claimedPath, { force: true })
  }
}

type OwnerOfUpload = Pick<Entered, 'accountId' | 'userId'>

/** The beginning of the ids of somebody's uploads: nobody else can go on with them. */
const markOf = ({ accountId, userId }: OwnerOfUpload): string =>
  createHash('sha256').update(`${accountId}/${userId}`).digest('hex').slice(0, 24)
const isOf = (uploadId: string, entered: OwnerOfUpload): boolean =>
  uploadId.startsWith(`${markOf(entered)}-`) && /^[\w-]+$/.test(uploadId)

const nameOf = (told: string | null | undefined): string =>
  // oxlint-disable-next-line no-control-regex -- what a name must not hold
  (told ?? '')
    .replaceAll(/[\u0000-\u001f\u007f/\\]/g, '')
    .trim()
    .slice(0, 200) || 'file'

/** Resumable uploads (tus 1.0), for those who make courses. */
export function uploadRoutes(app: FastifyInstance, { serveRaw, openResponses }: Gate, uploads: Uploads): void {
  const tus = new Server({
    path,
    datastore: uploads.store,
    relativeLocation: true,
    allowedOrigins: [],
    maxSize: Math.max(...Object.values(kinds).map(({ mostBytes }) => mostBytes)),
    namingFunction: (request) => `${request.headers.get(ownerHeader)}-${crypto.randomUUID()}`,
    async onUploadCreate(_request, upload) {
      const kind = FileKind.safeParse(upload.metadata?.['kind'])
      if (!kind.success)
        throw asTus(
          new Problem('invalid_input', {
            where: [{ at: 'kind', message: 'Say in the metadata which kind of file it is.' }],
          }),
        )
      if ((upload.size ?? 0) > kinds[kind.data].mostBytes) throw asTus(tooLarge(kind.data))
      if (!(await hasRoom(uploads.folder, upload.size))) throw asTus(new Problem('no_room'))
      return {}
    },
  })
  // It is tus that reads the bytes; on every other address this is no content type.
  app.addContentTypeParser(contentType, (request, _payload, done) => {
    if (request.routeOptions.url?.startsWith(path)) done(null)
    else done(new Problem('wrong_content_type'))
  })

  const nothing = async (): Promise<void> => {}
  serveRaw({ method: 'POST', url: path, access: 'courses' }, nothing, async (_, entered, { raw }, reply) => {
    raw.headers[ownerHeader] = markOf(entered)
    openResponses.add({ ...entered, response: reply.raw })
    await tus.handle(raw, reply.raw)
  })
  serveRaw(
    { method: ['HEAD', 'PATCH', 'DELETE'], url: `${path}/:uploadId`, access: 'courses' },
    nothing,
    async (_, entered, request, reply) => {
      if (!isOf((request.params as { uploadId: string }).uploadId, entered)) {
        reply.raw.writeHead(404, { 'content-type': 'application/problem+json' })
        reply.raw.end(JSON.stringify(new Problem('not_found').body()))
        return
      }
      openResponses.add({ ...entered, response: reply.raw })
      await tus.handle(request.raw, reply.raw)
    },
  )
}

export const tooLarge = (kind: FileKind): Problem => new Problem('file_too_large', { mostBytes: kinds[kind].mostBytes })

/** As tus wants to be refused. */
const asTus = (problem: Problem) => ({ status_code: problem.status, body: JSON.stringify(problem.body()) })
