import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Role } from './roles.ts'
import { Me } from './sign-in.ts'
import { Id, Instant } from './words.ts'

/*
 * The second step of a sign-in with a password: a one-time code of an authenticator app (RFC 6238), or one of ten
 * recovery codes. A role that needs one is content with a passkey, too (`contract/passkeys.ts`).
 */

const step = z.string().min(1).max(200)
const code = z.string().trim().min(6).max(30)
const currentPassword = z.string().min(1).max(200)
const tag = { tag: 'Sign in' } as const
const toGuess = ['wrong_code', 'too_many_attempts'] as const

/** For an authenticator app: by the picture of the address, or typed. */
const Secret = z.strictObject({ secret: z.string(), address: z.string() })
const RecoveryCodes = z.array(z.string())

export const finishSignIn = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/sign-in/code',
  access: 'public',
  summary: 'The second step of a sign-in: a code of the authenticator, or a recovery code, which is used up',
  input: z.strictObject({ step, code }),
  answer: Me,
  problems: [...toGuess, 'step_over', 'account_inactive', 'no_account_here'],
})

export const beginSetUpAtSignIn = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/sign-in/authenticator',
  access: 'public',
  summary: 'Begin to set an authenticator up while signing in, where my role needs one and I have none',
  input: z.strictObject({ step }),
  answer: Secret,
  problems: ['step_over', 'no_account_here'],
})

export const finishSetUpAtSignIn = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/sign-in/authenticator/confirm',
  access: 'public',
  summary: 'Show a first code of that authenticator, and be signed in. The recovery codes are shown once',
  input: z.strictObject({ step, code }),
  answer: z.strictObject({ me: Me, recoveryCodes: RecoveryCodes }),
  problems: [...toGuess, 'step_over', 'account_inactive', 'no_account_here'],
})

export const getSecondStep = endpoint({
  ...tag,
  method: 'GET',
  path: '/api/v1/me/second-step',
  access: 'signed_in',
  summary: 'Whether my sign-in with a password has a second step',
  input: nothing,
  answer: z.strictObject({
    /** Since when. Null: it has none. */
    since: Instant.nullable(),
    recoveryCodesLeft: z.int(),
    /** My role needs it. */
    isRequired: z.boolean(),
  }),
})

export const startAuthenticator = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/me/authenticator',
  access: 'signed_in',
  summary: 'Begin to set my authenticator up. Nothing is asked for before a code of it was shown',
  input: z.strictObject({ currentPassword }),
  answer: Secret,
  problems: ['wrong_current_password', 'too_many_attempts', 'second_step_is_on', 'shown_once'],
})

export const confirmAuthenticator = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/me/authenticator/confirm',
  access: 'signed_in',
  summary: 'Show a first code of my authenticator: from now on it is asked for. My other sessions end',
  input: z.strictObject({ code }),
  answer: z.strictObject({ recoveryCodes: RecoveryCodes }),
  problems: [...toGuess, 'second_step_is_on', 'shown_once'],
})

export const renewRecoveryCodes = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/me/recovery-codes',
  access: 'signed_in',
  summary: 'Ten new recovery codes, shown once. Those before are over',
  input: z.strictObject({ currentPassword }),
  answer: z.strictObject({ recoveryCodes: RecoveryCodes }),
  problems: ['wrong_current_password', 'too_many_attempts', 'not_found', 'shown_once'],
})

export const endAuthenticator = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/me/authenticator/end',
  access: 'signed_in',
  summary: 'Sign in without a second step again. Where my role needs one, I set it up anew at the next sign-in',
  input: z.strictObject({ currentPassword }),
  answer: done,
  problems: ['wrong_current_password', 'too_many_attempts'],
})

export const endSecondStepOf = endpoint({
  method: 'POST',
  path: '/api/v1/users/:userId/end-second-step',
  access: 'people',
  tag: 'People',
  summary: 'For somebody who has lost their means: end their authenticator, their passkeys and the sessions of these',
  input: z.strictObject({ userId: Id }),
  answer: done,
  problems: ['not_found', 'not_yourself', 'higher_role', 'outside_your_departments'],
})

export const getSecondStepRule = endpoint({
  method: 'GET',
  path: '/api/v1/account/second-step',
  access: 'account',
  tag: 'Account',
  summary: 'Whose sign-in with a password needs a second step',
  input: nothing,
  answer: z.strictObject({ roles: z.array(Role) }),
})

export const changeSecondStepRule = endpoint({
  method: 'POST',
  path: '/api/v1/account/second-step',
  access: 'account',
  tag: 'Account',
  summary: 'Say whose sign-in with a password needs a second step. Whoever has none, and no passkey, sets it up',
  input: z.strictObject({ roles: z.array(Role) }),
  answer: z.strictObject({ roles: z.array(Role) }),
})
