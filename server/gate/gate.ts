import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RawBuilder } from 'kysely'
import type { Answer, Endpoint, Input } from '#contract/endpoint.ts'
import { type Access, allows } from '#contract/roles.ts'
import { covers, scopeOf, type TokenScope } from '#contract/tokens.ts'
import type { Database } from '#server/db/database.ts'
import { Problem } from '#server/problem.ts'
import { bearerOf, credentialOf, FlowCookie, newToken, SessionCookie } from './credential.ts'
import { type Exchange, type Said, type Sent, serveExchanges } from './exchange.ts'
import { answeredBefore, keyOf, once, take } from './idempotency.ts'
import { inputOf } from './input.ts'
import { Lines } from './lines.ts'
import { OpenResponses } from './open-responses.ts'
import { sendServed, type Served } from './served.ts'
import { type Counted, type Question, readBeside, type Replica } from './replica.ts'
import { askAs, type Credential, workAs, type WayOfWorking, type Work } from './work.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by the gate alone. A route without it is refused at start (R1). */
    way?: 'public' | 'signed_in' | 'by_token'
    endpoint?: Endpoint
    /** Other sites may send people here with a form. */
    fromOtherSites?: boolean
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
  /** Where the browser found us. */
  readonly origin: string
  /** What binds this browser to a sign-in that leads over another site. Undefined: it has none. */
  readonly flow: string | undefined
  /** The same; it is given one where it has none. */
  beginFlow(): string
}

/** A problem that is thrown undoes the command's work; one that is returned keeps it, such as a counted attempt. */
type Command<E extends Endpoint> = (work: Work, input: Input<E>, visit: Visit) => Promise<Answer<E> | Problem>

/** What a feature's routes are made with. A route is one call of these and no more. */
export interface Gate {
  serve<E extends Endpoint>(endpoint: E, command: Command<E>): void
  /** For what one question answers by one row, whoever asks it: see `askAs()`. */
  ask<E extends Endpoint>(endpoint: E, question: RawBuilder<Answer<E>>): void
  /** For commands that change who is in. */
  serveInTurn<E extends Endpoint>(endpoint: E, command: Command<E>): void
  servePublic<E extends Endpoint>(endpoint: E, command: (visit: Visit, input: Input<E>) => Promise<Answer<E>>): void
  /** For what takes long: nothing is held between its steps, and each is refused to whoever is out meanwhile. */
  serveInSteps<E extends Endpoint>(
    endpoint: E,
    command: (steps: Steps, input: Input<E>, visit: Visit) => Promise<Answer<E>>,
  ): void
  /** For endpoints that answer a file. It breaks off when the one who reads it is no longer in (R6). */
  serveFile<E extends Endpoint>(
    endpoint: E,
    command: (work: Work, input: Input<E>, asked: AskedForFile) => Promise<Served>,
  ): void
  /** For what may be told a little late, by a replica: the answer's `Counted-At` tells of when it is. */
  serveReport<E extends Endpoint>(endpoint: E, command: Command<E>): void
  /** The same for a file. */
  serveReportFile: Gate['serveFile']
  /**
   * For what is spoken with something else than the JSON of an endpoint: `look` happens in the gate's transaction;
   * after it `handler` has the bare response, and is the one who answers.
   */
  serveRaw<T>(
    route: RawRoute,
    look: (work: Work) => Promise<T>,
    handler: (seen: T, entered: Entered, request: FastifyRequest, reply: FastifyReply) => Promise<void> | void,
  ): void
  /**
   * For a protocol with words of its own for answers and refusals, which its app `at` says: it is open to API tokens of
   * one scope, and to nothing else (R39). A refusal that is returned keeps the work, one that is thrown undoes it.
   */
  serveProtocol(
    at: FastifyInstance,
    route: ProtocolRoute,
    command: (work: Work, entered: Entered, request: FastifyRequest) => Promise<Spoken | Error>,
  ): void
  /** For what other protocols say beside the contract, with nobody signed in: by browsers on their way, or by a provider. */
  serveExchange(exchange: Exchange, handler: (visit: Visit, sent: Sent) => Promise<Said>): void
  readonly cookie: SessionCookie
  /** Answers that last. Whatever is sent to somebody for longer than a moment is registered here (R6). */
  readonly openResponses: OpenResponses
}

interface RawRoute extends Scoped {
  readonly method: string | string[]
  readonly url: string
  readonly access: Exclude<Access, 'public'>
}

interface ProtocolRoute extends RawRoute {
  readonly scope: TokenScope
  readonly way: WayOfWorking
  /** In bytes. Left out: what is usual. */
  readonly bodyLimit?: number
}

/** An answer of a protocol. */
export interface Spoken {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Left out: none. */
  readonly body?: object
}

