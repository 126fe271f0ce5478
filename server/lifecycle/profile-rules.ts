import { sql } from 'kysely'
import type { CustomField } from '#contract/accounts.ts'
import type { ProblemCode } from '#contract/problems.ts'
import { anyOf } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { oneByOne } from './meant.ts'
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

/** What is wrong with one field of one of several profiles. */
export interface ProfileIssue {
  /** Of the profile in the list. */
  readonly place: number
  readonly field: string
  readonly code: ProblemCode
  readonly message: string
  /** What else its problem tells. */
  readonly details?: Record<string, unknown>
}

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
  const issues = await issuesOf(work, people, selfId)
  const [first] = issues
  if (!first) return
  const where = issues
    .filter(({ code }) => code === first.code)
    .map(({ place, field, message }) => ({ at: at(place, field), message }))
  throw new Problem(first.code, { where, ...first.details })
}

/** The same as a list: all that is wrong with any of these profiles, the gravest first. */
export async function issuesOf(
  work: Work,
  people: readonly ProfileTold[],
  selfId: string | null = null,
): Promise<ProfileIssue[]> {
  return [
    ...(await takenAddresses(work, people, selfId)),
    ...(await wrongDepartments(work, people)),
    ...(await unknownGroups(work, people)),
    ...(await wrongCustomValues(work, people)),
  ]
}

/** C6.68: says who has the address already, so that they can be activated instead of added anew. */
async function takenAddresses(
  work: Work,
  people: readonly ProfileTold[],
  selfId: string | null,
): Promise<ProfileIssue[]> {
  const { db, accountId } = work
  const keys = people.map((person) => person.email?.toLowerCase())
  if (keys.every((key) => key === undefined)) return []
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
    from unnest(${[...new Set(keys.filter((key) => key !== undefined))]}::text[]) as key
    cross join ${oneByOne(sql`select * from profiles where account_id = ${accountId} and email_key = key`)} as p
    cross join ${oneByOne(sql`select * from users where account_id = ${accountId} and id = p.user_id`)} as u
    where p.user_id is distinct from ${selfId}
  `.execute(db)
  const by = new Map(taken.map((one) => [one.emailKey, one]))
  const [holder] = taken
  const details = holder?.isInReach && { userId: holder.userId, name: holder.name, personStatus: holder.status }
  const firstPlace = new Map<string, number>()
  return keys.flatMap((key, place): ProfileIssue[] => {
    if (key === undefined) return []
    const issue = { place, field: 'email', code: 'email_taken' as const, ...(details && { details }) }
    const holder = by.get(key)
    if (holder) return [{ ...issue, message: `${nameOf(holder)} has this e-mail.` }]
    if (firstPlace.has(key)) return [{ ...issue, message: 'This e-mail stands here twice.' }]
    firstPlace.set(key, place)
    return []
  })
}

/** Who is out of reach stays unnamed. */
const nameOf = ({ name, status, isInReach }: { name: string; status: string; isInReach: boolean }): string =>
  isInReach ? `${name} (${status})` : 'Somebody of this account'

async function wrongDepartments(
  { db, accountId, actor }: Work,
  people: readonly ProfileTold[],
): Promise<ProfileIssue[]> {
  const told = people.flatMap(({ departmentId, managedDepartmentIds = [] }, place) => [
    ...(departmentId === undefined ? [] : [{ id: departmentId, place, field: 'departmentId' }]),
    ...managedDepartmentIds.map((id) => ({ id, place, field: 'managedDepartmentIds' })),
  ])
  if (told.length === 0) return []
  const isHead = actor.role === 'department_administrator'
  const ids = [...new Set(told.flatMap(({ id }) => id ?? []))]
  const { rows } = await sql<{ id: string; isMine: boolean }>`
    select id, ${isHead ? sql`id in (select departments_managed(${accountId}, ${actor.id}))` : sql`true`} as is_mine
    from departments where account_id = ${accountId} and id = ${anyOf(ids)}
  `.execute(db)
  const known = new Map(rows.map((row) => [row.id, row.isMine]))
  const unknown = told.filter(({ id }) => id !== null && !known.has(id))
  const others = told.filter(({ id }) => isHead && (id === null || known.get(id) === false))
  return [
    ...unknown.map(({ place, field }) => ({
      place,
      field,
      code: 'unknown_department' as const,
      message: 'Choose one of the list.',
    })),
    ...others.map(({ place, field }) => ({
      place,
      field,
      code: 'outside_your_departments' as const,
      message: 'Choose one of your departments.',
    })),
  ]
}

async function unknownGroups({ db, accountId }: Work, people: readonly ProfileTold[]): Promise<ProfileIssue[]> {
  const ids = [...new Set(people.flatMap((person) => person.groupIds ?? []))]
  if (ids.length === 0) return []
  const found = await db
    .selectFrom('groups')
    .select('id')
    .where('accountId', '=', accountId)
    .where('id', '=', anyOf(ids))
    .execute()
  const known = new Set(found.map(({ id }) => id))
  return people.flatMap(({ groupIds = [] }, place) =>
    groupIds.every((id) => known.has(id))
      ? []
      : [{ place, field: 'groupIds', code: 'unknown_group' as const, message: 'Choose of the list.' }],
  )
}

async function wrongCustomValues({ db, accountId }: Work, people: readonly ProfileTold[]): Promise<ProfileIssue[]> {
  if (people.every((person) => Object.keys(person.custom ?? {}).length === 0)) return []
  const { rows: fields } =
    await sql<CustomField>`select key, kind, choices from custom_fields where account_id = ${accountId}`.execute(db)
  const byKey = new Map(fields.map((field) => [field.key, field]))
  const told = people.flatMap((person, place) =>
    Object.entries(person.custom ?? {}).map(([key, value]) => ({
      known: byKey.get(key),
      key,
      value,
      place,
      field: `custom.${key}`,
    })),
  )
  return [
    ...told
      .filter(({ known }) => !known)
      .map(({ place, field, key }) => ({
        place,
        field,
        code: 'unknown_field' as const,
        message: `There is no field ${key}.`,
      })),
    ...told.flatMap(({ known, value, place, field }) => {
      const wrong = known && value !== null ? wrongWith(known, value) : undefined
      return wrong ? [{ place, field, code: 'invalid_input' as const, message: wrong }] : []
    }),
  ]
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
