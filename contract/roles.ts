import { z } from 'zod'

/** From the highest to the lowest. Exactly one owner in each account (S6). */
export const roles = ['owner', 'administrator', 'department_administrator', 'author', 'learner'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/**
 * What a call needs. Whom it may then touch is decided row by row (server/lifecycle/meant.ts).
 *
 * - `public`: nobody need be signed in
 * - `signed_in`: anybody who is in, for what is their own
 * - `people`: people are seen and managed, by department administrators only in their departments
 * - `courses`: courses are made, and given to groups and departments
 * - `catalog`: courses are seen and people enrolled; which people, is decided row by row
 * - `account`: the account is managed as a whole
 * - `owner`: the owner's own
 */
export type Access = 'public' | 'signed_in' | 'people' | 'courses' | 'catalog' | 'account' | 'owner'

const rolesWith: Record<Exclude<Access, 'public'>, readonly Role[]> = {
  signed_in: roles,
  people: ['owner', 'administrator', 'department_administrator'],
  courses: ['owner', 'administrator', 'author'],
  catalog: ['owner', 'administrator', 'department_administrator', 'author'],
  account: ['owner', 'administrator'],
  owner: ['owner'],
}

export const allows = (access: Access, role: Role): boolean => access === 'public' || rolesWith[access].includes(role)

/** R36: 1 is the highest. Nobody grants, or acts on, a role above their own. */
export const rank = (role: Role): number => roles.indexOf(role) + 1

/** The roles that somebody of this role may give. The owner's is never given, only transferred. */
export const grantable = (role: Role): Role[] =>
  role === 'author' || role === 'learner' ? [] : roles.filter((other) => other !== 'owner' && rank(other) >= rank(role))
