import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { addProvisioningToken, scimPath } from '#contract/provisioning.ts'
import { aCrowd, anAccount, app, type Person, store } from './account.ts'
import { type Reply, sendRaw } from './send.ts'

/** A resource or an error, as SCIM says it. */
// oxlint-disable-next-line typescript/no-explicit-any -- what a foreign client reads has no type of ours
export type Said = any

export interface ScimReply extends Reply {
  readonly body: Said
}

/** Speaks SCIM with the token that this administrator made, as an identity provider does. */
export class IdentityProvider {
  readonly host: string
  readonly token: string
  #node = app

  private constructor(host: string, token: string) {
    this.host = host
    this.token = token
  }

  static async of(administrator: Person): Promise<IdentityProvider> {
    const { token } = await administrator.call(addProvisioningToken, { name: 'Entra ID' })
    return new IdentityProvider(administrator.host, token)
  }

  /** The same, by way of another node. */
  at(node: typeof app): IdentityProvider {
    const there = new IdentityProvider(this.host, this.token)
    there.#node = node
    return there
  }

  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ScimReply> {
    const { port } = this.#node.server.address() as AddressInfo
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    return sendRaw(
      port,
      method,
      `${scimPath}${path}`,
      {
        host: this.host,
        authorization: `Bearer ${this.token}`,
        ...(text !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      text,
    )
  }

  get = (path: string, headers?: Record<string, string>) => this.send('GET', path, undefined, headers)

  /** Those who match a filter. */
  async found(filter: string, of = '/Users'): Promise<Said[]> {
    const { status, body } = await this.get(`${of}${of.includes('?') ? '' : '?'}filter=${encodeURIComponent(filter)}`)
    if (status !== 200) throw new Error(`${filter}: ${JSON.stringify(body)}`)
    return body.Resources
  }

  post = (path: string, body: unknown, headers?: Record<string, string>) => this.send('POST', path, body, headers)

  /** Adds somebody, and fails when they are not added. */
  async add(told: Record<string, unknown> = {}): Promise<Said> {
    const userName = `${crypto.randomUUID()}@example.org`
    const { status, body } = await this.post('/Users', { schemas: [userSchema], userName, ...aName, ...told })
    if (status !== 201) throw new Error(`Not added: ${JSON.stringify(body)}`)
    return body
  }

  async addGroup(told: Record<string, unknown> = {}): Promise<Said> {
    const { status, body } = await this.post('/Groups', { displayName: crypto.randomUUID(), ...told })
    if (status !== 201) throw new Error(`Not added: ${JSON.stringify(body)}`)
    return body
  }

  patch(path: string, ...operations: object[]): Promise<ScimReply> {
    return this.send('PATCH', path, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations,
    })
  }
}

/** An account whose administrator has made a token for an identity provider. */
export async function provisioned(told: Parameters<typeof anAccount>[0] = {}) {
  const account = await anAccount(told)
  return { ...account, idp: await IdentityProvider.of(account.admin) }
}

/** The body of a refusal. */
export const refused = (status: number, scimType?: string) => ({
  status,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType && { scimType }),
    detail: expect.stringMatching(/\.$/),
  },
})

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const aName = { name: { givenName: 'Barbara', familyName: 'Jensen' } }

/** As many people as wished whom the identity provider manages, put there at once. @returns their ids */
export async function aManagedCrowd(accountId: string, howMany: number): Promise<string[]> {
  const ids = await aCrowd(accountId, howMany)
  await sql`
    insert into scim_users (account_id, user_id, user_name) select account_id, user_id, email from profiles
    where account_id = ${accountId} and user_id = any(${ids}::uuid[])
  `.execute(store)
  return ids
}
