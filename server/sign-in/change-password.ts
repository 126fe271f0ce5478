import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { changePassword as endpoint, getPassword } from '#contract/sign-in.ts'
import { hashPassword, verifyPassword } from '#server/gate/passwords.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import { endSessionsOf, thisOne } from './sessions.ts'

/** Whether I have one: whoever comes by single sign-on or a passkey may not. */
export const password = sql<Answer<typeof getPassword>>`
  select password_hash is not null as is_set, not password_is_off(account_id, user_id) as is_on
  from credentials where account_id = current_account() and user_id = current_actor()`

/**
 * Changes my password. It ends my other sessions, which somebody else may have.
 *
 * @throws Problem `wrong_current_password`, `too_many_attempts`
 */
export async function changePassword(work: Work, { currentPassword, newPassword }: Input<typeof endpoint>) {
  const { db, accountId, actor } = work
  const refused = await confirmPassword(work, currentPassword)
  if (refused) return refused
  const passwordHash = await hashPassword(newPassword)
  await db
    .updateTable('credentials')
    .set({ passwordHash })
    .where('accountId', '=', accountId)
    .where('userId', '=', actor.id)
    .execute()
  await endSessionsOf(work, actor.id, thisOne(actor))
  return { done: true } as const
}

/**
 * Sees that it is really them who sit at this session, before something that a stranger must not do. What it returns
 * is to be returned: the attempt stays counted.
 *
 * @returns Problem `wrong_current_password`, `too_many_attempts`, or null
 */
export async function confirmPassword(work: Work, password: string): Promise<Problem | null> {
  const { db, accountId, actor } = work
  const guess = { person: actor.id!, address: null }
  const refused = await countAttempt(work, guess)
  if (refused) return refused
  const { passwordHash } = await db
    .selectFrom('credentials')
    .select('passwordHash')
    .where('accountId', '=', accountId)
    .where('userId', '=', actor.id)
    .executeTakeFirstOrThrow()
  if (!(await verifyPassword(passwordHash, password))) {
    return new Problem('wrong_current_password', {
      where: [{ at: 'currentPassword', message: 'This is not your current password.' }],
    })
  }
  await forgetAttempts(work, guess)
  return null
}
