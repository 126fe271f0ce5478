import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import compress from '@fastify/compress'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '#server/db/database.ts'
import type { Config } from '#server/config.ts'
import { contentOrigin } from '#server/gate/content-origin.ts'
import { credentialOf } from '#server/gate/credential.ts'
import type { Gate } from '#server/gate/gate.ts'
import { allowStyles } from '#server/gate/headers.ts'
import { workAs } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

const folder = join(import.meta.dirname, '..', 'dist', 'web')

/**
 * The web part: built files under names that change with their content, and for every other address the one page
 * that draws what stands there. None of it shows data; all data comes through the API.
 */
export async function pageRoutes(
  app: FastifyInstance,
  database: Database,
  { cookie }: Gate,
  config: Config,
): Promise<void> {
  /** What is served to nobody is told to be missing to those who are in alone (R1). */
  async function nothingThere(request: FastifyRequest): Promise<never> {
    const credential = credentialOf(request, cookie)
    if (!credential) throw new Problem('not_signed_in')
    return workAs(database, credential, 'reading', async () => {
      throw new Problem('not_found')
    })
  }

  const beside = new Set((await readdir(folder).catch(notBuilt)).filter((name) => name !== 'index.html'))
  await app.register(async (pages) => {
    await pages.register(compress, { encodings: ['br', 'gzip'], threshold: 1024 })
    await pages.register(files, { root: folder, serve: false, cacheControl: false, preCompressed: true })

    pages.get('/assets/*', { config: { way: 'public' } }, (request, reply) => {
      // Their names change with their content.
      return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(`assets/${pathOf(request)}`)
    })
    pages.get('/*', { config: { way: 'public' } }, (request, reply) => {
      const path = pathOf(request)
      if (beside.has(path)) return reply.header('cache-control', 'public, max-age=3600').sendFile(path)
      if (isApi.test(path) && path !== 'api/docs') return nothingThere(request)
      return page(reply, contentOrigin(config, request.hostname))
    })
  })
  app.setNotFoundHandler(async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') throw new Problem('not_found')
    return nothingThere(request)
  })
}

/** However the address is spelt, what lies under it is no page. */
const isApi = /^[./\\]*api([/\\]|$)/i
const pathOf = (request: FastifyRequest): string => (request.params as { '*': string })['*']

const notBuilt = (error: NodeJS.ErrnoException): string[] => {
  if (error.code === 'ENOENT') return []
  throw error
}

let template: Promise<string> | undefined

async function page(reply: FastifyReply, framed: string): Promise<FastifyReply> {
  template ??= readFile(join(folder, 'index.html'), 'utf8')
  const html = (await template).replaceAll('__CSP_NONCE__', allowStyles(reply, framed))
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html)
}
