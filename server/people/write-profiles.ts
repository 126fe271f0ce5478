import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { editUser } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'

/** Version null: whatever else was changed meanwhile stays as it is. */
type Edit = Omit<Input<typeof editUser>, 'version'> & { readonly version: number | null }

/** As columns, with the type that each is read as. */
const columns = {
  firstName: sql`first_name = coalesce(told.set ->> 'firstName', p.first_name)`,
  lastName: sql`last_name = coalesce(told.set ->> 'lastName', p.last_name)`,
  email: sql`email = coalesce(told.set ->> 'email', p.email)`,
  departmentId: sql`department_id = case when told.set ? 'departmentId' then (told.set ->> 'departmentId')::uuid else p.department_id end`,
  jobTitle: sql`job_title = case when told.set ? 'jobTitle' then told.set ->> 'jobTitle' else p.job_title end`,
  phone: sql`phone = case when told.set ? 'phone' then told.set ->> 'phone' else p.phone end`,
  hireDate: sql`hire_date = case when told.set ? 'hireDate' then (told.set ->> 'hireDate')::date else p.hire_date end`,
  language: sql`language = case when told.set ? 'language' then told.set ->> 'language' else p.language end`,
  custom: sql`custom = case when told.set ? 'custom' then jsonb_strip_nulls(p.custom || (told.set -> 'custom')) else p.custom end`,
} as const
const fields = Object.keys(columns) as (keyof typeof columns)[]
const raisesVersion = [...fields, 'groupIds', 'managedDepartmentIds', 'role'] as const

/**
 * Writes the profiles of people: of one by an edit, of many by an import (R27). What is left out stays as it is. Only
 * what differs is told here, and was checked.
 *
 * @returns who was left as they are, since somebody else had changed them meanwhile
 */
export async function writeProfiles(work: Work, edits: readonly Edit[]): Promise<Set<string>> {
  const changing = edits.filter((edit) => raisesVersion.some((field) => edit[field] !== undefined))
  if (changing.length === 0) return new Set()
  const told = changing.map((edit) => ({
    userId: edit.userId,
    version: edit.version,
    set: Object.fromEntries(fields.filter((field) => edit[field] !== undefined).map((field) => [field, edit[field]])),
  }))
  const set = fields
    .filter((field) => changing.some((edit) => edit[field] !== undefined))
    .map((field) => columns[field])
  const { rows } = await sql<{ userId: string }>`
    update profiles as p set ${sql.join([...set, sql`version = p.version + 1`, sql`changed_by = ${work.actor.id}`, sql`changed_at = statement_timestamp()`])}
    from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as told ("userId" uuid, version integer, set jsonb)
    where p.account_id = ${work.accountId} and p.user_id = told."userId" and p.version = coalesce(told.version, p.version) returning p.user_id
  `.execute(work.db)
  const written = new Set(rows.map(({ userId }) => userId))
  return new Set(changing.map(({ userId }) => userId).filter((userId) => !written.has(userId)))
}

/** Writes who belongs to which groups, and who manages which departments: all of them, as told. */
export async function writeMemberships({ db, accountId }: Work, edits: readonly Edit[]): Promise<void> {
  const groups = edits.flatMap(({ userId, groupIds }) => (groupIds ? [{ userId, ids: groupIds }] : []))
  if (groups.length > 0) {
    await sql`
      delete from group_members as m using ${told(groups)}
      where m.account_id = ${accountId} and m.user_id = told."userId" and not told.ids ? m.group_id::text
    `.execute(db)
    await sql`
      insert into group_members (account_id, group_id, user_id) select ${accountId}, g.id, told."userId"
      from ${told(groups)}, jsonb_array_elements_text(told.ids) as one (id), groups as g
      where g.account_id = ${accountId} and g.id = one.id::uuid on conflict do nothing
    `.execute(db)
  }
  const managed = edits.flatMap(({ userId, managedDepartmentIds: ids }) => (ids ? [{ userId, ids }] : []))
  if (managed.length > 0) {
    await sql`
      delete from managed_departments as m using ${told(managed)}
      where m.account_id = ${accountId} and m.user_id = told."userId" and not told.ids ? m.department_id::text
    `.execute(db)
    await sql`
      insert into managed_departments (account_id, user_id, department_id) select ${accountId}, told."userId", d.id
      from ${told(managed)}, jsonb_array_elements_text(told.ids) as one (id), departments as d
      where d.account_id = ${accountId} and d.id = one.id::uuid on conflict do nothing
    `.execute(db)
  }
}

const told = (lists: readonly { userId: string; ids: readonly string[] }[]) =>
  sql`jsonb_to_recordset(${JSON.stringify(lists)}::jsonb) as told ("userId" uuid, ids jsonb)`
