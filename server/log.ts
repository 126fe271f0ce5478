import type { FastifyServerOptions } from 'fastify'
import type { Config } from './config.ts'

/**
 * How the server logs: one JSON object a line, without what people typed or could sign in with.
 *
 * Told are method, path and status; never a query (links carry tokens there), header, cookie, body or address.
 */
export const logOptions = ({ logLevel }: Pick<Config, 'logLevel'>): NonNullable<FastifyServerOptions['logger']> => ({
  level: logLevel,
  // For what a later hand logs as a whole.
  redact: {
    paths: ['headers', 'cookie', 'cookies', 'authorization', 'body', 'password', 'token', 'email'].flatMap((name) => [
      name,
      `*.${name}`,
    ]),
    censor: '…',
  },
  serializers: {
    req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
      id,
      method,
      path: url.split('?')[0],
    }),
    res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    err: describe,
  },
  hooks: {
    logMethod(given, write) {
      const [first, message = first instanceof Error ? first.message : undefined, ...rest] = given as unknown[]
      const cleaned = [first, message, ...rest].map((part) => (typeof part === 'string' ? withoutEmails(part) : part))
      write.apply(this, cleaned as Parameters<typeof write>)
    },
  },
})

/** PostgreSQL repeats the offending row in an error's detail, so that only what is listed here is taken over. */
function describe(error: Error & { code?: string; constraint?: string; table?: string }) {
  const { name, code, constraint, table, message, stack = '' } = error
  return { type: name, message: withoutEmails(message), stack: withoutEmails(stack), code, constraint, table }
}

const withoutEmails = (text: string) => text.replaceAll(/[^\s"'(<=,;:]+@[^\s"')>,;:]+/g, '…@…')
