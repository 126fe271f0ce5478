import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Role } from './roles.ts'
import { CalendarDate, Id, Instant, Language, Password } from './words.ts'

/** Who I am, and where. What the shell and the learner's home are drawn from. */
export const Me = z.strictObject({
  id: Id,
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  role: Role,
  language: Language.nullable(),
  deactivationDate: CalendarDate.nullable(),
  deactivateAt: Instant.nullable(),
  account: z.strictObject({
    id: Id,
    name: z.string(),
    timeZone: z.string(),
    language: Language,
    deactivationTime: z.string(),
    today: CalendarDate,
  }),
})
export type Me = z.infer<typeof Me>

export const getWelcome = endpoint({
  method: 'GET',
  path: '/api/v1/welcome',
  access: 'public',
  tag: 'Sign in',
  summary: 'What stands at this address: an account, nothing yet, or nothing',
  input: nothing,
  answer: z.strictObject({
    state: z.enum(['account', 'not_set_up', 'no_account_here']),
    accountName: z.string().nullable(),
  }),
})

export const signIn = endpoint({
  method: 'POST',
  path: '/api/v1/sign-in',
  access: 'public',
  tag: 'Sign in',
  summary: 'Sign in with e-mail and password; the session is a cookie',
  input: z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) }),
  answer: Me,
  problems: ['wrong_password', 'account_inactive', 'too_many_attempts', 'no_account_here'],
})

export const signOut = endpoint({
  method: 'POST',
  path: '/api/v1/sign-out',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'End this session',
  input: nothing,
  answer: done,
})

export const getMe = endpoint({
  method: 'GET',
  path: '/api/v1/me',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'Who I am, and in which account',
  input: nothing,
  answer: Me,
})

export const listSessions = endpoint({
  method: 'GET',
  path: '/api/v1/me/sessions',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'My sessions: where I am signed in',
  input: nothing,
  answer: z.strictObject({
    items: z.array(
      z.strictObject({
        id: Id,
        isThisOne: z.boolean(),
        signedInAt: Instant,
        lastSeenAt: Instant,
        /** What the browser calls itself. */
        browser: z.string().nullable(),
        address: z.string().nullable(),
      }),
    ),
  }),
})

export const endSession = endpoint({
  method: 'DELETE',
  path: '/api/v1/me/sessions/:sessionId',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'End one of my sessions',
  input: z.strictObject({ sessionId: Id }),
  answer: done,
  problems: ['not_found'],
})

export const signOutEverywhere = endpoint({
  method: 'POST',
  path: '/api/v1/me/sign-out-everywhere',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'End all my sessions, this one too',
  input: nothing,
  answer: done,
})

export const changePassword = endpoint({
  method: 'POST',
  path: '/api/v1/me/password',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'Change my password. It ends my other sessions',
  input: z.strictObject({ currentPassword: z.string().min(1).max(200), newPassword: Password }),
  answer: done,
  problems: ['wrong_current_password', 'too_many_attempts'],
})
