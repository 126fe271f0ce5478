import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type {
  checkLink as checkEndpoint,
  unsubscribe as unsubscribeEndpoint,
  useLink as useEndpoint,
} from '#contract/sign-in.ts'
import { hashOf } from '#server/gate/credential.ts'
import type { Visit } from '#server/gate/gate.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { holdPlace, type Work, workFor } from '#server/gate/work.ts'
import { recordEvent } from '#server/lifecycle/history.ts'
import type { Purpose } from '#server/mail/mint-link.ts'
import { Problem } from '#server/problem.ts'
import { meAs } from './me.ts'
import { nextStep } from './next-step.ts'
import { endSessionsOf } from './sessions.ts'
import { accountAt, openSession } from './sign-in.ts'

interface Link {
  readonly id: string
  readonly userId: string
  readonly email: string
  readonly firstName: string
  /** Its person is in, and was not out since it was made: no link revives (R4, R5). */
  readonly isIn: boolean
  /** Its person signs in by single sign-on alone: no password is set by it. */
  readonly passwordIsOff: boolean
}

/** A link of this purpose that is neither used nor too old, whoever has it (R11). */
async function linkOf({ db, accountId }: Work, token: string, purpose: Purpose): Promise<Link | undefined> {
  const { rows } = await sql<Link>`
    select l.id, l.user_id, p.email, p.first_name, u.id is not null and l.created_at > u.let_in_since as is_in,
      password_is_off(l.account_id, l.user_id) as password_is_off
    from links as l
    join profiles as p on p.account_id = l.account_id and p.user_id = l.user_id
    left join active_users as u on u.account_id = l.account_id and u.id = l.user_id
    where l.account_id = ${accountId} and l.token_hash = ${hashOf(token)} and l.purpose = ${purpose}
      and l.used_at is null and l.expires_at > statement_timestamp()
  `.execute(db)
  return rows[0]
}

async function within<T>({ database, host }: Visit, task: (work: Work) => Promise<T>): Promise<T> {
  const accountId = await accountAt(database, host)
  if (!accountId) throw new Problem('no_account_here')
  return workFor(database, accountId, 'clock', task)
}

/** Whether a mailed link is still good, and whose it is. @throws Problem `link_not_valid`, `only_by_single_sign_on`, `no_account_here` */
export function checkLink(
  visit: Visit,
  { token, purpose }: Input<typeof checkEndpoint>,
): Promise<Answer<typeof checkEndpoint>> {
  return within(visit, async (work) => {
    const link = await linkOf(work, token, purpose)
    if (!link?.isIn) throw new Problem('link_not_valid')
    if (link.passwordIsOff) throw new Problem('only_by_single_sign_on')
    return { email: link.email, firstName: link.firstName }
  })
}

/**
 * Sets a password by a mailed link and signs in. The link is used up, with all others of that person; their sessions
 * end. Of two who use it at once one succeeds; whoever is deactivated meanwhile is not let in (R9), and the attempt is
 * recorded (H1).
 *
 * @throws Problem `link_not_valid`, `only_by_single_sign_on`, `no_account_here`
 */
export async function useLink(
  visit: Visit,
  { token, purpose, newPassword }: Input<typeof useEndpoint>,
): Promise<Answer<typeof useEndpoint>> {
  // A hash is dear: nobody without a link gets one.
  const isGood = await within(visit, async (work) => {
    const link = await linkOf(work, token, purpose)
    if (link && !link.isIn) await refuse(work, link)
    if (link?.isIn && link.passwordIsOff) throw new Problem('only_by_single_sign_on')
    return link?.isIn
  })
  if (!isGood) throw new Problem('link_not_valid')
  const passwordHash = await hashPassword(newPassword)
  return within(visit, async (work) => {
    const { db, accountId } = work
    const before = await linkOf(work, token, purpose)
    if (!before) throw new Problem('link_not_valid')
    await holdPlace(work, before.userId)
    // In the order of whoever sets another password: first theirs, then the links that it ends.
    await sql`select from credentials where account_id = ${accountId} and user_id = ${before.userId} for no key update`.execute(
      db,
    )
    await sql`select from links where account_id = ${accountId} and id = ${before.id} for update`.execute(db)
    // Looked at again, with the locks: whoever used it or ended it or the access meanwhile has committed.
    const link = await linkOf(work, token, purpose)
    if (!link?.isIn) throw new Problem('link_not_valid')
    if (link.passwordIsOff) throw new Problem('only_by_single_sign_on')
    // It ends the link, with all others that they have: `password_ends_links`.
    await db
      .updateTable('credentials')
      .set({ passwordHash })
      .where('accountId', '=', accountId)
      .where('userId', '=', link.userId)
      .execute()
    await endSessionsOf(work, link.userId)
    // A link is as good as the password, and no better.
    const next = await nextStep(work, link.userId)
    if (next) return next
    await openSession(work, link.userId, visit)
    return meAs(work, link.userId)
  })
}

/** Recorded once for each link, which never opens anything again: whoever is out cannot fill the history at will. */
async function refuse(work: Work, { id, userId }: Link): Promise<void> {
  const { rows } = await sql`
    update links set used_at = statement_timestamp() where account_id = ${work.accountId} and id = ${id} and used_at is null returning id
  `.execute(work.db)
  if (rows.length > 0) await recordEvent(work, { userId, change: 'sign_in_refused' })
}

/** No more reminders, by the link in one. It works for inactive people too, any number of times, and does nothing else. @throws Problem `link_not_valid`, `no_account_here` */
export function unsubscribe(visit: Visit, { token }: Input<typeof unsubscribeEndpoint>) {
  return within(visit, async (work) => {
    const link = await linkOf(work, token, 'unsubscribe')
    if (!link) throw new Problem('link_not_valid')
    await refuseReminders(work, link.userId)
    return { done: true } as const
  })
}

export async function refuseReminders({ db, accountId }: Work, userId: string): Promise<void> {
  await db
    .insertInto('mailRefusals')
    .values({ accountId, userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
