import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** An address at which another protocol is spoken. */
export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly url: string
}

/** What came there. POST brings a form. */
export interface Sent {
  /** Of the path. */
  readonly params: Readonly<Record<string, string>>
  readonly form: URLSearchParams
  /** The whole address, as the browser has it. */
  readonly url: URL
}

/** Where the browser goes next, or what it is answered. */
export type Said =
  | { readonly to: string }
  | { readonly status: number; readonly mediaType: string; readonly body: string }

const mostFormBytes = 256 * 1024

/**
 * Serves what other sites say to us: the only addresses that take a form, and that take one from elsewhere. They know
 * nobody by a cookie of session; what was sent has to prove itself.
 */
export function serveExchanges<Visit extends { readonly origin: string }>(
  app: FastifyInstance,
  visitOf: (request: FastifyRequest, reply: FastifyReply) => Visit,
) {
  return ({ method, url }: Exchange, handler: (visit: Visit, sent: Sent) => Promise<Said>): void => {
    void app.register(async (exchanges) => {
      exchanges.removeAllContentTypeParsers()
      exchanges.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: mostFormBytes },
        (_request, body, done) => done(null, new URLSearchParams(String(body))),
      )
      exchanges.route({
        method,
        url,
        exposeHeadRoute: false,
        config: { way: 'public', fromOtherSites: true },
        handler: async (request, reply) => {
          const visit = visitOf(request, reply)
          const said = await handler(visit, {
            params: request.params as Record<string, string>,
            form: request.body instanceof URLSearchParams ? request.body : new URLSearchParams(),
            url: new URL(request.url, visit.origin),
          })
          reply.header('cache-control', 'no-store')
          // 303: whatever brought the browser here, it goes on by GET.
          if ('to' in said) return reply.redirect(said.to, 303)
          return reply.code(said.status).type(said.mediaType).send(said.body)
        },
      })
    })
  }
}
