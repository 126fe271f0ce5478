import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { sql } from 'kysely'
import { hashOf } from '#server/gate/credential.ts'
import type { Work } from '#server/gate/work.ts'
import { type Allowance, askProvider } from './ask-provider.ts'
import { configurationOf } from './oidc.ts'
import type { OidcProvider } from './provider.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const keysKnown = new Map<string, JWTVerifyGetKey>()

export interface Logout {
  readonly id: string
  readonly subject: string | null
  readonly session: string | null
}

/**
 * Whose sessions a provider wants ended: by a logout token that it signed, for us, just now (OpenID Connect Back-Channel
 * Logout 1.0, 2.6).
 *
 * @throws Error that says what is wrong with it
 */
export async function readLogout(provider: OidcProvider, token: string, allowed: Allowance): Promise<Logout> {
  const configuration = await configurationOf(provider, allowed)
  const { issuer, jwks_uri: address } = configuration.serverMetadata()
  if (address === undefined) throw new Error('the provider tells no keys')
  const keys = keysKnown.get(address) ?? keysAt(address, allowed)
  keysKnown.set(address, keys)
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: provider.clientId,
    maxTokenAge: '5 minutes',
    clockTolerance: '30 seconds',
    requiredClaims: ['iat', 'jti', 'events'],
  })
  return readClaims(payload)
}

function readClaims({ jti, sub, sid, events, nonce }: JWTPayload): Logout {
  if (nonce !== undefined) throw new Error('a logout token has no nonce')
  if (typeof events !== 'object' || events === null || !(event in events)) throw new Error('it is no logout token')
  const session = typeof sid === 'string' ? sid : null
  if (sub === undefined && session === null) throw new Error('it names neither a subject nor a session')
  return { id: jti!, subject: sub ?? null, session }
}

const keysAt = (address: string, allowed: Allowance): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(address), {
    [customFetch]: (url, { method, headers }) =>
      askProvider(url, { method, headers: Object.fromEntries(headers) }, allowed),
  })

/**
 * Ends the sessions that a provider says, at once and for good. A session of its own that it names is that one; where it
 * names only the person, or never told its session, all of theirs that it opened (R42). @returns false for a token that
 * was used before
 */
export async function endAsTold(
  { db, accountId }: Work,
  { id: providerId }: OidcProvider,
  { id, subject, session }: Logout,
): Promise<boolean> {
  const { rows } = await sql`
    insert into logout_tokens (account_id, provider_id, token_hash) values (${accountId}, ${providerId}, ${hashOf(id)})
    on conflict do nothing returning token_hash
  `.execute(db)
  if (rows.length === 0) return false
  await sql`
    delete from sessions where account_id = ${accountId} and provider_id = ${providerId} and (
      provider_session = ${session}
      or provider_subject = ${subject} and (${session}::text is null or provider_session is null)
    )
  `.execute(db)
  return true
}
