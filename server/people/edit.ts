import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { editUser } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { activate } from '#server/lifecycle/activate.ts'
import type { Operated } from '#server/lifecycle/change.ts'
import { clearDate } from '#server/lifecycle/clear-date.ts'
import { deactivate } from '#server/lifecycle/deactivate.ts'
import { checkProfiles } from '#server/lifecycle/profile-rules.ts'
import { problemOf, refuseUnlessAllowed } from '#server/lifecycle/refuse.ts'
import { setRole } from '#server/lifecycle/set-role.ts'
import { Problem } from '#server/problem.ts'
import { changesTo, departmentsGivenOrTaken } from './changes.ts'
import { person } from './person.ts'
import { writeMemberships, writeProfiles } from './write-profiles.ts'

type Edit = Input<typeof editUser>

/**
 * Edits a person, active or inactive alike (S7): profile, role, groups, status and deactivation date, all or nothing.
 * What is left out, and what is said again, stays as it is (D3, C4.51). Status and date go the way of the commands for
 * many.
 *
 * @throws Problem `not_found`, `stale_edit` with `current` and `changedBy`, and what the commands refuse with
 */
export async function edit(work: Work, told: Edit): Promise<Answer<typeof editUser>> {
  const current = await person(work, told)
  if (current.version !== told.version) await refuseStale(work, told)
  await refuseUnlessAllowed(work, 'edit', told.userId)
  if (told.status === 'inactive' && typeof told.deactivationDate === 'string') {
    throw new Problem('invalid_input', {
      where: [{ at: 'deactivationDate', message: 'An inactive person has no deactivation date.' }],
    })
  }
  const changes = changesTo(current, told)
  const checked = { ...changes, custom: told.custom, managedDepartmentIds: departmentsGivenOrTaken(current, changes) }
  await checkProfiles(work, [checked], (_place, field) => field, told.userId)

  // First, since it waits for this person's own work to end, which may be waiting for their profile.
  await writeAccess(work, changes)
  if (changes.role !== undefined) await setRole(work, told.userId, changes.role)
  const stale = await writeProfiles(work, [changes])
  if (stale.size > 0) await refuseStale(work, changes)
  await writeMemberships(work, [changes])
  return person(work, told)
}

/** Tells the second of two who edit at once what the first made of it. */
async function refuseStale(work: Work, told: Edit): Promise<never> {
  const { rows } = await sql<{ changedBy: string | null }>`
    select coalesce(b.first_name || ' ' || b.last_name, gone.name) as changed_by
    from profiles as p
    left join profiles as b on b.account_id = p.account_id and b.user_id = p.changed_by
    left join deleted_users as gone on gone.account_id = p.account_id and gone.user_id = p.changed_by
    where p.account_id = ${work.accountId} and p.user_id = ${told.userId}
  `.execute(work.db)
  throw new Problem('stale_edit', { current: await person(work, told), changedBy: rows[0]?.changedBy ?? null })
}

/** J9, J11: the switches of the screen. */
async function writeAccess(work: Work, { userId, status, deactivationDate, reason }: Edit): Promise<void> {
  const users = { ids: [userId] }
  if (status === 'inactive') {
    refuse(await deactivate(work, { users, keepEarlierDate: false, reason }))
    return
  }
  if (status === 'active') refuse(await activate(work, { users, mode: 'all_or_nothing', dueDates: 'keep', reason }))
  if (typeof deactivationDate === 'string') {
    refuse(await deactivate(work, { users, deactivationDate, keepEarlierDate: false, reason }))
  }
  if (deactivationDate === null) refuse(await clearDate(work, { users, reason }))
}

function refuse({ people }: Operated): void {
  const refusal = people[0]?.refusal
  if (refusal) throw problemOf(refusal)
}
