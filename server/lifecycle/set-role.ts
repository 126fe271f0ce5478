import { sql } from 'kysely'
import { grantable, type Role } from '#contract/roles.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/**
 * Gives a person another role. The owner's is never given or taken: it is transferred (S6).
 *
 * @throws Problem `role_not_yours_to_give` (R36), `owner_protected`, `not_yourself`: nobody changes their own role,
 *   so that an administrator remains
 */
export async function setRole(
  { db, accountId, actor }: Work,
  userId: string,
  role: Exclude<Role, 'owner'>,
): Promise<void> {
  const { role: before } = await db
    .selectFrom('users')
    .select('role')
    .where('accountId', '=', accountId)
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  if (before === role) return
  if (before === 'owner') throw new Problem('owner_protected')
  if (userId === actor.id) throw new Problem('not_yourself')
  if (actor.id !== null && !grantable(actor.role).includes(role)) throw new Problem('role_not_yours_to_give')
  await sql`update users set role = ${role} where account_id = ${accountId} and id = ${userId}`.execute(db)
}