/** Who was let in, for what lasts longer than the gate's transaction. */
export interface Entered {
  readonly accountId: string
  readonly userId: string
  readonly sessionId: string
}

/** Work of several transactions by the one who was let in. */
export interface Steps {
  readonly entered: Entered
  /** One that writes. */
  step<T>(task: (work: Work) => Promise<T>): Promise<T>
}

/** More work by the one who was let in, who may be out or have another role by then: for answers that are read bit by bit. */
export type Again = <T>(task: (work: Work) => Promise<T>) => Promise<T>

/** Has a question answered to the one who was let in, who may be out by the next. */
type Asks = <T>(question: Question<T>) => Promise<Counted<T>>

interface AskedForFile {
  readonly again: Again
  /** Where the browser found us. */
  readonly origin: string
  /** Of when the data are that a replica tells. Null: of now. */
  readonly countedAt: string | null
}

/** The one way in. All that the API serves is served through here; see `work.ts` for who is let in. */
export function openGate(
  app: FastifyInstance,
  database: Database,
  { secure, replica }: { secure: boolean; replica?: Replica | undefined },
): Gate {
  const cookie = new SessionCookie(secure)
  const flowCookie = new FlowCookie(secure)
  const lines = new Lines()
  const openResponses = new OpenResponses(database)
  app.addHook('preClose', async () => openResponses.close())

  app.addHook('onRoute', (route) => {
    if (!route.config?.way) throw new Error(`${String(route.method)} ${route.url} does not go through the gate`)
  })
  app.addHook('onRequest', async (request) => {
    refuseOtherSites(request)
    const { way } = request.routeOptions.config
    if (way === 'public') return
    if (!(way === 'by_token' ? bearerOf(request) : credentialOf(request, cookie))) throw new Problem('not_signed_in')
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
      origin: secure ? `https://${request.host}` : originOf(request),
      flow: flowCookie.read(request),
      beginFlow() {
        const token = flowCookie.read(request) ?? newToken()
        flowCookie.give(reply, token)
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
      // A change may answer a new token, whose length beside chosen input would tell of it (BREACH); to ask tells none.
      ...(endpoint.method === 'GET' && { compress: {} }),
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
      const credential = shownBy(request)
      const run = async (work: Work): Promise<unknown> => {
        allowedIn(work, endpoint)
        const input = inputOf(endpoint, request)
        const task = () => command(work, input, visitOf(request, reply))
        const key = way === 'reading' ? undefined : keyOf(request)
        return key === undefined ? task() : once(work, key, [endpoint.method, endpoint.path, input], task)
      }
      const enter = () => workAs(database, credential, way, run)
      return way === 'in_turn' ? lines.within(credential.tokenHash.toString('hex'), enter) : enter()
    })
  }

  function ask<E extends Endpoint>(endpoint: E, question: RawBuilder<Answer<E>>): void {
    const compiled = question.compile(database)
    route(endpoint, async (request) => {
      const { entered, answer } = await askAs(database, shownBy(request), compiled)
      allowedIn(entered, endpoint)
      inputOf(endpoint, request)
      return answer
    })
  }

  function shownBy(request: FastifyRequest): Credential {
    const credential = credentialOf(request, cookie)
    if (!credential) throw new Problem('not_signed_in')
    return credential
  }

  function serveInSteps<E extends Endpoint>(
    endpoint: E,
    command: (steps: Steps, input: Input<E>, visit: Visit) => Promise<Answer<E>>,
  ): void {
    route(endpoint, async (request, reply) => {
      const credential = shownBy(request)
      const { entered, input, key, asked, before } = await workAs(database, credential, 'reading', async (work) => {
        const entered = allowedIn(work, endpoint)
        const input = inputOf(endpoint, request)
        const [key, asked] = [keyOf(request), [endpoint.method, endpoint.path, input]]
        return { entered, input, key, asked, before: key && (await answeredBefore(work, key, asked)) }
      })
      if (before) return before.answer
      const steps: Steps = { entered, step: (task) => workAs(database, credential, 'writing', task) }
      const answer = await command(steps, input, visitOf(request, reply))
      // No step holds the key while it takes long: a repetition before the answer is refused as one without a key.
      if (key !== undefined) await steps.step((work) => take(work, key, asked, answer))
      return answer
    })
  }

  /** Asks as this request's person, each time anew. */
  const asksNow = (credential: Credential): Asks => {
    return async (question) => ({
      answer: await workAs(database, credential, 'reading', (work) => question(work, null)),
      countedAt: null,
    })
  }
  const asksBeside = (credential: Credential): Asks => {
    return (question) => readBeside({ database, replica }, credential, question)
  }

  function serveReport<E extends Endpoint>(endpoint: E, command: Command<E>): void {
    route(endpoint, async (request, reply) => {
      const { answer, countedAt } = await asksBeside(shownBy(request))(async (work) => {
        allowedIn(work, endpoint)
        return command(work, inputOf(endpoint, request), visitOf(request, reply))
      })
      tellWhen(reply, countedAt)
      return answer
    })
  }

  const serveFiles =
    (asksOf: (credential: Credential) => Asks): Gate['serveFile'] =>
    (endpoint, command) => {
      app.route({
        method: endpoint.method,
        url: endpoint.path,
        config: { way: 'signed_in', endpoint },
        handler: async (request, reply) => {
          const asks = asksOf(shownBy(request))
          const again: Again = async (task) => (await asks((work) => allowedIn(work, endpoint) && task(work))).answer
          const { answer, countedAt } = await asks(async (work, countedAt) => ({
            entered: allowedIn(work, endpoint),
            served: await command(work, inputOf(endpoint, request), { again, origin: originOf(request), countedAt }),
          }))
          tellWhen(reply, countedAt)
          openResponses.add({ ...answer.entered, response: reply.raw })
          return sendServed(answer.served, request, reply)
        },
      })
    }

  function serveRaw<T>(
    { method, url, access, scope }: RawRoute,
    look: (work: Work) => Promise<T>,
    handler: (seen: T, entered: Entered, request: FastifyRequest, reply: FastifyReply) => Promise<void> | void,
  ): void {
    app.route({
      method: method,
      url,
      config: { way: 'signed_in' },
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const { entered, seen } = await workAs(database, shownBy(request), 'reading', async (work) => ({
          entered: allowedIn(work, { access, scope }),
          seen: await look(work),
        }))
        reply.hijack()
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) reply.raw.setHeader(name, value)
        await handler(seen, entered, request, reply)
      },
    })
  }

  const serveProtocol: Gate['serveProtocol'] = (at, { method, url, access, scope, way, bodyLimit }, command) => {
    at.route({
      method,
      url,
      ...(bodyLimit !== undefined && { bodyLimit }),
      config: { way: 'by_token' },
      handler: async (request, reply) => {
        const credential = shownBy(request)
        const enter = () =>
          workAs(database, credential, way, async (work) => command(work, allowedIn(work, { access, scope }), request))
        const said = await (way === 'in_turn' ? lines.within(credential.tokenHash.toString('hex'), enter) : enter())
        if (said instanceof Error) throw said
        return reply
          .code(said.status)
          .headers({ 'cache-control': 'no-store', ...said.headers })
          .send(said.body && JSON.stringify(said.body))
      },
    })
  }

  return {
    ask,
    serveInSteps,
    serveFile: serveFiles(asksNow),
    serveReport,
    serveReportFile: serveFiles(asksBeside),
    serveRaw,
    serveProtocol,
    openResponses,
    serve: (endpoint, command) => serve(endpoint, command, endpoint.method === 'GET' ? 'reading' : 'writing'),
    serveInTurn: (endpoint, command) => serve(endpoint, command, 'in_turn'),
    servePublic: (endpoint, command) => {
      route(endpoint, (request, reply) => command(visitOf(request, reply), inputOf(endpoint, request)))
    },
    serveExchange: serveExchanges(app, visitOf),
    cookie,
  }
}

