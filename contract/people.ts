import { z } from 'zod'
import { done, endpoint, file } from './endpoint.ts'
import { Role } from './roles.ts'
import { CalendarDate, Cursor, Email, Id, Instant, Language, Line, page, PageSize, Password, Several } from './words.ts'

export const Status = z.enum(['active', 'inactive'])
export type Status = z.infer<typeof Status>

/** Why a status is what it is. */
export const StatusCause = z.enum(['administrator', 'schedule', 'seat_limit', 'dormant', 'provisioning', 'import'])
export type StatusCause = z.infer<typeof StatusCause>

/** Why somebody may not be acted on, or null (S6, R36). The same for one, for many, for the preview. */
export const Refusal = z.enum([
  'owner_protected',
  'not_yourself',
  'higher_role',
  'outside_your_departments',
  'no_free_seats',
  'only_the_active_leave',
  'changed_since',
  'not_found',
])
export type Refusal = z.infer<typeof Refusal>

export const Named = z.strictObject({ id: Id, name: z.string() })

/** What stands on a status badge, and what it says on hover. `status` is the effective one (S1). */
export const StatusNow = z.strictObject({
  status: Status,
  statusCause: StatusCause.nullable(),
  statusSince: Instant,
  statusBy: z.string().nullable(),
  statusReason: z.string().nullable(),
  deactivationDate: CalendarDate.nullable(),
  /** The instant that the date means in the account's time zone. Made by the database, never sent by a client (D5). */
  deactivateAt: Instant.nullable(),
})

export const PersonRow = StatusNow.extend({
  id: Id,
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  role: Role,
  jobTitle: z.string().nullable(),
  department: Named.nullable(),
  groups: z.array(Named),
  lastSignInAt: Instant.nullable(),
  /** Why you may not end this person's access or edit them. Null: you may. */
  refusal: Refusal.nullable(),
})
export type PersonRow = z.infer<typeof PersonRow>

/**
 * Which people. One schema for the list, for "all that match this filter" (B1), for the address in the browser.
 *
 * `leaving`: active, with a deactivation date. `waiting`: inactive because no seat was free (T3).
 */
export const PeopleFilter = z.strictObject({
  /** A part of a name or an e-mail address. */
  search: z.string().trim().max(200).optional(),
  status: Several(z.enum(['active', 'inactive', 'leaving', 'waiting'])).optional(),
  role: Several(Role).optional(),
  /** Those below are meant, too. */
  departmentId: Several(Id).optional(),
  groupId: Several(Id).optional(),
  lastSignIn: z.enum(['never', 'within_7_days', 'within_30_days', 'over_30_days_ago', 'over_90_days_ago']).optional(),
})
export type PeopleFilter = z.output<typeof PeopleFilter>

export const PeopleSort = z.enum(['name', 'email', 'role', 'department', 'lastSignIn', 'status', 'statusSince'])
export type PeopleSort = z.infer<typeof PeopleSort>

export const PeopleOrder = z.strictObject({
  sort: PeopleSort.default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
})

export const listUsers = endpoint({
  method: 'GET',
  path: '/api/v1/users',
  access: 'people',
  tag: 'People',
  summary: 'List people, active and inactive alike',
  input: PeopleFilter.extend({ ...PeopleOrder.shape, cursor: Cursor.optional(), limit: PageSize.default(50) }),
  answer: page(PersonRow),
  problems: ['wrong_cursor'],
})

export const countUsers = endpoint({
  method: 'GET',
  path: '/api/v1/users/counts',
  access: 'people',
  tag: 'People',
  summary: 'Count people by status. The filter applies, except for its status',
  input: PeopleFilter,
  answer: z.strictObject({
    all: z.int(),
    active: z.int(),
    inactive: z.int(),
    leaving: z.int(),
    waiting: z.int(),
    /** How many match the whole filter, its status included. */
    matching: z.int(),
  }),
})

export const findUsers = endpoint({
  method: 'POST',
  path: '/api/v1/users/find',
  access: 'people',
  tag: 'People',
  summary: 'Find people by a list of their e-mail addresses; those that nobody has are told',
  input: z.strictObject({ emails: z.array(z.string().trim().min(1).max(254)).min(1).max(10_000) }),
  answer: z.strictObject({
    people: z.array(z.strictObject({ id: Id, email: z.string() })),
    /** Nobody has them, or nobody that you may see (A1). As they were given. */
    unknown: z.array(z.string()),
  }),
})

/** Every person of a view with every field, as an import takes it: imported again it changes nothing. */
export const exportUsers = endpoint({
  method: 'GET',
  path: '/api/v1/users/file',
  access: 'people',
  tag: 'People',
  summary: 'The people who match a filter as CSV or XLSX, streamed, with the columns of an import',
  input: PeopleFilter.extend({ ...PeopleOrder.shape, format: z.enum(['csv', 'xlsx']).default('csv') }),
  answer: file,
})

