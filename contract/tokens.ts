import { z } from 'zod'
import { done, type Endpoint, endpoint, nothing } from './endpoint.ts'
import { Id, Instant, Line } from './words.ts'

/** What a token of the API may be used for, within what the role of its person allows. */
export const tokenScopes = [
  'people_read',
  'people_write',
  'courses_read',
  'courses_write',
  'learning_read',
  'reports_read',
  'account_read',
  'account_write',
] as const
const ApiScope = z.enum(tokenScopes)
/** A token for `provisioning` is of that alone, and opens nothing of the API (R39). */
export const TokenScope = z.enum([...tokenScopes, 'provisioning'])
export type TokenScope = z.infer<typeof TokenScope>

/** `personal`: seen by its person alone. `account`: made by an administrator, seen and ended by all of them. */
export const TokenKind = z.enum(['personal', 'account'])
export type TokenKind = z.infer<typeof TokenKind>

export const Token = z.strictObject({
  id: Id,
  kind: TokenKind,
  name: z.string(),
  /** The last signs of the token itself, to tell one from another. */
  lastSigns: z.string(),
  scopes: z.array(TokenScope),
  userId: Id,
  userName: z.string(),
  isMine: z.boolean(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  /** It works. Otherwise it has expired, or its person is inactive: then it works again when they are back. */
  state: z.enum(['works', 'expired', 'person_inactive']),
})
export type Token = z.infer<typeof Token>

export const listTokens = endpoint({
  method: 'GET',
  path: '/api/v1/tokens',
  access: 'signed_in',
  tag: 'API tokens',
  summary: 'My API tokens; for administrators, those of the account too',
  input: nothing,
  answer: z.strictObject({ items: z.array(Token) }),
})

export const addToken = endpoint({
  method: 'POST',
  path: '/api/v1/tokens',
  access: 'signed_in',
  tag: 'API tokens',
  summary: 'Make an API token. It is shown in this answer and never again',
  input: z.strictObject({
    name: Line(100),
    kind: TokenKind.default('personal'),
    scopes: z
      .array(ApiScope)
      .min(1, 'Choose at least one.')
      .transform((scopes) => tokenScopes.filter((scope) => scopes.includes(scope))),
    /** After so many days it no longer works. Null: it works until it is ended. */
    days: z.int().min(1).max(3650).nullable().default(null),
  }),
  answer: z.strictObject({ id: Id, token: z.string() }),
  problems: ['not_allowed', 'shown_once'],
})

export const endToken = endpoint({
  method: 'DELETE',
  path: '/api/v1/tokens/:tokenId',
  access: 'signed_in',
  tag: 'API tokens',
  summary: 'End an API token of mine; administrators, one of the account too',
  input: z.strictObject({ tokenId: Id }),
  answer: done,
  problems: ['not_found'],
})

const areas: Partial<Record<Endpoint['tag'], 'people' | 'courses' | 'learning' | 'reports' | 'account'>> = {
  People: 'people',
  Lifecycle: 'people',
  Seats: 'people',
  Groups: 'people',
  Departments: 'people',
  Activity: 'people',
  Courses: 'courses',
  Enrollments: 'courses',
  Portal: 'learning',
  Reports: 'reports',
  Account: 'account',
  Mail: 'account',
}

/**
 * What a token needs for a call. `any`: every token will do. Null: no token is let in, since it belongs to a browser
 * (its session, its player), makes tokens, decides who says who people are or how somebody else signs in, or is the owner's
 * own.
 */
export function scopeOf({ tag, method, path, access }: Endpoint): TokenScope | 'any' | null {
  if (path === '/api/v1/me') return 'any'
  const area = areas[tag]
  if (area === undefined || access === 'owner' || /(password|second-step)$/.test(path)) return null
  const scope = `${area}_${method === 'GET' ? 'read' : 'write'}`
  return tokenScopes.find((one) => one === scope) ?? null
}

/** Whether a token of these scopes is enough for what needs that one. */
export const covers = (scopes: readonly TokenScope[], needed: TokenScope | 'any'): boolean =>
  needed === 'any' ? !scopes.includes('provisioning') : scopes.includes(needed)
