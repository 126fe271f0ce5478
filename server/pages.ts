import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

  const own = ['index.html', 'ahead.json']
  const beside = new Set((await readdir(folder).catch(notBuilt)).filter((name) => !own.includes(name)))
  await app.register(async (pages) => {
    await pages.register(files, { root: folder, serve: false, cacheControl: false, preCompressed: true })

    pages.get('/assets/*', { config: { way: 'public' }, compress: {} }, (request, reply) => {
      // Their names change with their content.
      return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(`assets/${pathOf(request)}`)
    })
    pages.get('/*', { config: { way: 'public' }, compress: {} }, (request, reply) => {
      const path = pathOf(request)
      if (beside.has(path)) return reply.header('cache-control', 'public, max-age=3600').sendFile(path)
      if (isApi.test(path) && path !== 'api/docs') return nothingThere(request)
      // Whoever is not in is sent to sign in, whatever they asked for.
      const isIn = alone.test(path) || cookie.read(request) !== undefined
      return page(reply, contentOrigin(config, request.hostname), isIn ? request.url : '/sign-in')
    })
  })
  app.setNotFoundHandler(async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') throw new Problem('not_found')
    return nothingThere(request)
  })
}

/** However the address is spelt, what lies under it is no page. */
const isApi = /^[./\\]*(api|scim)([/\\]|$)/i
const pathOf = (request: FastifyRequest): string => (request.params as { '*': string })['*']

const notBuilt = (error: NodeJS.ErrnoException): string[] => {
  if (error.code === 'ENOENT') return []
  throw error
}

/** Pages that stand outside the frame with the navigation, whoever asks. */
const alone = /^\/?(sign-in|no-access|forgotten|invitation|reset|unsubscribe|setup|verify|api\/docs)$/

/** What a page needs at once, as the build tells it. */
interface Ahead {
  scripts: readonly string[]
  /** Of the API, when nothing more is said in the address. */
  asks: readonly string[]
}

const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8')
const built = async (): Promise<[template: string, ahead: Record<string, Ahead>]> => [
  await read('index.html'),
  JSON.parse(await read('ahead.json')) as Record<string, Ahead>,
]
let known: ReturnType<typeof built> | undefined

async function page(reply: FastifyReply, framed: string, url: string): Promise<FastifyReply> {
  const [template, ahead] = await (known ??= built())
  const [path, search] = url.split('?') as [string, string?]
  const { scripts, asks } = ahead[path] ?? { scripts: [], asks: [] }
  const links = [
    ...scripts.map((address) => `<link rel="modulepreload" crossorigin fetchpriority="low" href="${address}">`),
    ...(search ? [] : asks).map((address) => `<link rel="preload" as="fetch" crossorigin href="${address}">`),
  ]
  const html = template
    .replaceAll('__CSP_NONCE__', allowStyles(reply, framed))
    .replace('__BEGIN__', alone.test(path) ? 'alone' : 'framed')
    .replace('<!-- ahead -->', links.join(''))
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html)
}
