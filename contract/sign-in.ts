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

/**
 * The password was right, and is not enough: a code of the authenticator, or setting one up, by `contract/second-step.ts`;
 * or a sign-in with a passkey instead, by `contract/passkeys.ts`.
 */
export const NextStep = z.union([
  z.strictObject({ nextStep: z.enum(['code', 'set_up']), step: z.string() }),
  z.strictObject({ nextStep: z.literal('passkey') }),
])
export type NextStep = z.infer<typeof NextStep>
/** Waits for a code. */
export type PendingStep = Extract<NextStep, { step: string }>

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
    /** Who else says who somebody is. */
    providers: z.array(z.strictObject({ id: Id, kind: z.enum(['oidc', 'saml']), name: z.string() })),
    /** A password lets in the owner alone. */
    onlySingleSignOn: z.boolean(),
  }),
})

export const signIn = endpoint({
  method: 'POST',
  path: '/api/v1/sign-in',
  access: 'public',
  tag: 'Sign in',
  summary: 'Sign in with e-mail and password; the session is a cookie. Some have a second step to go',
  input: z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) }),
  answer: z.union([Me, NextStep]),
  problems: ['wrong_password', 'account_inactive', 'only_by_single_sign_on', 'too_many_attempts', 'no_account_here'],
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

export const getPassword = endpoint({
  method: 'GET',
  path: '/api/v1/me/password',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'Whether I have a password, which is what confirms that it is me, and whether it lets me in',
  input: nothing,
  answer: z.strictObject({
    isSet: z.boolean(),
    /** Not where a password lets in the owner alone. */
    isOn: z.boolean(),
  }),
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

export const askForReset = endpoint({
  method: 'POST',
  path: '/api/v1/password-reset',
  access: 'public',
  tag: 'Sign in',
  summary: 'Mail me a link to set a new password. The answer is the same for every address (R10)',
  input: z.strictObject({ email: z.string().min(1).max(254) }),
  answer: done,
  problems: ['too_many_attempts', 'no_account_here'],
})

const link = { token: z.string().min(1).max(200), purpose: z.enum(['invitation', 'password_reset']) }

export const checkLink = endpoint({
  method: 'GET',
  path: '/api/v1/links',
  access: 'public',
  tag: 'Sign in',
  summary: 'Whether a mailed link is still good, and whose it is',
  input: z.strictObject(link),
  answer: z.strictObject({ email: z.string(), firstName: z.string() }),
  problems: ['link_not_valid', 'only_by_single_sign_on', 'no_account_here'],
})

export const useLink = endpoint({
  method: 'POST',
  path: '/api/v1/links/use',
  access: 'public',
  tag: 'Sign in',
  summary: 'Set my password by a mailed link, and sign in. The link is used up, my other sessions end',
  input: z.strictObject({ ...link, newPassword: Password }),
  answer: z.union([Me, NextStep]),
  problems: ['link_not_valid', 'only_by_single_sign_on', 'no_account_here', 'account_inactive'],
})

export const unsubscribe = endpoint({
  method: 'POST',
  path: '/api/v1/unsubscribe',
  access: 'public',
  tag: 'Sign in',
  summary: 'No more reminders by mail, by the link in one. It works without signing in, and does nothing else',
  input: z.strictObject({ token: link.token }),
  answer: done,
  problems: ['link_not_valid', 'no_account_here'],
})

export const getMailChoice = endpoint({
  method: 'GET',
  path: '/api/v1/me/reminders',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'Whether I get reminders by mail',
  input: nothing,
  answer: z.strictObject({ reminders: z.boolean() }),
})

export const changeMailChoice = endpoint({
  method: 'POST',
  path: '/api/v1/me/reminders',
  access: 'signed_in',
  tag: 'Sign in',
  summary: 'Get reminders by mail, or not',
  input: z.strictObject({ reminders: z.boolean() }),
  answer: z.strictObject({ reminders: z.boolean() }),
})
