import { sql } from 'kysely'
import { hashOf } from '#server/gate/credential.ts'
import type { Visit } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'

/** Loaded when somebody has a passkey to show: it would be a tenth of every start. */
export const webAuthn = () => import('@simplewebauthn/server')
export const webAuthnHelpers = () => import('@simplewebauthn/server/helpers')

const goodForMinutes = 5
/** For how long a browser waits for its person. */
export const timeout = goodForMinutes * 60_000

/**
 * Where a passkey is made and shown: at exactly this origin, for its host name. Browsers make none for another, so that a
 * page that looks like ours gets nothing.
 */
export const placeOf = ({ origin, host }: Visit) => ({ expectedOrigin: origin, expectedRPID: host })

/** Whose a passkey is, as its authenticator keeps it: nothing of a person that means something elsewhere. */
export const handleOf = (userId: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(userId.replaceAll('-', ''), 'hex'))

/** Keeps what an authenticator is asked to sign: for this session, which adds a passkey; null: for a sign-in. */
export async function keepChallenge(
  { db, accountId }: Work,
  challenge: string,
  sessionId: string | null,
): Promise<void> {
  await sql`
    insert into passkey_challenges (account_id, challenge_hash, session_id) values (${accountId}, ${hashOf(challenge)}, ${sessionId})
  `.execute(db)
}

/**
 * Takes the challenge that was signed: once on all nodes, for the purpose that it was made for, within five minutes.
 *
 * @returns when it was made; undefined: it is over
 */
export async function takeChallenge(
  { db, accountId }: Work,
  clientDataJSON: string,
  sessionId: string | null,
): Promise<string | undefined> {
  const { decodeClientDataJSON } = await webAuthnHelpers()
  const challenge = await orNull(() => decodeClientDataJSON(clientDataJSON).challenge)
  if (typeof challenge !== 'string') return undefined
  const { rows } = await sql<{ begunAt: string }>`
    delete from passkey_challenges
    where account_id = ${accountId} and challenge_hash = ${hashOf(challenge)} and session_id is not distinct from ${sessionId}
      and begun_at > statement_timestamp() - make_interval(mins => ${goodForMinutes})
    returning begun_at
  `.execute(db)
  return rows[0]?.begunAt
}

/** What the library throws means one thing: what was sent is no proof. */
export async function orNull<T>(check: () => T | Promise<T>): Promise<T | null> {
  try {
    return await check()
  } catch {
    return null
  }
}

/** Removes all passkeys of somebody; the sessions that they opened end. */
export async function removePasskeys({ db, accountId }: Work, userId: string): Promise<void> {
  await sql`delete from passkeys where account_id = ${accountId} and user_id = ${userId}`.execute(db)
}
