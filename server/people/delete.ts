import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { deleteUser } from '#contract/people.ts'
import { holdOff, type Work } from '#server/gate/work.ts'
import { recordEvent } from '#server/lifecycle/history.ts'
import { refuseUnlessAllowed } from '#server/lifecycle/refuse.ts'
import { settleFirst } from '#server/lifecycle/settle.ts'
import { person } from './person.ts'

/**
 * Deletes a person for good: profile, sessions, memberships. The history keeps their name (C2.23).
 *
 * @throws Problem `not_found`, `owner_protected`, `not_yourself`, `higher_role`
 */
export async function remove(work: Work, { userId }: Input<typeof deleteUser>) {
  const { db, accountId } = work
  await person(work, { userId })
  await refuseUnlessAllowed(work, 'delete', userId)
  await holdOff(work, [userId])
  await settleFirst(work)
  await recordEvent(work, { userId, change: 'deleted' })
  await sql`select delete_user(${accountId}, ${userId})`.execute(db)
  return { done: true } as const
}
