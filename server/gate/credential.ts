import { hash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Credential } from './work.ts'

/** 256 random bits, for the one who is let in. Only `hashOf` it is stored (R11). */
export const newToken = (): string => randomBytes(32).toString('base64url')
/** The same for a program. What it begins with lets scanners of code tell that it is a secret, and whose. */
export const newApiToken = (): string => `rollcall_${newToken()}`
export const hashOf = (token: string): Buffer => hash('sha256', token, 'buffer')

/**
 * The API token that a request shows. Undefined: it shows none, but maybe a session; other schemes are for whatever
 * stands before the server.
 */
export function bearerOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  return /^Bearer(?: +(.*))?$/i
    .exec(authorization ?? '')
    ?.slice(1)
    .map((token) => token ?? '')[0]
}

/** What a request shows to be let in: a token before a session. Undefined: nothing. */
export function credentialOf(request: FastifyRequest, cookie: SessionCookie): Credential | undefined {
  const bearer = bearerOf(request)
  const shown = bearer ?? cookie.read(request)
  return shown ? { host: request.hostname, tokenHash: hashOf(shown), byToken: bearer !== undefined } : undefined
}

const days = 24 * 60 * 60

/** The session cookie. Over https its name itself binds it to this host and to encrypted connections. */
export class SessionCookie {
  readonly #secure: boolean

  constructor(secure: boolean) {
    this.#secure = secure
  }

  get #name(): string {
    return this.#secure ? '__Host-session' : 'session'
  }

  read(request: FastifyRequest): string | undefined {
    return request.cookies[this.#name]
  }

  give(reply: FastifyReply, token: string): void {
    reply.setCookie(this.#name, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#secure,
      maxAge: 30 * days,
    })
  }

  take(reply: FastifyReply): void {
    reply.clearCookie(this.#name, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure })
  }
}
