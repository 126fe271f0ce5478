import type { Input } from '#contract/endpoint.ts'
import type { setPassword as endpoint } from '#contract/people.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import type { Work } from '#server/gate/work.ts'
import { refuseUnlessAllowed } from '#server/lifecycle/refuse.ts'
import { Problem } from '#server/problem.ts'
import { person } from './person.ts'

/**
 * Sets a password for a person, and ends their sessions: whoever knew the old one is out. One's own is changed with
 * the current one in hand, so that an open session is not enough to take an account over.
 *
 * @throws Problem `not_found`, `not_yourself`, `higher_role`, `outside_your_departments`
 */
export async function setPassword(work: Work, { userId, password }: Input<typeof endpoint>) {
  const { db, accountId } = work
  await person(work, { userId })
  if (userId === work.actor.id) throw new Problem('not_yourself')
  await refuseUnlessAllowed(work, 'edit', userId)
  const passwordHash = await hashPassword(password)
  await db
    .updateTable('credentials')
    .set({ passwordHash })
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .execute()
  await db.deleteFrom('sessions').where('accountId', '=', accountId).where('userId', '=', userId).execute()
  return { done: true } as const
}
