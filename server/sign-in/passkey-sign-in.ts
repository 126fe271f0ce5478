import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { beginPasskeySignIn, signInWithPasskey } from '#contract/passkeys.ts'
import type { Visit } from '#server/gate/gate.ts'
import { holdPlace, type Work, workFor } from '#server/gate/work.ts'
import { recordEvent } from '#server/lifecycle/history.ts'
import { Problem } from '#server/problem.ts'
import { countAttempt, countFlow, forgetAttempts, forgetFlow, type Guess } from './attempts.ts'
import { meAs } from './me.ts'
import { handleOf, keepChallenge, orNull, placeOf, takeChallenge, timeout, webAuthn } from './passkeys.ts'
import { accountAt, openSession } from './sign-in.ts'

type Credential = Input<typeof signInWithPasskey>['credential']

/** What the browser is to ask for: any passkey that it has for this host. @throws Problem `too_many_attempts`, `no_account_here` */
export async function beginWithPasskey(visit: Visit): Promise<Answer<typeof beginPasskeySignIn>> {
  const within = await workAt(visit)
  const refused = await within((work) => countFlow(work, visit.address))
  if (refused) throw refused
  const userVerification = 'required' as const
  const { generateAuthenticationOptions } = await webAuthn()
  const { challenge } = await generateAuthenticationOptions({ rpID: visit.host })
  await within((work) => keepChallenge(work, challenge, null))
  return { rpId: visit.host, challenge, timeout, userVerification }
}

/**
 * Signs somebody in who shows a passkey of theirs. What is wrong with it is not told; that somebody is inactive is told
 * after the right signature alone (C5.56), and recorded (H1).
 *
 * @throws Problem `no_account_here`, `too_many_attempts`, `step_over`, `passkey_refused`, `account_inactive`, `only_by_single_sign_on`
 */
export async function enterWithPasskey(
  visit: Visit,
  { credential }: Input<typeof signInWithPasskey>,
): Promise<Answer<typeof signInWithPasskey>> {
  const within = await workAt(visit)
  const guess = { person: `passkey ${credential.id}`, address: visit.address }
  const refused = await within((work) => countAttempt(work, guess))
  if (refused) throw refused
  const answer = await within((work) => letIn(work, credential, guess, visit))
  if (answer instanceof Problem) throw answer
  return answer
}

/** @throws Problem `no_account_here` */
async function workAt({ database, host }: Visit): Promise<<T>(task: (work: Work) => Promise<T>) => Promise<T>> {
  const accountId = await accountAt(database, host)
  if (!accountId) throw new Problem('no_account_here')
  return (task) => workFor(database, accountId, 'clock', task)
}

/** Opens a session, if its person is in and stays so until it is stored (S3). A Problem is returned: the challenge stays used. */
async function letIn(
  work: Work,
  credential: Credential,
  guess: Guess,
  visit: Visit,
): Promise<Answer<typeof signInWithPasskey> | Problem> {
  const begunAt = await takeChallenge(work, credential.response.clientDataJSON, null)
  if (begunAt === undefined) return new Problem('step_over')
  const passkey = await heldPasskey(work, credential.id, begunAt)
  const counter = passkey && (await verifiedCounter(passkey, credential, visit))
  if (!passkey || counter === null || counter === undefined) return new Problem('passkey_refused')
  const { id: passkeyId, userId } = passkey
  if (!passkey.isIn) {
    // The attempt stays counted: whoever is out cannot fill the history at will.
    await recordEvent(work, { userId, change: 'sign_in_refused' })
    return new Problem('account_inactive')
  }
  if (!passkey.isSince) return new Problem('step_over')
  if (passkey.isOff) return new Problem('only_by_single_sign_on')
  await sql`
    update passkeys set counter = ${counter}, last_used_at = statement_timestamp()
    where account_id = ${work.accountId} and id = ${passkeyId}
  `.execute(work.db)
  await forgetAttempts(work, guess)
  await forgetFlow(work, visit.address)
  await openSession(work, userId, visit, { passkeyId })
  return meAs(work, userId)
}

interface Held {
  readonly id: string
  readonly userId: string
  readonly publicKey: Buffer
  readonly counter: number
  readonly isIn: boolean
  /** The sign-in was begun after they were let in: none of before counts (R9, S5). */
  readonly isSince: boolean
  /** Its person signs in by single sign-on alone. */
  readonly isOff: boolean
}

/** The passkey of this name, with its person in their place; of two who show it at once, one after the other. */
async function heldPasskey(work: Work, credentialId: string, begunAt: string): Promise<Held | undefined> {
  const { db, accountId } = work
  const { rows } = await sql<{ userId: string }>`
    select user_id from passkeys where account_id = ${accountId} and credential_id = ${credentialId}
  `.execute(db)
  if (!rows[0]) return undefined
  await holdPlace(work, rows[0].userId)
  // Looked at again, with the lock: whoever removed it or ended the access meanwhile has committed.
  const { rows: held } = await sql<Held>`
    select k.id, k.user_id, k.public_key, k.counter, u.let_in_since < ${begunAt} as is_since,
      exists (select from active_users as a where a.account_id = u.account_id and a.id = u.id) as is_in,
      password_is_off(u.account_id, u.id) as is_off
    from passkeys as k join users as u on u.account_id = k.account_id and u.id = k.user_id
    where k.account_id = ${accountId} and k.credential_id = ${credentialId}
    for update of k
  `.execute(db)
  return held[0]
}

/** How many signatures its authenticator has made by now. Null: this is no proof that its person is there. */
async function verifiedCounter(
  { userId, publicKey, counter }: Held,
  { id, response }: Credential,
  visit: Visit,
): Promise<number | null> {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  if (userHandle !== Buffer.from(handleOf(userId)).toString('base64url')) return null
  const { verifyAuthenticationResponse } = await webAuthn()
  const proof = await orNull(() =>
    verifyAuthenticationResponse({
      ...placeOf(visit),
      // It was taken before.
      expectedChallenge: () => true,
      requireUserVerification: true,
      credential: { id, publicKey: new Uint8Array(publicKey), counter },
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
    }),
  )
  return proof?.verified ? proof.authenticationInfo.newCounter : null
}
