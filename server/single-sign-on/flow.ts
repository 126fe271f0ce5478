import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { hashOf } from '#server/gate/credential.ts'
import type { Work } from '#server/gate/work.ts'

/** What a sign-in takes along to the provider and back: `state` through it, `browser` in a cookie past it. */
export interface Way {
  readonly state: string
  readonly browser: string
}

export interface Flow {
  /** Whose person connects an identity. Null: somebody signs in. */
  readonly sessionId: string | null
  readonly next: string
}

/**
 * A secret of this sign-in, for one purpose. It is made of what only the browser has, so that it need not be kept, and
 * comes to nothing in another browser.
 */
export const secretOf = ({ state, browser }: Way, purpose: 'code verifier' | 'nonce' | 'request id'): string =>
  hash('sha256', `${purpose} ${browser} ${state}`, 'base64url')

export async function beginFlow(
  { db, accountId }: Work,
  { state, browser }: Way,
  { providerId, sessionId, next }: Flow & { providerId: string },
): Promise<void> {
  await sql`
    insert into sign_in_flows (account_id, state_hash, browser_hash, provider_id, session_id, next)
    values (${accountId}, ${hashOf(state)}, ${hashOf(browser)}, ${providerId}, ${sessionId}, ${next})
  `.execute(db)
}

/**
 * Takes a sign-in that comes back: once on all nodes, in the browser and at the provider that it began with, within ten
 * minutes. What comes back in another browser takes nothing away from whoever waits for it in theirs.
 */
export async function takeFlow(
  { db, accountId }: Work,
  { state, browser }: Way,
  providerId: string,
): Promise<Flow | undefined> {
  const { rows } = await sql<Flow>`
    delete from sign_in_flows
    where account_id = ${accountId} and state_hash = ${hashOf(state)} and browser_hash = ${hashOf(browser)}
      and provider_id = ${providerId} and begun_at > statement_timestamp() - interval '10 minutes'
    returning session_id, next
  `.execute(db)
  return rows[0]
}

/** Where to go afterwards: an address of this site, or the start. A link must not lead elsewhere. */
export function samePlace(next: string | null, origin: string): string {
  const place =
    next?.startsWith('/') && next.length <= 1_000 && URL.canParse(next, origin) ? new URL(next, origin) : null
  if (!place || place.origin !== origin) return '/'
  // `/.//elsewhere` is of this site as an address, and of another as a redirect.
  if (/^\/(\/|sso\/|sign-in$|no-access$)/.test(place.pathname)) return '/'
  return place.pathname + place.search + place.hash
}
