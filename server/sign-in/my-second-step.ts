import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type {
  changeSecondStepRule,
  confirmAuthenticator,
  endAuthenticator,
  endSecondStepOf,
  getSecondStep,
  getSecondStepRule,
  renewRecoveryCodes,
  startAuthenticator,
} from '#contract/second-step.ts'
import type { Work } from '#server/gate/work.ts'
import { refuseUnlessAllowed } from '#server/lifecycle/refuse.ts'
import { person } from '#server/people/person.ts'
import { Problem } from '#server/problem.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import { beginAuthenticator, confirm, newRecoveryCodes, removeAuthenticator } from './authenticators.ts'
import { confirmPassword } from './change-password.ts'
import { removePasskeys } from './passkeys.ts'
import { endSessionsOf, thisOne } from './sessions.ts'

/** Whether my sign-in with a password has a second step. */
export async function mySecondStep({ db, accountId, actor }: Work): Promise<Answer<typeof getSecondStep>> {
  const { rows } = await sql<Answer<typeof getSecondStep>>`
    select a.confirmed_at as since, u.role = any(accounts.second_step_roles) as is_required,
      (select count(*) from recovery_codes as r where r.account_id = u.account_id and r.user_id = u.id) as recovery_codes_left
    from users as u join accounts on accounts.id = u.account_id
    left join authenticators as a on a.account_id = u.account_id and a.user_id = u.id and a.confirmed_at is not null
    where u.account_id = ${accountId} and u.id = ${actor.id}
  `.execute(db)
  return rows[0]!
}

/** @throws Problem `wrong_current_password`, `too_many_attempts`, `second_step_is_on` */
export async function start(
  work: Work,
  { currentPassword }: Input<typeof startAuthenticator>,
): Promise<Answer<typeof startAuthenticator> | Problem> {
  return (await confirmPassword(work, currentPassword)) ?? beginAuthenticator(work, work.actor.id!)
}

/** It ends my other sessions, which came in without it. @throws Problem `wrong_code`, `too_many_attempts` */
export async function confirmMine(
  work: Work,
  { code }: Input<typeof confirmAuthenticator>,
): Promise<Answer<typeof confirmAuthenticator> | Problem> {
  const userId = work.actor.id!
  const guess = { person: `code of ${userId}`, address: null }
  const refused = await countAttempt(work, guess)
  if (refused) return refused
  if ((await mySecondStep(work)).since !== null) throw new Problem('second_step_is_on')
  const recoveryCodes = await confirm(work, userId, code)
  if (!recoveryCodes) return new Problem('wrong_code')
  await forgetAttempts(work, guess)
  await endSessionsOf(work, userId, thisOne(work.actor))
  return { recoveryCodes }
}

/** @throws Problem `wrong_current_password`, `too_many_attempts`, `not_found` */
export async function renew(
  work: Work,
  { currentPassword }: Input<typeof renewRecoveryCodes>,
): Promise<Answer<typeof renewRecoveryCodes> | Problem> {
  const refused = await confirmPassword(work, currentPassword)
  if (refused) return refused
  if ((await mySecondStep(work)).since === null) throw new Problem('not_found')
  return { recoveryCodes: await newRecoveryCodes(work, work.actor.id!) }
}

/** @throws Problem `wrong_current_password`, `too_many_attempts` */
export async function endMine(
  work: Work,
  { currentPassword }: Input<typeof endAuthenticator>,
): Promise<Answer<typeof endAuthenticator> | Problem> {
  const refused = await confirmPassword(work, currentPassword)
  if (refused) return refused
  await removeAuthenticator(work, work.actor.id!)
  return { done: true }
}

/** @throws Problem `not_found`, `not_yourself`, `higher_role`, `outside_your_departments` */
export async function endOf(
  work: Work,
  { userId }: Input<typeof endSecondStepOf>,
): Promise<Answer<typeof endSecondStepOf>> {
  await person(work, { userId })
  if (userId === work.actor.id) throw new Problem('not_yourself')
  await refuseUnlessAllowed(work, 'edit', userId)
  await endAllOf(work, userId)
  return { done: true }
}

/** What somebody had beside their password is lost with a device: it goes as one. */
export async function endAllOf(work: Work, userId: string): Promise<void> {
  await removeAuthenticator(work, userId)
  await removePasskeys(work, userId)
}

/** Whose sign-in with a password needs a second step. */
export async function rule({ db, accountId }: Work): Promise<Answer<typeof getSecondStepRule>> {
  const { rows } = await sql<Answer<typeof getSecondStepRule>>`
    select second_step_roles::text[] as roles from accounts where id = ${accountId}`.execute(db)
  return rows[0]!
}

export async function changeRule(
  work: Work,
  { roles }: Input<typeof changeSecondStepRule>,
): Promise<Answer<typeof changeSecondStepRule>> {
  await sql`update accounts set second_step_roles = ${[...new Set(roles)]}::role[] where id = ${work.accountId}`.execute(
    work.db,
  )
  return rule(work)
}
