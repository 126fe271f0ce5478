import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type {
  addPasskey,
  beginPasskey,
  listPasskeys,
  Passkey,
  removePasskey,
  renamePasskey,
} from '#contract/passkeys.ts'
import type { Visit } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { confirmPassword } from './change-password.ts'
import {
  handleOf,
  keepChallenge,
  orNull,
  placeOf,
  takeChallenge,
  timeout,
  webAuthn,
  webAuthnHelpers,
} from './passkeys.ts'
import { thisOne } from './sessions.ts'

const most = 20
/** What every authenticator speaks one of; not those that Node calls experimental. */
async function algorithms(): Promise<number[]> {
  const { COSEALG } = await webAuthnHelpers()
  return [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256]
}
const columns = sql`id, name, host, added_at, last_used_at`

/** My passkeys, in the order in which they were added. */
export async function passkeys({ db, accountId, actor }: Work): Promise<Answer<typeof listPasskeys>> {
  const { rows: items } = await sql<Passkey>`
    select ${columns} from passkeys where account_id = ${accountId} and user_id = ${actor.id} order by added_at, id
  `.execute(db)
  const { rows } = await sql<{
    areOn: boolean
  }>`select not password_is_off(${accountId}, ${actor.id}) as are_on`.execute(db)
  return { items, areOn: rows[0]!.areOn }
}

/** @throws Problem `wrong_current_password`, `too_many_attempts`, `too_many_passkeys`, `only_by_single_sign_on` */
export async function beginMine(
  work: Work,
  { currentPassword }: Input<typeof beginPasskey>,
  { host }: Visit,
): Promise<Answer<typeof beginPasskey> | Problem> {
  const refused = (await confirmPassword(work, currentPassword)) ?? (await noMore(work))
  if (refused) return refused
  const { db, accountId, actor } = work
  const { rows } = await sql<{ account: string; email: string; name: string; known: string[] }>`
    select a.name as account, p.email, concat_ws(' ', p.first_name, p.last_name) as name,
      array(select credential_id from passkeys as k where k.account_id = p.account_id and k.user_id = p.user_id and k.host = ${host}) as known
    from profiles as p join accounts as a on a.id = p.account_id
    where p.account_id = ${accountId} and p.user_id = ${actor.id}
  `.execute(db)
  const { account, email, name, known } = rows[0]!
  const { generateRegistrationOptions } = await webAuthn()
  const { user, challenge, pubKeyCredParams } = await generateRegistrationOptions({
    rpID: host,
    rpName: account,
    userID: handleOf(actor.id!),
    userName: email,
    userDisplayName: name,
    supportedAlgorithmIDs: await algorithms(),
  })
  await keepChallenge(work, challenge, thisOne(actor))
  return {
    rp: { id: host, name: account },
    user,
    challenge,
    pubKeyCredParams,
    timeout,
    attestation: 'none',
    excludeCredentials: known.map((id) => ({ type: 'public-key', id })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  }
}

/**
 * Adds what the browser has made for this session, once. No session ends: what let somebody in before does so still.
 *
 * @throws Problem `passkey_refused`, `passkey_known`, `step_over`, `too_many_passkeys`, `only_by_single_sign_on`
 */
export async function addMine(
  work: Work,
  { name, credential: { id, response } }: Input<typeof addPasskey>,
  visit: Visit,
): Promise<Answer<typeof addPasskey> | Problem> {
  const { db, accountId, actor } = work
  const { clientDataJSON, attestationObject } = response
  const begunAt = await takeChallenge(work, clientDataJSON, thisOne(actor))
  if (begunAt === undefined) return new Problem('step_over')
  const refused = await noMore(work)
  if (refused) return refused
  const { verifyRegistrationResponse } = await webAuthn()
  const supportedAlgorithmIDs = await algorithms()
  const made = await orNull(() =>
    verifyRegistrationResponse({
      ...placeOf(visit),
      // It was taken before.
      expectedChallenge: () => true,
      requireUserVerification: true,
      supportedAlgorithmIDs,
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
    }),
  )
  if (!made?.verified || made.registrationInfo.credential.id !== id) return new Problem('passkey_refused')
  const { publicKey, counter } = made.registrationInfo.credential
  const { rows } = await sql<Passkey>`
    insert into passkeys (account_id, user_id, credential_id, public_key, counter, host, name)
    values (${accountId}, ${actor.id}, ${id}, ${Buffer.from(publicKey)}, ${counter}, ${visit.host}, ${name})
    returning ${columns}
  `.execute(db)
  return rows[0]!
}

/** Why I get no further passkey. Null: I do. */
async function noMore(work: Work): Promise<Problem | null> {
  const { items, areOn } = await passkeys(work)
  if (!areOn) return new Problem('only_by_single_sign_on')
  return items.length >= most ? new Problem('too_many_passkeys') : null
}

/** @throws Problem `not_found` for one that is not mine */
export async function renameMine(
  { db, accountId, actor }: Work,
  { passkeyId, name }: Input<typeof renamePasskey>,
): Promise<Answer<typeof renamePasskey>> {
  const { rows } = await sql<Passkey>`
    update passkeys set name = ${name} where account_id = ${accountId} and user_id = ${actor.id} and id = ${passkeyId}
    returning ${columns}
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}

/**
 * Sessions that it opened end with it, on the device that was lost; this one stays, whose person has just shown their
 * password.
 *
 * @throws Problem `not_found` for one that is not mine, `wrong_current_password`, `too_many_attempts`
 */
export async function removeMine(
  work: Work,
  { passkeyId, currentPassword }: Input<typeof removePasskey>,
): Promise<Answer<typeof removePasskey> | Problem> {
  const { db, accountId, actor } = work
  const refused = await confirmPassword(work, currentPassword)
  if (refused) return refused
  await sql`update sessions set passkey_id = null where account_id = ${accountId} and id = ${thisOne(actor)}`.execute(
    db,
  )
  const { rows } = await sql`
    delete from passkeys where account_id = ${accountId} and user_id = ${actor.id} and id = ${passkeyId} returning id
  `.execute(db)
  if (rows.length === 0) throw new Problem('not_found')
  return { done: true }
}
