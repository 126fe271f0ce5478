import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import files from '@fastify/static'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import mime from 'mime'
import type { Config } from '#server/config.ts'
import { type Database, isUnavailable } from '#server/db/database.ts'
import { packageKey, type Storage } from '#server/files/storage.ts'
import { hashOf } from '#server/gate/credential.ts'
import { ownHost, pagesOrigin } from '#server/gate/pages-origin.ts'
import { OpenResponses } from '#server/gate/open-responses.ts'
import { closeUnasked } from '#server/gate/unasked-connections.ts'
import { sendServed } from '#server/gate/served.ts'
import { logOptions } from '#server/log.ts'

/** The page that plays a package, as Vite has built it. */
const playerFolder = join(import.meta.dirname, '..', '..', 'dist', 'web', 'scorm')

/** A package may do within its own origin what it likes, and reaches nothing else; only the pages may frame it. */
const policy = (framedBy: string) =>
  [
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
    "connect-src 'self' data: blob:",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors 'self' ${framedBy}`,
  ].join('; ')

interface Address {
  readonly token: string
  readonly '*': string
}

/** What an address of content stands for now. */
interface Content {
  readonly accountId: string
  /** Where the pages of the account are. Null: where those of the installation are. */
  readonly host: string | null
  readonly fileId: string
  readonly sessionId: string
}

/**
 * The origin of course packages. It knows no cookie and no session: an address bears the token of an open player, and
 * every request asks whether that may still be served (S2, R7). What a package does here cannot touch the pages (R47).
 */
export async function buildContentApp(told: {
  database: Database
  config: Config
  storage: Storage
}): Promise<FastifyInstance> {
  const { database, config, storage } = told
  const app = Fastify({
    logger: logOptions(config),
    trustProxy: config.trustProxy,
    requestTimeout: 30_000,
    // An address that cannot be read is answered before any hook.
    frameworkErrors: (_error, _request, reply) => void gone(reply),
    routerOptions: { maxParamLength: 100 },
  })
  closeUnasked(app)
  const openResponses = new OpenResponses(database)
  app.addHook('preClose', async () => openResponses.close())
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': policy(pagesAt(config, request, null)),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    })
  })
  app.setErrorHandler((error, request, reply) => {
    if (isUnavailable(error)) return say(reply, 503, 'The database does not answer. Try again in a moment.')
    // An address that cannot be read, or a body where none belongs: it stands for nothing here.
    if ((error as FastifyError).statusCode! < 500) return gone(reply)
    request.log.error(error)
    return say(reply, 500, 'Something went wrong on our side. It was logged.')
  })

  async function contentAt(request: FastifyRequest): Promise<Content | undefined> {
    const { token } = request.params as Address
    const { rows } = await sql<Content>`
      select account_id, file_id, session_id, ${ownHost(config)} as host
      from content_of(${hashOf(token)}) cross join lateral (select account_id as id, content_of.host) as a
    `.execute(database)
    return rows[0]
  }

  await app.register(files, { root: playerFolder, serve: false, cacheControl: false })
  const player = new Set(await namesIn(playerFolder))
  app.get('/:token/*', async (request, reply) => {
    const content = await contentAt(request)
    if (!content) return gone(reply)
    reply.header('content-security-policy', policy(pagesAt(config, request, content.host)))
    const path = (request.params as Address)['*']
    if (player.has(path)) return reply.sendFile(path)
    const within = /^content\/(.+)$/.exec(path)?.[1]
    const key = within && packageKey(content.accountId, content.fileId, within)
    const bytes = key && isPlain(within) ? await storage.bytes(key) : null
    if (!key || bytes === null) return say(reply, 404, 'This file is not in the package.')
    openResponses.add({ ...content, response: reply.raw })
    return sendServed(
      {
        mediaType: mediaTypeOf(within),
        name: within.split('/').at(-1)!,
        disposition: 'inline',
        bytes,
        open: (range) => storage.open(key, range),
      },
      request,
      reply,
    )
  })
  app.setNotFoundHandler((_request, reply) => gone(reply))
  return app
}

/** No step upwards and nothing empty: what a package's file can be called. */
const isPlain = (path: string): boolean =>
  !path.includes('\0') && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..')

function mediaTypeOf(path: string): string {
  const type = mime.getType(extname(path)) ?? 'application/octet-stream'
  return /^text\/|javascript|json|xml/.test(type) ? `${type}; charset=utf-8` : type
}

const gone = (reply: FastifyReply): FastifyReply =>
  say(reply, 401, 'This address is no longer valid. Open the course again.')

/** Where the pages of an account are, which may frame this; on this machine by any of its names, at any port. */
function pagesAt(config: Config, { hostname }: FastifyRequest, host: string | null): string {
  const origin = pagesOrigin(config, host)
  if (origin) return origin
  return [...new Set([hostname, 'localhost', '127.0.0.1'])].map((host) => `http://${host}:*`).join(' ')
}

function say(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(sentence)
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException): string[] => {
    // Not built: then nothing is played either.
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.map((name) => name.replaceAll('\\', '/'))
}
