import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { scimPath } from '#contract/provisioning.ts'
import type { Database } from '#server/db/database.ts'
import type { Gate, Spoken } from '#server/gate/gate.ts'
import { type WayOfWorking, type Work, workFor } from '#server/gate/work.ts'
import { isObject } from './attributes.ts'
import { noteCall } from './calls.ts'
import { ScimError, scimErrorOf } from './scim-error.ts'

/** A request of SCIM, read. */
export interface Asked {
  /** Our own address, to which those of resources are added. */
  readonly base: string
  readonly id: string
  /** Of the address, where it is none of ours. */
  readonly rest: string
  readonly query: Readonly<Record<string, unknown>>
  readonly ifMatch: string | undefined
  /** Of requests that only read. */
  readonly ifNoneMatch: string | undefined
  /** @throws ScimError `invalidSyntax` for what is no object */
  body(): Readonly<Record<string, unknown>>
  /** Whom it is about, and what of it was left out: for the log. */
  isAbout(whom: string | undefined): void
  remark(sentence: string): void
}

interface Entry {
  readonly accountId: string
  readonly tokenId: string
  whom: string | null
  readonly remarks: string[]
}

/** A group of a hundred thousand is told at once. */
const groupBytes = 10 * 1024 * 1024

export type Serve = (
  method: string | string[],
  url: string,
  way: WayOfWorking,
  command: (work: Work, asked: Asked) => Promise<Spoken | ScimError>,
) => void

/**
 * Where identity providers come in: by the gate like everybody, with a token for this alone (R39), and spoken to in the
 * words of SCIM. Whatever was let in stands in the log with what it was answered.
 */
export async function openDoor(
  app: FastifyInstance,
  gate: Gate,
  database: Database,
  routes: (serve: Serve) => void,
): Promise<void> {
  const entries = new WeakMap<FastifyRequest, Entry>()

  await app.register(
    async (scim) => {
      readBodies(scim)
      scim.setErrorHandler<FastifyError>((thrown, request, reply) => {
        const error = scimErrorOf(thrown)
        if (error.status >= 500 && error.status !== 501) request.log.error(thrown)
        entries.get(request)?.remarks.push(error.message)
        if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="SCIM"')
        if (error.status === 503) reply.header('retry-after', '2')
        return reply.code(error.status).header('cache-control', 'no-store').send(JSON.stringify(error.body()))
      })
      scim.addHook('onSend', async (request, reply, payload) => {
        if (payload) reply.type('application/scim+json; charset=utf-8')
        const entry = entries.get(request)
        if (!entry) return
        const { accountId, tokenId, whom, remarks } = entry
        const call = { tokenId, whom, method: request.method, path: request.url.slice(scimPath.length) }
        const told = { ...call, status: reply.statusCode, detail: remarks.join(' ') || null }
        // The answer is what counts: it is given, too, when the log cannot be written.
        await workFor(database, accountId, 'clock', (work) => noteCall(work, told)).catch((error: unknown) =>
          request.log.warn(error),
        )
      })
      routes((method, url, way, command) => {
        const route = { method, url, way, access: 'account', scope: 'provisioning' } as const
        const limit = url.startsWith('/Groups') && { bodyLimit: groupBytes }
        gate.serveProtocol(scim, { ...route, ...limit }, (work, { accountId, sessionId }, request) => {
          const entry: Entry = { accountId, tokenId: sessionId, whom: null, remarks: [] }
          entries.set(request, entry)
          return command(work, askedBy(request, entry))
        })
      })
    },
    { prefix: scimPath },
  )
}

/** Both types are JSON, and no other is read. A DELETE may say that it sends JSON and send none. */
function readBodies(scim: FastifyInstance): void {
  const parse = scim.getDefaultJsonParser('error', 'error')
  scim.removeAllContentTypeParsers()
  scim.addContentTypeParser<string>(
    ['application/scim+json', 'application/json'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body.trim() === '') done(null, undefined)
      else void parse(request, body, done)
    },
  )
}

function askedBy(request: FastifyRequest, entry: Entry): Asked {
  const { protocol, host, headers, params, query, body } = request
  return {
    base: `${protocol}://${host}${scimPath}`,
    id: (params as { id?: string }).id ?? '',
    rest: (params as { '*'?: string })['*'] ?? '',
    query: query as Record<string, unknown>,
    ifMatch: headers['if-match'],
    ifNoneMatch: request.method === 'GET' || request.method === 'HEAD' ? headers['if-none-match'] : undefined,
    body() {
      if (!isObject(body)) throw new ScimError(400, 'invalidSyntax', 'Send a JSON object.')
      return body
    },
    isAbout(whom) {
      entry.whom = whom ?? null
    },
    remark(sentence) {
      entry.remarks.push(sentence)
    },
  }
}
