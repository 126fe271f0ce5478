import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { editUser } from '#contract/people.ts'
import { anyOf } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { activate } from '#server/lifecycle/activate.ts'
import type { Operated } from '#server/lifecycle/change.ts'
import { clearDate } from '#server/lifecycle/clear-date.ts'
import { deactivate } from '#server/lifecycle/deactivate.ts'
import { checkProfiles } from '#server/lifecycle/profile-rules.ts'
import { problemOf, refuseUnlessAllowed } from '#server/lifecycle/refuse.ts'
import { setRole } from '#server/lifecycle/set-role.ts'
import { Problem } from '#server/problem.ts'
import { person } from './person.ts'

type Edit = Input<typeof editUser>

/**
 * Edits a person, active or inactive alike (S7): profile, role, groups, status and deactivation date, all or nothing.
 * What is left out stays as it is (D3). Status and date go the way of the commands for many.
 *
 * @throws Problem `stale_edit` with `current` and `changedBy`, and what the commands refuse with
 */
export async function edit(work: Work, edit: Edit): Promise<Answer<typeof editUser>> {
  await refuseStale(work, edit)
  await refuseUnlessAllowed(work, 'edit', edit.userId)
  if (edit.status === 'inactive' && typeof edit.deactivationDate === 'string') {
    throw new Problem('invalid_input', {
      where: [{ at: 'deactivationDate', message: 'An inactive person has no deactivation date.' }],
    })
  }
  await checkProfiles(work, [edit], (_place, field) => field, edit.userId)
  if (edit.role !== undefined) await setRole(work, edit.userId, edit.role)
  await writeProfile(work, edit)
  await writeMemberships(work, edit)
  await writeAccess(work, edit)
  return person(work, edit)
}

async function refuseStale(work: Work, { userId, version }: Edit): Promise<void> {
  const current = await person(work, { userId })
  const { rows } = await sql<{ version: number; changedBy: string | null }>`
    select p.version, b.first_name || ' ' || b.last_name as changed_by
    from profiles as p left join profiles as b on b.account_id = p.account_id and b.user_id = p.changed_by
    where p.account_id = ${work.accountId} and p.user_id = ${userId} for update of p
  `.execute(work.db)
  if (rows[0]!.version !== version) throw new Problem('stale_edit', { current, changedBy: rows[0]!.changedBy })
}

const profileFields = [
  'firstName',
  'lastName',
  'email',
  'departmentId',
  'jobTitle',
  'phone',
  'hireDate',
  'language',
] as const

async function writeProfile({ db, accountId, actor }: Work, edit: Edit): Promise<void> {
  const isChanged = [...profileFields, 'custom', 'groupIds', 'managedDepartmentIds', 'role'].some(
    (field) => field in edit,
  )
  if (!isChanged) return
  const set = Object.fromEntries(
    profileFields.filter((field) => edit[field] !== undefined).map((field) => [field, edit[field]]),
  )
  await db
    .updateTable('profiles')
    .set((row) => ({
      ...set,
      ...(edit.custom && { custom: sql`jsonb_strip_nulls(custom || ${JSON.stringify(edit.custom)}::jsonb)` }),
      version: row('version', '+', 1),
      changedBy: actor.id,
      changedAt: sql`statement_timestamp()`,
    }))
    .where('accountId', '=', accountId)
    .where('userId', '=', edit.userId)
    .execute()
}

async function writeMemberships(
  { db, accountId }: Work,
  { userId, groupIds, managedDepartmentIds }: Edit,
): Promise<void> {
  if (groupIds) {
    await sql`delete from group_members where account_id = ${accountId} and user_id = ${userId} and group_id <> all(${groupIds}::uuid[])`.execute(
      db,
    )
    await sql`
      insert into group_members (account_id, group_id, user_id) select ${accountId}, id, ${userId}
      from groups where account_id = ${accountId} and id = ${anyOf(groupIds)} on conflict do nothing
    `.execute(db)
  }
  if (managedDepartmentIds) {
    await sql`
      delete from managed_departments
      where account_id = ${accountId} and user_id = ${userId} and department_id <> all(${managedDepartmentIds}::uuid[])
    `.execute(db)
    await sql`
      insert into managed_departments (account_id, user_id, department_id) select ${accountId}, ${userId}, id
      from departments where account_id = ${accountId} and id = ${anyOf(managedDepartmentIds)} on conflict do nothing
    `.execute(db)
  }
}

/** J9, J11: the switches of the screen. */
async function writeAccess(work: Work, { userId, status, deactivationDate, reason }: Edit): Promise<void> {
  const users = { ids: [userId] }
  if (status === 'inactive') {
    refuse(await deactivate(work, { users, keepEarlierDate: false, reason }))
    return
  }
  if (status === 'active') refuse(await activate(work, { users, mode: 'all_or_nothing', reason }))
  if (typeof deactivationDate === 'string')
    refuse(await deactivate(work, { users, deactivationDate, keepEarlierDate: false, reason }))
  if (deactivationDate === null && (await hasDate(work, userId))) refuse(await clearDate(work, { users, reason }))
}

async function hasDate({ db, accountId }: Work, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .select('deactivationDate')
    .where('accountId', '=', accountId)
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  return row.deactivationDate !== null
}

function refuse({ people }: Operated): void {
  const refusal = people[0]?.refusal
  if (refusal) throw problemOf(refusal)
}
