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
  const refusal = refusalOfRole(actor, { userId, before, role })
  if (refusal) throw new Problem(refusal)
  await sql`update users set role = ${role} where account_id = ${accountId} and id = ${userId}`.execute(db)
}

/** R36, S6. Why this actor may not give somebody this role, or null. The same for one and for many. */
export function refusalOfRole(
  actor: Work['actor'],
  { userId, before, role }: { userId: string | null; before: Role; role: Role },
): 'owner_protected' | 'not_yourself' | 'role_not_yours_to_give' | null {
  if (before === 'owner') return 'owner_protected'
  if (userId !== null && userId === actor.id) return 'not_yourself'
  return actor.id !== null && !grantable(actor.role).includes(role) ? 'role_not_yours_to_give' : null
}