export const CustomValues = z.record(z.string().max(64), z.string().max(500).nullable())

const profile = {
  firstName: Line(100),
  lastName: Line(100),
  email: Email,
  role: Role.exclude(['owner']),
  departmentId: Id.nullable(),
  groupIds: z.array(Id).max(500),
  jobTitle: Line(200).nullable(),
  phone: Line(50).nullable(),
  hireDate: CalendarDate.nullable(),
  language: Language.nullable(),
  /** By the key of the custom field (Settings). Null empties a field. */
  custom: CustomValues,
  /** The departments that a department administrator manages, with all below. */
  managedDepartmentIds: z.array(Id).max(500),
}

export const Person = PersonRow.extend({
  phone: z.string().nullable(),
  hireDate: CalendarDate.nullable(),
  language: Language.nullable(),
  custom: z.record(z.string(), z.string()),
  managedDepartmentIds: z.array(Id),
  createdAt: Instant,
  hasPassword: z.boolean(),
  /** An authenticator, or passkeys: what `endSecondStepOf` ends. */
  hasSecondStep: z.boolean(),
  /** Raised by each edit of the profile; send it back with yours. */
  version: z.int(),
})
export type Person = z.infer<typeof Person>

export const getUser = endpoint({
  method: 'GET',
  path: '/api/v1/users/:userId',
  access: 'people',
  tag: 'People',
  summary: 'One person',
  input: z.strictObject({ userId: Id }),
  answer: Person,
  problems: ['not_found'],
})

/** What becomes of status and date when a person is added or edited. */
const access = {
  /** Left out: unchanged. */
  status: Status,
  /** D3. Left out: unchanged. Null: cleared. */
  deactivationDate: CalendarDate.nullable(),
  reason: Line(500),
}

export const NewPerson = z.strictObject({
  ...profile,
  role: profile.role.default('learner'),
  departmentId: profile.departmentId.default(null),
  groupIds: profile.groupIds.default([]),
  jobTitle: profile.jobTitle.default(null),
  phone: profile.phone.default(null),
  hireDate: profile.hireDate.default(null),
  language: profile.language.default(null),
  custom: profile.custom.default({}),
  managedDepartmentIds: profile.managedDepartmentIds.default([]),
  password: Password.optional(),
  /** Mails a link to set a password. To whoever waits for a seat it goes when they are let in. */
  invite: z.boolean().default(false),
  status: Status.default('active'),
})
export type NewPerson = z.output<typeof NewPerson>

export const addUsers = endpoint({
  method: 'POST',
  path: '/api/v1/users',
  access: 'people',
  tag: 'People',
  summary: 'Add people. Without a free seat they are added inactive, with the cause seat_limit',
  input: z.strictObject({
    people: z
      .array(NewPerson)
      .min(1)
      .max(1000)
      .refine((people) => people.filter((person) => person.password !== undefined).length <= 20, {
        error: 'Set passwords for 20 people at most in one call: each takes a while to hash.',
      }),
  }),
  answer: z.strictObject({
    people: z.array(
      z.strictObject({ userId: Id, email: z.string(), status: Status, statusCause: StatusCause.nullable() }),
    ),
    /** How many of them are inactive because no seat was free (T3). */
    waiting: z.int(),
  }),
  problems: [
    'email_taken',
    'unknown_department',
    'unknown_group',
    'unknown_field',
    'role_not_yours_to_give',
    'outside_your_departments',
  ],
})

export const editUser = endpoint({
  method: 'PATCH',
  path: '/api/v1/users/:userId',
  access: 'people',
  tag: 'People',
  summary: 'Edit a person, active or inactive: the profile, the status, the deactivation date, in one step',
  input: z.strictObject({
    userId: Id,
    version: z.int(),
    ...z.strictObject({ ...profile, ...access }).partial().shape,
  }),
  answer: Person,
  problems: [
    'not_found',
    'stale_edit',
    'email_taken',
    'owner_protected',
    'not_yourself',
    'higher_role',
    'outside_your_departments',
    'role_not_yours_to_give',
    'no_free_seats',
    'date_in_past',
    'date_too_far',
    'only_the_active_leave',
    'unknown_department',
    'unknown_group',
    'unknown_field',
  ],
})

export const setPassword = endpoint({
  method: 'POST',
  path: '/api/v1/users/:userId/password',
  access: 'people',
  tag: 'People',
  summary: 'Set a password for a person. It ends their sessions',
  input: z.strictObject({ userId: Id, password: Password }),
  answer: done,
  problems: ['not_found', 'not_yourself', 'higher_role', 'outside_your_departments'],
})

export const deleteUser = endpoint({
  method: 'DELETE',
  path: '/api/v1/users/:userId',
  access: 'account',
  tag: 'People',
  summary: 'Delete a person for good. To end access and keep results, deactivate instead',
  input: z.strictObject({ userId: Id }),
  answer: done,
  problems: ['not_found', 'owner_protected', 'not_yourself', 'higher_role'],
})
