import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer, Endpoint, Input } from '#contract/endpoint.ts'
import { allows } from '#contract/roles.ts'
import type { Database } from '#server/db/database.ts'
import { Problem } from '#server/problem.ts'
import { newToken, SessionCookie } from './credential.ts'
import { once } from './idempotency.ts'
import { inputOf } from './input.ts'
import { Lines } from './lines.ts'
import { workAs, type WayOfWorking, type Work } from './work.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by the gate alone. A route without it is refused at start (R1). */
    way?: 'public' | 'signed_in'
    endpoint?: Endpoint
  }
}

/** A request by somebody who need not be in: at which host, from where, with what browser. */
export interface Visit {
  readonly database: Database
  readonly host: string
  readonly address: string
  readonly browser: string | null
  /** Gives the browser a new session's token. The one who calls stores its hash. */
  newSession(): string
}

/** A problem that is thrown undoes the command's work; one that is returned keeps it, such as a counted attempt. */
type Command<E extends Endpoint> = (work: Work, input: Input<E>, visit: Visit) => Promise<Answer<E> | Problem>

/** What a feature's routes are made with. A route is one call of these and no more. */
export interface Gate {
  serve<E extends Endpoint>(endpoint: E, command: Command<E>): void
  /** For commands that change who is in. */
  serveInTurn<E extends Endpoint>(endpoint: E, command: Command<E>): void
  servePublic<E extends Endpoint>(endpoint: E, command: (visit: Visit, input: Input<E>) => Promise<Answer<E>>): void
  readonly cookie: SessionCookie
}

const idempotencyKey = /^[\x21-\x7e]{1,200}$/

/** The one way in. All that the API serves is served through here; see `work.ts` for who is let in. */
export function openGate(app: FastifyInstance, database: Database, { secure }: { secure: boolean }): Gate {
  const cookie = new SessionCookie(secure)
  const lines = new Lines()

  app.addHook('onRoute', (route) => {
    if (!route.config?.way) throw new Error(`${String(route.method)} ${route.url} does not go through the gate`)
  })
  app.addHook('onRequest', async (request) => {
    refuseOtherSites(request)
    if (request.routeOptions.config.way !== 'public' && !cookie.read(request)) throw new Problem('not_signed_in')
  })

  function visitOf(request: FastifyRequest, reply: FastifyReply): Visit {
    return {
      database,
      host: request.hostname,
      address: request.ip,
      browser: request.headers['user-agent']?.slice(0, 300) ?? null,
      newSession() {
        const token = newToken()
        cookie.give(reply, token)
        return token
      },
    }
  }

  function route(
    endpoint: Endpoint,
    handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ): void {
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      config: { way: endpoint.access === 'public' ? 'public' : 'signed_in', endpoint },
      handler: async (request, reply) => {
        const result = await handler(request, reply)
        if (result instanceof Problem) throw result
        const answer = endpoint.answer.parse(result)
        return reply.header('cache-control', 'no-store').send(answer)
      },
    })
  }

  function serve<E extends Endpoint>(endpoint: E, command: Command<E>, way: WayOfWorking): void {
    route(endpoint, async (request, reply) => {
      const credential = cookie.read(request)
      if (!credential) throw new Problem('not_signed_in')
      const run = async (work: Work): Promise<unknown> => {
        if (
          work.actor.role === 'clock' ||
          work.actor.role === 'operator' ||
          !allows(endpoint.access, work.actor.role)
        ) {
          throw new Problem('not_allowed')
        }
        const input = inputOf(endpoint, request)
        const task = () => command(work, input, visitOf(request, reply))
        const key = request.headers['idempotency-key']
        if (key === undefined || way === 'reading') return task()
        if (typeof key !== 'string' || !idempotencyKey.test(key)) {
          throw new Problem('invalid_input', {
            where: [{ at: 'Idempotency-Key', message: 'Send 1 to 200 printable ASCII characters.' }],
          })
        }
        return once(work, key, [endpoint.method, endpoint.path, input], task)
      }
      const enter = () => workAs(database, credential, way, run)
      return way === 'in_turn' ? lines.within(credential.tokenHash.toString('hex'), enter) : enter()
    })
  }

  return {
    serve: (endpoint, command) => serve(endpoint, command, endpoint.method === 'GET' ? 'reading' : 'writing'),
    serveInTurn: (endpoint, command) => serve(endpoint, command, 'in_turn'),
    servePublic: (endpoint, command) => {
      route(endpoint, (request, reply) => command(visitOf(request, reply), inputOf(endpoint, request)))
    },
    cookie,
  }
}

/**
 * Requests that change something come from our own pages. Browsers say where a request comes from; programs that say
 * nothing carry no cookie of anybody else.
 */
function refuseOtherSites(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const { 'sec-fetch-site': site, origin } = request.headers
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Problem('other_site')
  if (origin !== undefined && hostOf(origin) !== request.host) throw new Problem('other_site')
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
