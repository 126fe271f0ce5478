import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { CalendarDate, Email, Id, Instant, Language, Line, Password, TimeOfDay, TimeZone } from './words.ts'

export const setUp = endpoint({
  method: 'POST',
  path: '/api/v1/setup',
  access: 'public',
  tag: 'Account',
  summary: 'Set up the first account of an installation, by the one-time link that the server printed',
  input: z.strictObject({
    token: z.string().min(1).max(200),
    accountName: Line(100),
    firstName: Line(100),
    lastName: Line(100),
    email: Email,
    password: Password,
    timeZone: TimeZone,
    /** Null: unlimited. */
    seatLimit: z.int().min(1, { error: 'At least one seat: the owner takes it.' }).max(100_000_000).nullable(),
    addSamples: z.boolean(),
  }),
  answer: done,
  problems: ['setup_closed', 'unknown_time_zone'],
})

export const checkSetupLink = endpoint({
  method: 'GET',
  path: '/api/v1/setup',
  access: 'public',
  tag: 'Account',
  summary: 'Whether a setup link is still valid',
  input: z.strictObject({ token: z.string().min(1).max(200) }),
  answer: done,
  problems: ['setup_closed'],
})

export const listTimeZones = endpoint({
  method: 'GET',
  path: '/api/v1/time-zones',
  access: 'public',
  tag: 'Account',
  summary: 'The time zones that the database knows',
  input: nothing,
  answer: z.strictObject({ items: z.array(z.string()) }),
})

export const Account = z.strictObject({
  id: Id,
  name: z.string(),
  host: z.string().nullable(),
  timeZone: z.string(),
  /** D1: the time of day at which access ends on a deactivation date. */
  deactivationTime: z.string(),
  language: Language,
  /** A change of more people than this, or of a larger share of everybody, is confirmed by their number. */
  massChangeCount: z.int(),
  massChangePercent: z.int(),
  owner: z.strictObject({ id: Id, name: z.string(), email: z.string() }),
  version: z.int(),
})
export type Account = z.infer<typeof Account>

export const getAccount = endpoint({
  method: 'GET',
  path: '/api/v1/account',
  access: 'account',
  tag: 'Account',
  summary: 'The account',
  input: nothing,
  answer: Account,
})

/** D4: whose access ends at another instant than before. */
const Moved = z.strictObject({
  count: z.int(),
  people: z
    .array(z.strictObject({ userId: Id, name: z.string(), deactivationDate: CalendarDate, from: Instant, to: Instant }))
    .max(100),
  /** Those whose new instant lies in the past already: they become inactive with the change. */
  endAtOnce: z.int(),
})

export const editAccount = endpoint({
  method: 'PATCH',
  path: '/api/v1/account',
  access: 'account',
  tag: 'Account',
  summary: 'Edit the account. A changed zone or time of day moves the instants of the deactivation dates',
  input: z.strictObject({
    version: z.int(),
    name: Line(100).optional(),
    timeZone: TimeZone.optional(),
    deactivationTime: TimeOfDay.optional(),
    language: Language.optional(),
    massChangeCount: z.int().min(1).max(1_000_000).optional(),
    massChangePercent: z.int().min(1).max(100).optional(),
  }),
  answer: z.strictObject({ account: Account, moved: Moved }),
  problems: ['stale_edit', 'unknown_time_zone'],
})

export const previewZone = endpoint({
  method: 'GET',
  path: '/api/v1/account/preview-zone',
  access: 'account',
  tag: 'Account',
  summary: 'Whose access another time zone or time of day would move',
  input: z.strictObject({ timeZone: TimeZone, deactivationTime: TimeOfDay }),
  answer: Moved,
  problems: ['unknown_time_zone'],
})

export const transferOwnership = endpoint({
  method: 'POST',
  path: '/api/v1/account/owner',
  access: 'owner',
  tag: 'Account',
  summary: 'Hand the account over to another active person. The owner before becomes an administrator',
  input: z.strictObject({ userId: Id, currentPassword: z.string().min(1).max(200) }),
  answer: Account,
  problems: ['not_found', 'not_an_active_user', 'wrong_current_password', 'too_many_attempts'],
})

export const CustomField = z.strictObject({
  id: Id,
  key: z.string(),
  label: z.string(),
  kind: z.enum(['text', 'date', 'choice']),
  choices: z.array(z.string()),
})
export type CustomField = z.infer<typeof CustomField>

export const listCustomFields = endpoint({
  method: 'GET',
  path: '/api/v1/custom-fields',
  access: 'people',
  tag: 'Account',
  summary: 'The custom fields of people',
  input: nothing,
  answer: z.strictObject({ items: z.array(CustomField) }),
})

export const addCustomField = endpoint({
  method: 'POST',
  path: '/api/v1/custom-fields',
  access: 'account',
  tag: 'Account',
  summary: 'Add a custom field',
  input: z.strictObject({
    label: Line(60),
    kind: CustomField.shape.kind,
    choices: z.array(Line(100)).max(100).default([]),
  }),
  answer: CustomField,
  problems: ['name_taken'],
})

export const deleteCustomField = endpoint({
  method: 'DELETE',
  path: '/api/v1/custom-fields/:fieldId',
  access: 'account',
  tag: 'Account',
  summary: 'Delete a custom field, and what people have in it',
  input: z.strictObject({ fieldId: Id }),
  answer: done,
  problems: ['not_found'],
})
