import { sql } from 'kysely'
import type { Account, editAccount, previewZone, transferOwnership } from '#contract/accounts.ts'
import type { Answer, Input } from '#contract/endpoint.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { moveDates, previewMove } from '#server/lifecycle/move-dates.ts'
import { transferOwner } from '#server/lifecycle/transfer-owner.ts'
import { Problem } from '#server/problem.ts'
import { confirmPassword } from '#server/sign-in/change-password.ts'
import { isTimeZone, refuseUnwritable } from './time-zones.ts'

export async function account({ db, accountId }: Work): Promise<Account> {
  const { rows } = await sql<Account>`
    select a.id, a.name, a.host, a.time_zone, to_char(a.deactivation_time, 'HH24:MI') as deactivation_time, a.language, a.mass_change_count, a.mass_change_percent, a.version,
      jsonb_build_object('id', u.id, 'name', p.first_name || ' ' || p.last_name, 'email', p.email) as owner
    from accounts as a
    join users as u on u.account_id = a.id and u.role = 'owner'
    join profiles as p on p.account_id = a.id and p.user_id = u.id
    where a.id = ${accountId}
  `.execute(db)
  return rows[0]!
}

/**
 * Edits the account. A changed zone or time of day moves the instants of the dates still ahead; the dates stay (D4).
 *
 * @throws Problem `stale_edit` with `current`, `unknown_time_zone`
 */
export async function edit(
  work: Work,
  { version, ...changed }: Input<typeof editAccount>,
): Promise<Answer<typeof editAccount>> {
  const { db, accountId } = work
  const before = await account(work)
  if (version !== before.version) throw new Problem('stale_edit', { current: before })
  if (changed.timeZone !== undefined) refuseUnwritable(changed.timeZone)
  // In another zone the days of everything that was learnt are others: 2,000,000 enrollments take a minute.
  if (changed.timeZone !== undefined && changed.timeZone !== before.timeZone) await allowTime(db, 15 * 60_000)
  await db
    .updateTable('accounts')
    .set({ ...changed, version: version + 1 })
    .where('id', '=', accountId)
    .execute()
  const moved = await moveDates(work)
  return { account: await account(work), moved }
}

/** @throws Problem `unknown_time_zone` */
export async function zonePreview(work: Work, asked: Input<typeof previewZone>): Promise<Answer<typeof previewZone>> {
  if (!(await isTimeZone(work, asked.timeZone))) throw new Problem('unknown_time_zone')
  return previewMove(work, asked)
}

/** @throws Problem `not_found`, `not_an_active_user`, `wrong_current_password`, `too_many_attempts` */
export async function transfer(
  work: Work,
  { userId, currentPassword }: Input<typeof transferOwnership>,
): Promise<Account | Problem> {
  const refused = await confirmPassword(work, currentPassword)
  if (refused) return refused
  await transferOwner(work, userId)
  return account(work)
}
