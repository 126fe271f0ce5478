import { hash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Credential } from './work.ts'

/** 256 random bits, for the one who is let in. Only `hashOf` it is stored (R11). */
export const newToken = (): string => randomBytes(32).toString('base64url')
export const hashOf = (token: string): Buffer => hash('sha256', token, 'buffer')

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

  /** Whether this request shows anything to be let in by. */
  isIn(request: FastifyRequest): boolean {
    return Boolean(request.cookies[this.#name])
  }

  /** What this request shows to be let in; undefined when it shows nothing. */
  read(request: FastifyRequest): Credential | undefined {
    const token = request.cookies[this.#name]
    return token ? { host: request.hostname, tokenHash: hashOf(token) } : undefined
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
