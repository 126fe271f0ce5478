import type { CustomField } from '#contract/accounts.ts'
import type { Call } from '#contract/endpoint.ts'
import type { editUser, Person } from '#contract/people.ts'
import { noDate } from '#web/parts/typed-date.ts'

/** What is typed about a person: every field a string or a list, so that nothing jumps between empty and absent. */
export interface ProfileTyped {
  firstName: string
  lastName: string
  email: string
  role: Person['role']
  departmentId: string | null
  groupIds: string[]
  jobTitle: string
  phone: string
  hireDate: string | null
  language: 'en' | null
  custom: Record<string, string>
  managedDepartmentIds: string[]
}

export interface PersonTyped extends ProfileTyped {
  isActive: boolean
  leaves: boolean
  deactivationDate: string | null
  reason: string
}

export const emptyProfile: ProfileTyped = {
  firstName: '',
  lastName: '',
  email: '',
  role: 'learner',
  departmentId: null,
  groupIds: [],
  jobTitle: '',
  phone: '',
  hireDate: null,
  language: null,
  custom: {},
  managedDepartmentIds: [],
}

export const typedFrom = (person: Person): PersonTyped => ({
  firstName: person.firstName,
  lastName: person.lastName,
  email: person.email,
  role: person.role,
  departmentId: person.department?.id ?? null,
  groupIds: person.groups.map(({ id }) => id),
  jobTitle: person.jobTitle ?? '',
  phone: person.phone ?? '',
  hireDate: person.hireDate,
  language: person.language,
  custom: person.custom,
  managedDepartmentIds: person.managedDepartmentIds,
  isActive: person.status === 'active',
  leaves: person.deactivationDate !== null,
  deactivationDate: person.deactivationDate,
  reason: '',
})

/** Whether every date that is typed is one. */
export const areDatesWhole = ({ hireDate, custom }: ProfileTyped, fields: readonly CustomField[]): boolean =>
  hireDate !== noDate && !fields.some(({ kind, key }) => kind === 'date' && custom[key] === noDate)

const orNull = (text: string): string | null => text.trim() || null
const asSent = ({ jobTitle, phone, custom, ...typed }: ProfileTyped) => ({
  ...typed,
  jobTitle: orNull(jobTitle),
  phone: orNull(phone),
  custom: Object.fromEntries(Object.entries(custom).map(([key, value]) => [key, orNull(value)])),
})

/** What the API takes of a profile. The owner's role is never sent: it is not given, only transferred. */
export const profileSent = (typed: ProfileTyped) => {
  const { role, ...sent } = asSent(typed)
  return { ...sent, ...(role !== 'owner' && { role }) }
}

export type ProfileField = keyof ProfileTyped
const same = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(String).toSorted((a, b) => a.localeCompare(b)) : value

/** The fields of the profile in which two versions differ. */
export const changedFields = (before: ProfileTyped, after: ProfileTyped): ProfileField[] =>
  (Object.keys(emptyProfile) as ProfileField[]).filter((field) => !same(asSent(before)[field], asSent(after)[field]))

/** Only what was changed is sent, so that what somebody else changes meanwhile is not put back (C2.15). */
export function editOf(person: Person, before: PersonTyped, after: PersonTyped): Call<typeof editUser> {
  const fields = changedFields(before, after)
  const sent = profileSent(after)
  const profile = Object.fromEntries(Object.entries(sent).filter(([field]) => fields.includes(field as ProfileField)))
  return {
    userId: person.id,
    version: person.version,
    ...profile,
    ...accessOf(before, after),
    ...(after.reason.trim() && { reason: after.reason }),
  }
}

function accessOf(before: PersonTyped, after: PersonTyped): Partial<Call<typeof editUser>> {
  const date = after.isActive && after.leaves ? after.deactivationDate : null
  if (!after.isActive) return before.isActive ? { status: 'inactive' } : {}
  return {
    ...(!before.isActive && { status: 'active' as const }),
    ...(date !== (before.leaves ? before.deactivationDate : null) && { deactivationDate: date }),
  }
}

/** What gives back the access that somebody had before it was saved. */
export const accessBack = (before: PersonTyped, after: PersonTyped): Partial<Call<typeof editUser>> =>
  accessOf(after, before)

export const accessChanged = (before: PersonTyped, after: PersonTyped): boolean =>
  Object.keys(accessOf(before, after)).length > 0
