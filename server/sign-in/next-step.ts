import { sql } from 'kysely'
import type { NextStep } from '#contract/sign-in.ts'
import { hashOf, newToken } from '#server/gate/credential.ts'
import type { Work } from '#server/gate/work.ts'

/**
 * What somebody whose password was right has to show besides, if anything. By it alone nobody is in: it is for ten
 * minutes, for one use, and over when their access, their password or their authenticator changes (R9). Whose role needs
 * a second step and who has a passkey for it, signs in with that: who has the password alone gets no other one set up.
 */
export async function nextStep({ db, accountId }: Work, userId: string): Promise<NextStep | null> {
  const { rows } = await sql<{ hasOne: boolean; hasPasskey: boolean; isRequired: boolean }>`
    select exists (
        select from authenticators where account_id = u.account_id and user_id = u.id and confirmed_at is not null
      ) as has_one, exists (select from passkeys where account_id = u.account_id and user_id = u.id) as has_passkey,
      u.role = any(a.second_step_roles) as is_required
    from users as u join accounts as a on a.id = u.account_id where u.account_id = ${accountId} and u.id = ${userId}
  `.execute(db)
  const { hasOne, hasPasskey, isRequired } = rows[0]!
  if (!hasOne && !isRequired) return null
  if (!hasOne && hasPasskey) return { nextStep: 'passkey' }
  const step = newToken()
  await sql`
    insert into sign_in_steps (account_id, token_hash, user_id, sets_up, password_hash)
    select ${accountId}, ${hashOf(step)}, ${userId}, ${!hasOne}, password_hash from credentials
    where account_id = ${accountId} and user_id = ${userId}
  `.execute(db)
  return { nextStep: hasOne ? 'code' : 'set_up', step }
}
