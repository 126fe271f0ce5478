import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

type Claims = Record<string, unknown>

interface Grant {
  readonly nonce: string
  readonly challenge: string
  readonly clientId: string
  readonly redirectUri: string
}

const keys = await generateKeyPair('RS256')
const otherKeys = await generateKeyPair('RS256')
const seconds = () => Math.floor(Date.now() / 1000)

/** A provider of OpenID Connect that keeps to the protocol, unless a test tells it to lie. */
export class OidcServer {
  /** Who is signed in at it, by what it says of them. */
  person: Claims & { sub: string } = { sub: 'nobody' }
  /** Who that is, by the code that they were given, where several come at once. */
  readonly people = new Map<string, Claims>()
  /** What it says of a sign-in instead of the truth. */
  lie: (claims: JWTPayload) => Claims = () => ({})
  /** Signs with a key that it does not publish. */
  usesOtherKey = false
  /** Answers an address otherwise, or not at all: true takes it. */
  answers: (path: string, response: ServerResponse) => boolean = () => false
  readonly secret = `secret-${randomUUID()}`
  readonly #grants = new Map<string, Grant>()
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** A token that ends sessions, true but for what is told. */
  logoutToken(clientId: string, told: Claims, { key = keys.privateKey, alg = 'RS256' } = {}): Promise<string> {
    const claims = {
      iss: this.issuer,
      aud: clientId,
      iat: seconds(),
      jti: randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...told,
    }
    return new SignJWT(claims).setProtectedHeader({ alg, kid: 'one', typ: 'logout+jwt' }).sign(key)
  }

  otherKey() {
    return otherKeys.privateKey
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.issuer)
    let body = ''
    for await (const part of request) body += String(part)
    if (this.answers(url.pathname, response)) return
    const json = (answer: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return void json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/keys':
        return void json({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] })
      case '/authorize':
        return void response.writeHead(302, { location: this.#authorize(url.searchParams) }).end()
      case '/token': {
        const answer = await this.#token(request, new URLSearchParams(body))
        return void (answer ? json(answer) : json({ error: 'invalid_grant' }, 400))
      }
      default:
        return void response.writeHead(404).end()
    }
  }

  #authorize(asked: URLSearchParams): string {
    const code = randomUUID()
    const text = (name: string) => asked.get(name) ?? ''
    this.#grants.set(code, {
      nonce: text('nonce'),
      challenge: text('code_challenge'),
      clientId: text('client_id'),
      redirectUri: text('redirect_uri'),
    })
    return `${text('redirect_uri')}?${new URLSearchParams({ code, state: text('state') }).toString()}`
  }

  /** Each code once, to its client, with the verifier of its challenge. */
  async #token({ headers }: IncomingMessage, form: URLSearchParams): Promise<object | null> {
    const grant = this.#grants.get(form.get('code') ?? '')
    this.#grants.delete(form.get('code') ?? '')
    const person = this.people.get(form.get('code') ?? '') ?? this.person
    if (!grant || grant.redirectUri !== form.get('redirect_uri')) return null
    // RFC 6749, 2.3.1: both are encoded as in a form before they are put together.
    const shown = Buffer.from(headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString()
    if (shown.split(':').map(decodeURIComponent).join(':') !== `${grant.clientId}:${this.secret}`) return null
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (challenge !== grant.challenge) return null
    const claims: JWTPayload = {
      iss: this.issuer,
      aud: grant.clientId,
      iat: seconds(),
      exp: seconds() + 300,
      nonce: grant.nonce,
      ...person,
    }
    const key = this.usesOtherKey ? otherKeys.privateKey : keys.privateKey
    const idToken = await new SignJWT({ ...claims, ...this.lie(claims) })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(key)
    return { access_token: randomUUID(), token_type: 'Bearer', id_token: idToken }
  }
}
