import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { beginSetUpAtSignIn, finishSetUpAtSignIn, finishSignIn } from '#contract/second-step.ts'
import { hashOf } from '#server/gate/credential.ts'
import type { Visit } from '#server/gate/gate.ts'
import { holdPlace, type Work, workFor } from '#server/gate/work.ts'
import { recordEvent } from '#server/lifecycle/history.ts'
import { Problem } from '#server/problem.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import { beginAuthenticator, confirm, takeProof } from './authenticators.ts'
import { meAs } from './me.ts'
import { accountAt, openSession } from './sign-in.ts'

const goodForMinutes = 10

/** Whose step this is. Undefined: it is over, as one to set up is for whoever has a passkey by now and shows that. */
async function whose({ db, accountId }: Work, step: string, setsUp: boolean): Promise<string | undefined> {
  const { rows } = await sql<{ userId: string }>`
    select s.user_id from sign_in_steps as s
    join users as u on u.account_id = s.account_id and u.id = s.user_id
    join credentials as c on c.account_id = s.account_id and c.user_id = s.user_id
    where s.account_id = ${accountId} and s.token_hash = ${hashOf(step)} and s.sets_up = ${setsUp}
      and s.begun_at > greatest(u.let_in_since, statement_timestamp() - make_interval(mins => ${goodForMinutes}))
      and c.password_hash is not distinct from s.password_hash and not password_is_off(s.account_id, s.user_id)
      and not (s.sets_up and exists (select from passkeys as k where k.account_id = s.account_id and k.user_id = s.user_id))
  `.execute(db)
  return rows[0]?.userId
}

/**
 * Lets in whoever proves it, if they are still in (S3): counts the attempt first, and once for all that know the step.
 *
 * @throws Problem `step_over`, `wrong_code`, `too_many_attempts`, `account_inactive`, `no_account_here`
 */
async function prove<T>(
  visit: Visit,
  step: string,
  { setsUp, proof }: { setsUp: boolean; proof: (work: Work, userId: string) => Promise<T | null> },
): Promise<{ proven: T; me: Answer<typeof finishSignIn> }> {
  const { database, host, address } = visit
  const accountId = await accountAt(database, host)
  if (!accountId) throw new Problem('no_account_here')
  const within = <R>(task: (work: Work) => Promise<R>) => workFor(database, accountId, 'clock', task)

  const userId = await within((work) => whoBegan(work, step, setsUp))
  const guess = { person: `code of ${userId}`, address }
  const refused = await within((work) => countAttempt(work, guess))
  if (refused) throw refused
  const answer = await within(async (work) => {
    await holdPlace(work, userId)
    if (!(await isIn(work, userId))) {
      await recordEvent(work, { userId, change: 'sign_in_refused' })
      return new Problem('account_inactive')
    }
    // Under the lock: of two with the same step one is let in.
    if ((await whose(work, step, setsUp)) === undefined) return new Problem('step_over')
    const proven = await proof(work, userId)
    if (proven === null) return new Problem('wrong_code')
    await sql`delete from sign_in_steps where account_id = ${accountId} and user_id = ${userId}`.execute(work.db)
    await forgetAttempts(work, guess)
    await openSession(work, userId, visit)
    return { proven, me: await meAs(work, userId) }
  })
  if (answer instanceof Problem) throw answer
  return answer
}

/** Whose step this is, or was while they were in. @throws Problem `step_over` */
async function whoBegan({ db, accountId }: Work, step: string, setsUp: boolean): Promise<string> {
  const { rows } = await sql<{ userId: string }>`
    select user_id from sign_in_steps where account_id = ${accountId} and token_hash = ${hashOf(step)} and sets_up = ${setsUp}
  `.execute(db)
  if (!rows[0]) throw new Problem('step_over')
  return rows[0].userId
}

async function isIn({ db, accountId }: Work, userId: string): Promise<boolean> {
  const { rows } = await sql`select from active_users where account_id = ${accountId} and id = ${userId}`.execute(db)
  return rows.length > 0
}

/** @throws Problem as `prove()` */
export async function finish(
  visit: Visit,
  { step, code }: Input<typeof finishSignIn>,
): Promise<Answer<typeof finishSignIn>> {
  const proof = async (work: Work, userId: string) => (await takeProof(work, userId, code)) || null
  return (await prove(visit, step, { setsUp: false, proof })).me
}

/** @throws Problem `step_over`, `no_account_here` */
export async function beginSetUp(
  { database, host }: Visit,
  { step }: Input<typeof beginSetUpAtSignIn>,
): Promise<Answer<typeof beginSetUpAtSignIn>> {
  const accountId = await accountAt(database, host)
  if (!accountId) throw new Problem('no_account_here')
  return workFor(database, accountId, 'clock', async (work) => {
    const userId = await whose(work, step, true)
    if (userId === undefined || !(await isIn(work, userId))) throw new Problem('step_over')
    return beginAuthenticator(work, userId)
  })
}

/** @throws Problem as `prove()` */
export async function finishSetUp(
  visit: Visit,
  { step, code }: Input<typeof finishSetUpAtSignIn>,
): Promise<Answer<typeof finishSetUpAtSignIn>> {
  const proof = (work: Work, userId: string) => confirm(work, userId, code)
  const { me, proven: recoveryCodes } = await prove(visit, step, { setsUp: true, proof })
  return { me, recoveryCodes }
}
