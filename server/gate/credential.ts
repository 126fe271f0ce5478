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

const minutes = 60

/**
 * What binds a sign-in at an identity provider to the browser that it began in. It opens nothing by itself. SAML's way
 * back is a form that another site posts: to come along there it has to be `SameSite=None`, which browsers take over
 * https alone. Without https it is as strict as the session, and SAML works where both sides are one site.
 */
export class FlowCookie {
  readonly #secure: boolean

  constructor(secure: boolean) {
    this.#secure = secure
  }

  get #name(): string {
    return this.#secure ? '__Host-sign-in' : 'sign-in'
  }

  read(request: FastifyRequest): string | undefined {
    const shown = request.cookies[this.#name]
    return shown !== undefined && /^[\w-]{43}$/.test(shown) ? shown : undefined
  }

  give(reply: FastifyReply, token: string): void {
    reply.setCookie(this.#name, token, {
      path: '/',
      httpOnly: true,
      sameSite: this.#secure ? 'none' : 'lax',
      secure: this.#secure,
      maxAge: 10 * minutes,
    })
  }
}
