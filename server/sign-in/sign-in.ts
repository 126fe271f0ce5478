import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { signIn as endpoint } from '#contract/sign-in.ts'
import type { Database } from '#server/db/database.ts'
import { hashOf } from '#server/gate/credential.ts'
import type { Visit } from '#server/gate/gate.ts'
import { verifyPassword } from '#server/gate/passwords.ts'
import { askFor, holdPlace, type Work, workFor } from '#server/gate/work.ts'
import { recordEvent } from '#server/lifecycle/history.ts'
import { Problem } from '#server/problem.ts'
import { countAttempt, forgetAttempts, type Guess } from './attempts.ts'
import { meAs } from './me.ts'
import { nextStep } from './next-step.ts'

/**
 * Signs somebody in. A wrong password, an unknown address and a person without a password are answered alike, in the
 * same time; that somebody is inactive is told after the right password alone (C5.56), and recorded (H1).
 *
 * @throws Problem `no_account_here`, `too_many_attempts`, `wrong_password`, `account_inactive`, `only_by_single_sign_on`
 */
export async function signIn(
  visit: Visit,
  { email, password }: Input<typeof endpoint>,
): Promise<Answer<typeof endpoint>> {
  const { database } = visit
  const accountId = await accountAt(database, visit.host)
  if (!accountId) throw new Problem('no_account_here')

  const within = <T>(task: (work: Work) => Promise<T>) => workFor(database, accountId, 'clock', task)
  // Whatever is typed as an address, it is none of the other things that are guessed at.
  const guess = { person: `e-mail ${email.trim()}`, address: visit.address }
  // Three short transactions: none is held while the password is hashed.
  const refused = await within((work) => countAttempt(work, guess))
  if (refused) throw refused
  const [person] = await askFor(database, accountId, whoHas(email.trim()))
  if (!(await verifyPassword(person?.passwordHash, password)) || !person) throw new Problem('wrong_password')
  const answer = await within((work) => letIn(work, person, guess, visit))
  if (answer instanceof Problem) throw answer
  return answer
}

/** The account that answers at this host, if any does. */
export async function accountAt(database: Database, host: string): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`select account_at(${host}) as id`.execute(database)
  return rows[0]!.id
}

const whoHas = (email: string) => sql<{ userId: string; passwordHash: string | null }>`
  select c.user_id, c.password_hash
  from profiles as p join credentials as c on c.account_id = p.account_id and c.user_id = p.user_id
  where p.account_id = current_account() and p.email_key = lower(${email})`

/** Opens a session, if its person is in and stays so until it is stored (S3). A Problem: why not; if they are inactive, it is recorded. */
async function letIn(
  work: Work,
  { userId, passwordHash }: { userId: string; passwordHash: string | null },
  guess: Guess,
  visit: Visit,
): Promise<Answer<typeof endpoint> | Problem> {
  const { db, accountId } = work
  await holdPlace(work, userId)
  // Whoever set another password meanwhile ended the sessions that there were; this one must not come after.
  const { rows } = await sql<{ passwordHash: string | null; isIn: boolean; isOff: boolean }>`
    select c.password_hash, exists (select from active_users where account_id = ${accountId} and id = ${userId}) as is_in,
      password_is_off(${accountId}, ${userId}) as is_off
    from credentials as c where c.account_id = ${accountId} and c.user_id = ${userId}
    for no key update of c
  `.execute(db)
  const now = rows[0]
  if (now?.passwordHash !== passwordHash) throw new Problem('wrong_password')
  if (!now.isIn) {
    // The attempt stays counted: whoever is out cannot fill the history at will.
    await recordEvent(work, { userId, change: 'sign_in_refused' })
    return new Problem('account_inactive')
  }
  if (now.isOff) return new Problem('only_by_single_sign_on')
  await forgetAttempts(work, guess)
  const next = await nextStep(work, userId)
  if (next) return next
  await openSession(work, userId, visit)
  return meAs(work, userId)
}

/** What opened a session for somebody, instead of a password, and ends it. */
interface Opener extends Partial<SignedInBy> {
  readonly passkeyId?: string
}

/** The word of an identity provider. */
export interface SignedInBy {
  readonly providerId: string
  readonly subject: string
  /** What the provider calls its own session. */
  readonly session: string | null
}

/** Gives the browser a session of this person. Only for somebody who has just shown who they are. */
export async function openSession({ db, accountId }: Work, userId: string, visit: Visit, by?: Opener): Promise<void> {
  const tokenHash = hashOf(visit.newSession())
  await sql`
    with session as (
      insert into sessions (account_id, user_id, token_hash, browser, address, provider_id, provider_subject, provider_session, passkey_id)
      values (${accountId}, ${userId}, ${tokenHash}, ${visit.browser}, ${visit.address}, ${by?.providerId ?? null},
        ${by?.subject ?? null}, ${by?.session ?? null}, ${by?.passkeyId ?? null})
    ), sign_in as (
      insert into sign_ins (account_id, user_id) values (${accountId}, ${userId})
    ), expired as (
      delete from sessions where account_id = ${accountId} and user_id = ${userId} and expires_at < statement_timestamp()
    )
    update credentials set last_sign_in_at = statement_timestamp() where account_id = ${accountId} and user_id = ${userId}
  `.execute(db)
}
