import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Cursor, Id, Instant, Line, page, PageSize } from './words.ts'

const of = { access: 'account', tag: 'Provisioning' } as const

/** Where an identity provider speaks SCIM with us, below our address. */
export const scimPath = '/scim/v2'

export const addProvisioningToken = endpoint({
  ...of,
  method: 'POST',
  path: '/api/v1/provisioning/tokens',
  summary: 'Make a token for an identity provider (SCIM). It is shown in this answer and never again',
  input: z.strictObject({
    name: Line(100),
    /** After so many days it no longer works. */
    days: z.int().min(1).max(3650).default(365),
  }),
  answer: z.strictObject({ id: Id, token: z.string() }),
  problems: ['shown_once'],
})

export const ScimCall = z.strictObject({
  id: Id,
  happenedAt: Instant,
  /** Null: the token was ended since. */
  tokenName: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  status: z.int(),
  /** The userName or displayName that it was about. */
  whom: z.string().nullable(),
  /** Why it was refused, or what of it was left out. */
  detail: z.string().nullable(),
})
export type ScimCall = z.infer<typeof ScimCall>

export const listScimCalls = endpoint({
  ...of,
  method: 'GET',
  path: '/api/v1/provisioning/calls',
  summary: 'What identity providers asked for lately, and what they were answered; the newest first',
  input: z.strictObject({
    which: z.enum(['all', 'refused']).default('all'),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(ScimCall),
  problems: ['wrong_cursor'],
})

export const ToLink = z.strictObject({
  userId: Id,
  name: z.string(),
  email: z.string(),
  /** What the identity provider calls them. */
  userName: z.string(),
  externalId: z.string().nullable(),
  askedAt: Instant,
})
export type ToLink = z.infer<typeof ToLink>

export const listPeopleToLink = endpoint({
  ...of,
  method: 'GET',
  path: '/api/v1/provisioning/to-link',
  summary: 'People whom an identity provider wanted to add, though they were here already',
  input: nothing,
  answer: z.strictObject({ items: z.array(ToLink) }),
})

export const linkPerson = endpoint({
  ...of,
  method: 'POST',
  path: '/api/v1/provisioning/links',
  summary: 'Let the identity provider manage somebody who was here before it',
  input: z.strictObject({ userId: Id }),
  answer: done,
  problems: ['not_found', 'higher_role', 'user_name_taken', 'external_id_taken'],
})
