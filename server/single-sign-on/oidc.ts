import * as client from 'openid-client'
import { type Allowance, askProvider } from './ask-provider.ts'
import { secretOf, type Way } from './flow.ts'
import type { Identity, OidcProvider } from './provider.ts'

export const callbackOf = (origin: string, providerId: string): string => `${origin}/sso/oidc/${providerId}/callback`

/** What a provider tells of itself is asked again after a while. */
const knownForMs = 10 * 60_000
const mostKnown = 200
const known = new Map<string, { configuration: client.Configuration; atMs: number }>()

/** Asks the provider what it is. @throws whatever is wrong with it */
export async function discover(
  { issuer, clientId, clientSecret }: OidcProvider,
  allowed: Allowance,
): Promise<client.Configuration> {
  const ask: client.CustomFetch = (url, { method, headers, body }) =>
    askProvider(url, { method, headers, body: body instanceof URLSearchParams ? body.toString() : null }, allowed)
  const execute = allowed.identityProvidersMayBePrivate ? [client.allowInsecureRequests] : []
  const options = { [client.customFetch]: ask, execute }
  const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), options)
  const metadata = found.serverMetadata()
  const ways = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const auth =
    clientSecret === null
      ? client.None()
      : ways.includes('client_secret_basic')
        ? client.ClientSecretBasic(clientSecret)
        : client.ClientSecretPost(clientSecret)
  const configuration = new client.Configuration(metadata, clientId, undefined, auth)
  configuration[client.customFetch] = ask
  for (const prepare of execute) prepare(configuration)
  // The signature of the ID token is looked at too, and not only where it came from.
  client.enableNonRepudiationChecks(configuration)
  return configuration
}

export async function configurationOf(provider: OidcProvider, allowed: Allowance): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret } = provider
  const key = JSON.stringify([issuer, clientId, clientSecret, allowed.identityProvidersMayBePrivate])
  const before = known.get(key)
  if (before && Date.now() - before.atMs < knownForMs) return before.configuration
  const configuration = await discover(provider, allowed)
  known.delete(key)
  known.set(key, { configuration, atMs: Date.now() })
  for (const [oldest] of known) if (known.size > mostKnown) known.delete(oldest)
  return configuration
}

interface Coming {
  readonly origin: string
  readonly way: Way
  readonly allowed: Allowance
}

/** Where the browser goes to sign in at the provider. @throws whatever is wrong with it */
export async function beginOidc(provider: OidcProvider, { origin, way, allowed }: Coming): Promise<string> {
  const configuration = await configurationOf(provider, allowed)
  const { domain, scopes, id } = provider
  return client.buildAuthorizationUrl(configuration, {
    redirect_uri: callbackOf(origin, id),
    scope: scopes,
    state: way.state,
    nonce: secretOf(way, 'nonce'),
    code_challenge: await client.calculatePKCECodeChallenge(secretOf(way, 'code verifier')),
    code_challenge_method: 'S256',
    // Google and Microsoft go straight to the accounts of that domain; others take no notice.
    ...(domain !== null && { hd: domain, domain_hint: domain }),
  }).href
}

/**
 * Whom the provider says that the browser is: by the code that came back, with PKCE, nonce, issuer, audience, expiry and
 * signature as they have to be (R40).
 *
 * @throws whatever is wrong with it
 */
export async function finishOidc(
  provider: OidcProvider,
  { origin, way, allowed, came }: Coming & { came: URL },
): Promise<Identity> {
  const configuration = await configurationOf(provider, allowed)
  const address = new URL(callbackOf(origin, provider.id))
  address.search = came.search
  const tokens = await client.authorizationCodeGrant(configuration, address, {
    expectedState: way.state,
    expectedNonce: secretOf(way, 'nonce'),
    pkceCodeVerifier: secretOf(way, 'code verifier'),
    idTokenExpected: true,
  })
  const claims = tokens.claims()!
  const hasMore = claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
  const told = hasMore ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {}
  const all: Record<string, unknown> = { ...told, ...claims }
  const text = (name: string): string | null => (typeof all[name] === 'string' ? all[name] : null)
  return {
    issuer: claims.iss,
    subject: claims.sub,
    session: text('sid'),
    email: text('email'),
    // Where it says nothing of it, it counts as an administrator has said; a no is a no.
    isEmailVerified: all['email_verified'] === undefined ? provider.trustsEmail : all['email_verified'] === true,
    ...namesOf(text),
  }
}

/** Entra ID and others tell the whole name alone, unless they are set otherwise: its last word is the last name. */
function namesOf(text: (claim: string) => string | null): Pick<Identity, 'firstName' | 'lastName'> {
  const [firstName, lastName] = [text('given_name'), text('family_name')]
  if (firstName !== null || lastName !== null) return { firstName: firstName ?? text('name'), lastName }
  const words = text('name')?.trim().split(/\s+/) ?? []
  return words.length > 1
    ? { firstName: words.slice(0, -1).join(' '), lastName: words.at(-1)! }
    : { firstName: words[0] ?? null, lastName: null }
}

/** Of those who were refused by the provider itself, rather than by something that is wrong with it. */
export const isRefusal = (error: unknown): boolean => error instanceof client.AuthorizationResponseError
