import { sql } from 'kysely'
import type { CustomField } from '#contract/accounts.ts'
import { anyOf } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { inReach } from './selection.ts'

/** What of a profile points at something else, or must be nobody else's. What is left out is not checked. */
export interface ProfileTold {
  readonly email?: string | undefined
  readonly departmentId?: string | null | undefined
  readonly managedDepartmentIds?: readonly string[] | undefined
  readonly groupIds?: readonly string[] | undefined
  readonly custom?: Readonly<Record<string, string | null>> | undefined
}

/** How the caller's input names a field of the person at a place. */
export type NameOf = (place: number, field: string) => string

/**
 * What holds for a profile by whatever way it comes: add, edit, import (R27).
 *
 * @throws Problem `email_taken`, `outside_your_departments`, `unknown_department`, `unknown_group`, `unknown_field`,
 *   `invalid_input` for a custom value that its field does not take; each with `where`
 */
export async function checkProfiles(
  work: Work,
  people: readonly ProfileTold[],
  at: NameOf,
  selfId: string | null = null,
): Promise<void> {
  await refuseTakenAddresses(work, people, at, selfId)
  await refuseDepartments(work, people, at)
  await refuseUnknownGroups(work, people)
  await refuseCustomValues(work, people, at)
}

/** C6.68: says who has the address already, so that they can be activated instead of added anew. */
async function refuseTakenAddresses(
  work: Work,
  people: readonly ProfileTold[],
  at: NameOf,
  selfId: string | null,
): Promise<void> {
  const { db, accountId } = work
  const keys = people.map((person) => person.email?.toLowerCase())
  const { rows: taken } = await sql<{
    emailKey: string
    userId: string
    name: string
    status: string
    isInReach: boolean
  }>`
    select p.email_key, p.user_id, p.first_name || ' ' || p.last_name as name,
      case when is_active(u.status, u.deactivate_at) then 'active' else 'inactive' end as status,
      coalesce(${inReach(work)}, false) as is_in_reach
    from profiles as p join users as u on u.account_id = p.account_id and u.id = p.user_id
    where p.account_id = ${accountId} and p.email_key = any(${keys.filter((key) => key !== undefined)}::text[])
      and p.user_id is distinct from ${selfId}
  `.execute(db)
  const by = new Map(taken.map((one) => [one.emailKey, one]))
  const firstPlace = new Map<string, number>()
  const where = keys.flatMap((key, place) => {
    if (key === undefined) return []
    const holder = by.get(key)
    if (holder) return [{ at: at(place, 'email'), message: `${nameOf(holder)} has this e-mail.` }]
    if (firstPlace.has(key)) return [{ at: at(place, 'email'), message: 'This e-mail stands here twice.' }]
    firstPlace.set(key, place)
    return []
  })
  if (where.length === 0) return
  const [holder] = taken
  throw new Problem('email_taken', {
    where,
    ...(holder?.isInReach && { userId: holder.userId, name: holder.name, personStatus: holder.status }),
  })
}

/** Who is out of reach stays unnamed. */
const nameOf = ({ name, status, isInReach }: { name: string; status: string; isInReach: boolean }): string =>
  isInReach ? `${name} (${status})` : 'Somebody of this account'

async function refuseDepartments(
  { db, accountId, actor }: Work,
  people: readonly ProfileTold[],
  at: NameOf,
): Promise<void> {
  const told = people.flatMap(({ departmentId, managedDepartmentIds = [] }, place) => [
    ...(departmentId === undefined ? [] : [{ id: departmentId, at: at(place, 'departmentId') }]),
    ...managedDepartmentIds.map((id) => ({ id, at: at(place, 'managedDepartmentIds') })),
  ])
  if (told.length === 0) return
  const isHead = actor.role === 'department_administrator'
  const { rows } = await sql<{ id: string; isMine: boolean }>`
    select id, ${isHead ? sql`id in (select departments_managed(${accountId}, ${actor.id}))` : sql`true`} as is_mine
    from departments where account_id = ${accountId} and id = ${anyOf(told.flatMap(({ id }) => id ?? []))}
  `.execute(db)
  const known = new Map(rows.map((row) => [row.id, row.isMine]))
  const unknown = told.filter(({ id }) => id !== null && !known.has(id))
  if (unknown.length > 0)
    throw new Problem('unknown_department', {
      where: unknown.map((one) => ({ at: one.at, message: 'Choose one of the list.' })),
    })
  const others = told.filter(({ id }) => isHead && (id === null || !known.get(id)))
  if (others.length > 0) {
    throw new Problem('outside_your_departments', {
      where: others.map((one) => ({ at: one.at, message: 'Choose one of your departments.' })),
    })
  }
}

async function refuseUnknownGroups({ db, accountId }: Work, people: readonly ProfileTold[]): Promise<void> {
  const ids = [...new Set(people.flatMap((person) => person.groupIds ?? []))]
  if (ids.length === 0) return
  const found = await db
    .selectFrom('groups')
    .select('id')
    .where('accountId', '=', accountId)
    .where('id', '=', anyOf(ids))
    .execute()
  if (found.length < ids.length) throw new Problem('unknown_group')
}

async function refuseCustomValues({ db, accountId }: Work, people: readonly ProfileTold[], at: NameOf): Promise<void> {
  if (people.every((person) => Object.keys(person.custom ?? {}).length === 0)) return
  const { rows: fields } =
    await sql<CustomField>`select key, kind, choices from custom_fields where account_id = ${accountId}`.execute(db)
  const byKey = new Map(fields.map((field) => [field.key, field]))
  const told = people.flatMap((person, place) =>
    Object.entries(person.custom ?? {}).map(([key, value]) => ({
      field: byKey.get(key),
      key,
      value,
      at: at(place, `custom.${key}`),
    })),
  )
  const unknown = told.filter(({ field }) => !field)
  if (unknown.length > 0)
    throw new Problem('unknown_field', {
      where: unknown.map(({ at, key }) => ({ at, message: `There is no field ${key}.` })),
    })
  const where = told.flatMap(({ field, value, at }) => {
    const wrong = value === null ? undefined : wrongWith(field!, value)
    return wrong ? [{ at, message: wrong }] : []
  })
  if (where.length > 0) throw new Problem('invalid_input', { where })
}

function wrongWith({ kind, choices }: CustomField, value: string): string | undefined {
  if (kind === 'choice' && !choices.includes(value)) return `Choose one of: ${choices.join(', ')}.`
  if (kind === 'date' && !isCalendarDate(value)) return 'Give a date as YYYY-MM-DD that the calendar has.'
  return undefined
}

function isCalendarDate(value: string): boolean {
  const day = new Date(`${value}T00:00:00Z`)
  return /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
}
