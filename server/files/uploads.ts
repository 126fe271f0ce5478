import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { FileKind } from '#contract/courses.ts'
import { IMPORT_MOST } from '#contract/imports.ts'
import { allows, type Role } from '#contract/roles.ts'
import { covers, type TokenScope } from '#contract/tokens.ts'
import type { Entered, Gate } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { kinds } from './kinds.ts'
import { hasRoom } from './room.ts'

const path = '/api/v1/uploads'
const contentType = 'application/offset+octet-stream'
/** Whose upload tus is creating. */
const owner = new AsyncLocalStorage<OwnerOfUpload & Rights>()
const keptMs = 24 * 60 * 60 * 1000

/** Uploads under way, on this machine's disk. */
export class Uploads {
  readonly #folder: string
  readonly #store: FileStore

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'uploads')
    this.#store = new FileStore({ directory: this.#folder, expirationPeriodInMilliseconds: keptMs })
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
   * @throws Problem `not_found` also for somebody else's, `upload_incomplete`
   */
  async claim(uploadId: string, entered: OwnerOfUpload): Promise<Claimed> {
    if (!isOf(uploadId, entered)) throw new Problem('not_found')
    const upload = await this.#store.getUpload(uploadId).catch(() => undefined)
    if (!upload) throw new Problem('not_found')
    if (upload.size === undefined || upload.offset < upload.size) {
      throw new Problem('upload_incomplete', { received: upload.offset, of: upload.size ?? null })
    }
    const claimed = this.#claimed(uploadId)
    await rename(join(this.#folder, uploadId), claimed).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new Problem('not_found') : error
    })
    return { path: claimed, name: nameOf(upload.metadata?.['filename']), bytes: upload.size }
  }

  /** Puts a claimed upload back, so that it can be finished later. */
  async giveBack(uploadId: string): Promise<void> {
    await rename(this.#claimed(uploadId), join(this.#folder, uploadId))
  }

  /** Removes a claimed upload and all that is known of it. */
  async discard(uploadId: string): Promise<void> {
    await this.#remove(uploadId)
  }

  /** Removes what nobody went on with for a day. */
  async prune(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const newestMs = new Map<string, number>()
    for (const file of await readdir(this.#folder)) {
      const [uploadId = file] = file.split('.')
      // Another node, or whoever finishes it, may have removed it meanwhile.
      const { mtimeMs } = await stat(join(this.#folder, file)).catch(() => ({ mtimeMs: 0 }))
      newestMs.set(uploadId, Math.max(mtimeMs, newestMs.get(uploadId) ?? 0))
    }
    for (const [uploadId, changedMs] of newestMs) if (Date.now() - changedMs > keptMs) await this.#remove(uploadId)
  }

  #claimed(uploadId: string): string {
    return join(this.#folder, `${uploadId}.finishing`)
  }

  async #remove(uploadId: string): Promise<void> {
    for (const file of [uploadId, `${uploadId}.finishing`, `${uploadId}.json`])
      await rm(join(this.#folder, file), { force: true })
  }
}

/** A complete upload that is being finished. */
interface Claimed {
  readonly path: string
  /** What its author called it. */
  readonly name: string
  readonly bytes: number
}

type OwnerOfUpload = Pick<Entered, 'accountId' | 'userId'>

interface Rights {
  readonly role: Role
  /** Of the token that it is sent by. Undefined: by a session. */
  readonly scopes: readonly TokenScope[] | undefined
}

/** The beginning of the ids of somebody's uploads: nobody else can go on with them. */
const markOf = ({ accountId, userId }: OwnerOfUpload): string =>
  createHash('sha256').update(`${accountId}/${userId}`).digest('hex').slice(0, 24)
const isOf = (uploadId: string, entered: OwnerOfUpload): boolean =>
  uploadId.startsWith(`${markOf(entered)}-`) && /^[\w-]+$/.test(uploadId)

const nameOf = (told: string | null | undefined): string =>
  (told ?? '')
    // oxlint-disable-next-line no-control-regex -- what a name must not hold
    .replaceAll(/[\u0000-\u001f\u007f/\\]/g, '')
    .trim()
    .slice(0, 200)
    .toWellFormed() || 'file'

/** What may be sent: a file of a course, by those who make courses; a file of people, by those who manage people. */
const UploadKind = z.enum([...FileKind.options, 'people'])
const mostBytesOf = (kind: z.infer<typeof UploadKind>): number =>
  kind === 'people' ? IMPORT_MOST.bytes : kinds[kind].mostBytes

/** Resumable uploads (tus 1.0). */
export function uploadRoutes(app: FastifyInstance, { serveRaw, openResponses }: Gate, uploads: Uploads): void {
  const tus = new Server({
    path,
    datastore: uploads.store,
    relativeLocation: true,
    allowedOrigins: [],
    maxSize: Math.max(...Object.values(kinds).map(({ mostBytes }) => mostBytes)),
    namingFunction: () => `${markOf(owner.getStore()!)}-${randomUUID()}`,
    async onUploadCreate(_request, { metadata, size }) {
      const kind = UploadKind.safeParse(metadata?.['kind'])
      if (!kind.success) throw asTus(wrong('kind', 'Say in the metadata which kind of file it is.'))
      const access = kind.data === 'people' ? 'people' : 'courses'
      const scope: TokenScope = `${access}_write`
      const { role, scopes } = owner.getStore()!
      if (!allows(access, role)) throw asTus(new Problem('not_allowed'))
      if (scopes && !covers(scopes, scope)) throw asTus(new Problem('outside_scope', { scope }))
      if (size === undefined) throw asTus(wrong('Upload-Length', 'Say how large the file is.'))
      const mostBytes = mostBytesOf(kind.data)
      if (size > mostBytes) throw asTus(new Problem('file_too_large', { mostBytes }))
      if (!(await hasRoom(uploads.folder, size))) throw asTus(new Problem('no_room'))
      return {}
    },
  })
  // It is tus that reads the bytes; on every other address this is no content type.
  app.addContentTypeParser(contentType, (request, _payload, done) => {
    if (request.routeOptions.url?.startsWith(path)) done(null)
    else done(new Problem('wrong_content_type'))
  })

  const rightsOf = async ({ actor }: Work): Promise<Rights> =>
    actor.id === null ? { role: 'learner', scopes: [] } : { role: actor.role, scopes: actor.scopes }
  // Which scope a token needs, is known with the kind of the file. Nobody else is told the id to go on with.
  const route = { access: 'catalog', scope: 'any' } as const
  serveRaw({ ...route, method: 'POST', url: path }, rightsOf, async (rights, entered, { raw }, reply) => {
    openResponses.add({ ...entered, response: reply.raw })
    await owner.run({ ...entered, ...rights }, () => tus.handle(raw, reply.raw))
  })
  serveRaw(
    { ...route, method: ['HEAD', 'PATCH', 'DELETE'], url: `${path}/:uploadId` },
    rightsOf,
    async (_, entered, { params, method, headers, raw }, reply) => {
      if (!isOf((params as { uploadId: string }).uploadId, entered)) return refuse(reply.raw, new Problem('not_found'))
      // Many may be sent at once, each of which had room when it began (R46).
      const bytes = Number(headers['content-length'] ?? 0)
      if (method === 'PATCH' && !(await hasRoom(uploads.folder, bytes)))
        return refuse(reply.raw, new Problem('no_room'))
      openResponses.add({ ...entered, response: reply.raw })
      return tus.handle(raw, reply.raw)
    },
  )
}

export const tooLarge = (kind: FileKind): Problem => new Problem('file_too_large', { mostBytes: kinds[kind].mostBytes })

const wrong = (at: string, message: string): Problem => new Problem('invalid_input', { where: [{ at, message }] })

/** As tus wants to be refused. */
const asTus = (problem: Problem) => ({ status_code: problem.status, body: JSON.stringify(problem.body()) })

function refuse(response: ServerResponse, problem: Problem): void {
  response.writeHead(problem.status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify(problem.body()))
}
