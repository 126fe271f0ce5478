import { sql } from 'kysely'
import { hashOf, newToken } from '#server/gate/credential.ts'
import type { Work } from '#server/gate/work.ts'

export type Purpose = 'invitation' | 'password_reset' | 'unsubscribe'

/** For how long a mailed link is good. */
const goodFor: Record<Purpose, string> = { invitation: '14 days', password_reset: '2 hours', unsubscribe: '1 year' }

/**
 * Makes a link for one purpose and one person (R11). It is made when the mail is handed over, so that its token is in
 * that mail alone.
 */
export async function mintLink(
  { db, accountId }: Work,
  userId: string,
  purpose: Purpose,
): Promise<{ token: string; expiresAt: string }> {
  const token = newToken()
  const { expiresAt } = await db
    .insertInto('links')
    .values({
      accountId,
      userId,
      purpose,
      tokenHash: hashOf(token),
      expiresAt: sql<string>`statement_timestamp() + ${goodFor[purpose]}::interval`,
    })
    .returning('expiresAt')
    .executeTakeFirstOrThrow()
  return { token, expiresAt }
}
