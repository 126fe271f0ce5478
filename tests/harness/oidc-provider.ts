import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Adapter, type AdapterPayload, type ClientMetadata } from 'oidc-provider'

/** What an identity provider says of somebody. */
interface Claims {
  readonly sub: string
  readonly email: string
  readonly email_verified: boolean
  readonly given_name?: string
  readonly family_name?: string
}

/** `oidc-provider`, the certified one, on this machine: with a page on which somebody signs in, and one to sign out. */
export class IdentityProvider {
  /** Who signs in at it, when its button is pressed. */
  person: Claims | null = null
  readonly clientId = 'rollcall'
  readonly secret = randomUUID()
  readonly #clients = new Map<string, ClientMetadata>()
  readonly #server: Server
  #provider: Provider | undefined

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const clients = this.#clients
    this.#provider = new Provider(this.issuer, {
      adapter: class extends Memory {
        override async find(id: string): Promise<AdapterPayload | undefined> {
          return this.model === 'Client' ? clients.get(id) : super.find(id)
        }
      },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, form) => {
            context.body = `<!doctype html><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Sign out everywhere</button>`
          },
        },
      },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...this.person, sub }) }),
      cookies: { keys: [randomUUID()] },
      // It has a guard of its own against addresses within.
      fetch: (url, options) => {
        const { dispatcher: _guard, ...rest } = options as RequestInit & { dispatcher?: unknown }
        return fetch(url, rest)
      },
    })
    return this
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Knows this application from now on, by the addresses that its settings show. */
  register({ redirectUri, logoutUri }: { redirectUri: string; logoutUri: string }): void {
    this.#clients.set(this.clientId, {
      client_id: this.clientId,
      client_secret: this.secret,
      redirect_uris: [redirectUri],
      backchannel_logout_uri: logoutUri,
      backchannel_logout_session_required: true,
    })
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider!
    if (!request.url!.startsWith('/interaction/')) return void provider.callback()(request, response)
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<!doctype html><title>Sign in</title><form method="post"><button>Sign in as myself</button></form>')
      return
    }
    const { params, session, prompt } = await provider.interactionDetails(request, response)
    const accountId = session?.accountId ?? this.person!.sub
    const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
    grant.addOIDCScope('openid email profile')
    const consent = { grantId: await grant.save() }
    const result = prompt.name === 'login' ? { login: { accountId }, consent } : { consent }
    await provider.interactionFinished(request, response, result)
  }
}

/** What it keeps, by model and id. */
class Memory implements Adapter {
  readonly model: string
  static readonly kept = new Map<string, AdapterPayload>()

  constructor(model: string) {
    this.model = model
  }

  #key(id: string): string {
    return `${this.model} ${id}`
  }

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    Memory.kept.set(this.#key(id), payload)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return Memory.kept.get(this.#key(id))
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...Memory.kept].find(([key, { uid: of }]) => key.startsWith(`${this.model} `) && of === uid)?.[1]
  }

  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    Memory.kept.get(this.#key(id))!.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<void> {
    Memory.kept.delete(this.#key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of Memory.kept) if (payload.grantId === grantId) Memory.kept.delete(key)
  }
}