/** @throws Problem `not_allowed`; for a token `not_by_token`, `outside_scope` */
function allowedIn({ accountId, actor }: Omit<Work, 'db'>, asked: Endpoint | Scoped): Entered {
  if (actor.id === null || !allows(asked.access, actor.role)) throw new Problem('not_allowed')
  const scope = 'scope' in asked ? asked.scope : scopeOf(asked)
  if (actor.scopes && scope === null) throw new Problem('not_by_token')
  if (actor.scopes && !covers(actor.scopes, scope!)) throw new Problem('outside_scope', { scope })
  return { accountId, userId: actor.id, sessionId: actor.sessionId }
}

/** What is served beside the contract. */
interface Scoped {
  readonly access: Access
  /** What a token needs for it, as `scopeOf()` says of an endpoint. */
  readonly scope: TokenScope | 'any' | null
}

/**
 * Requests that change something come from our own pages. Browsers say where a request comes from; programs that say
 * nothing carry no cookie of anybody else.
 */
function refuseOtherSites(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  if (request.routeOptions.config.fromOtherSites) return
  const { 'sec-fetch-site': site, origin } = request.headers
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Problem('other_site')
  if (origin !== undefined && hostOf(origin) !== request.host) throw new Problem('other_site')
}

function tellWhen(reply: FastifyReply, countedAt: string | null): void {
  if (countedAt !== null) reply.header('counted-at', countedAt)
}

const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}`

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
