import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterAll } from 'vitest'
import type { Call } from '#contract/endpoint.ts'
import { addOidcProvider } from '#contract/single-sign-on.ts'
import { buildApp } from '#server/app.ts'
import { anAccount, aPool, config, type Person, storage, store } from './account.ts'
import { Browser } from './browser.ts'
import { OidcServer } from './oidc.ts'

/** A node whose operator allows providers on this machine. */
async function openNode() {
  const node = await buildApp({
    database: aPool(),
    config: { ...config, identityProvidersMayBePrivate: true },
    storage,
  })
  await node.listen({ host: '127.0.0.1', port: 0 })
  return node
}

/** Two of them: what is once, is once on both. */
export const [node, otherNode] = await Promise.all([openNode(), openNode()])
const oidc = await new OidcServer().start()
export const portOf = ({ server }: typeof node): number => (server.address() as AddressInfo).port
afterAll(async () => {
  oidc.stop()
  await Promise.all([node.close(), otherNode.close()])
})

/** A browser in which nobody is signed in. */
export const aBrowser = (): Browser => new Browser(portOf(node))

/** An account with a provider of OpenID Connect. */
export async function anOidcAccount(
  told: Partial<Call<typeof addOidcProvider>> = {},
  of: Parameters<typeof anAccount>[0] = {},
) {
  const account = await anAccount(of)
  Object.assign(oidc, { lie: () => ({}), usesOtherKey: false, answers: () => false })
  const { id: providerId } = await account.owner.at(node).call(addOidcProvider, {
    name: 'Example',
    issuer: oidc.issuer,
    clientId: 'rollcall',
    clientSecret: oidc.secret,
    ...told,
  })
  const origin = `http://${account.host}`
  return {
    ...account,
    oidc,
    origin,
    providerId,
    start: `${origin}/sso/oidc/${providerId}/start`,
    isCallback: (url: URL) => url.pathname === `/sso/oidc/${providerId}/callback`,
    /** Signs in as somebody whom the provider knows. @returns where that ends */
    async signIn(claims: Record<string, unknown> & { sub: string }, browser = aBrowser()): Promise<URL> {
      oidc.person = claims
      return browser.follow(`${origin}/sso/oidc/${providerId}/start?next=/home`, ({ pathname }) =>
        /^\/(home|no-access|me)$/.test(pathname),
      )
    },
    session: (browser: Browser) => browser.cookie(account.host, 'session'),
  }
}

/** Connects a person with a subject, by the row itself. */
export async function connected(providerId: string, person: Person, subject: string = randomUUID()): Promise<string> {
  await sql`
    insert into identities (account_id, provider_id, issuer, subject, user_id)
    select p.account_id, p.id, p.issuer, ${subject}, ${person.id} from identity_providers as p where p.id = ${providerId}
  `.execute(store)
  return subject
}

/** What the provider's own log here says, the oldest first. */
export const outcomesOf = async (providerId: string): Promise<string[]> =>
  (
    await store
      .selectFrom('providerSignIns')
      .select('outcome')
      .where('providerId', '=', providerId)
      .orderBy('id')
      .execute()
  ).map(({ outcome }) => outcome)

export const whyIn = (url: URL): string | null => (url.pathname === '/no-access' ? url.searchParams.get('why') : null)
