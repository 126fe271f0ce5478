import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Me } from './sign-in.ts'
import { Id, Instant, Line } from './words.ts'

/*
 * Passkeys (WebAuthn): the key of a device or of a password manager, which shows that its person is there by finger,
 * face or PIN. It is a whole sign-in: no second step is asked for after it.
 *
 * What browsers are told and what they answer is as `parseCreationOptionsFromJSON()`, `parseRequestOptionsFromJSON()`
 * and `toJSON()` of `PublicKeyCredential` have it; of the answers, what is not named here is not looked at.
 */

const tag = { tag: 'Sign in' } as const
const currentPassword = z.string().min(1).max(200)
const Binary = (most: number) => z.base64url().min(1).max(most)
const CredentialId = Binary(1364)
const small = Binary(4_000)

/** For `navigator.credentials.create()`. */
const CreationOptions = z.strictObject({
  rp: z.strictObject({ id: z.string(), name: z.string() }),
  user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.strictObject({ type: z.literal('public-key'), alg: z.int() })),
  timeout: z.int(),
  attestation: z.literal('none'),
  excludeCredentials: z.array(z.strictObject({ type: z.literal('public-key'), id: z.string() })),
  authenticatorSelection: z.strictObject({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
})

/** For `navigator.credentials.get()`. */
const RequestOptions = z.strictObject({
  rpId: z.string(),
  challenge: z.string(),
  timeout: z.int(),
  userVerification: z.literal('required'),
})

export const Passkey = z.strictObject({
  id: Id,
  name: z.string(),
  /** The host name at which it was made. It works at no other. */
  host: z.string(),
  addedAt: Instant,
  lastUsedAt: Instant.nullable(),
})
export type Passkey = z.infer<typeof Passkey>

export const beginPasskeySignIn = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/sign-in/passkey/begin',
  access: 'public',
  summary: 'Begin to sign in with a passkey: what the browser is to ask for. It is good for five minutes',
  input: nothing,
  answer: RequestOptions,
  problems: ['too_many_attempts', 'no_account_here'],
})

export const signInWithPasskey = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/sign-in/passkey',
  access: 'public',
  summary: 'Sign in with a passkey; the session is a cookie. There is no second step to go',
  input: z.strictObject({
    credential: z.object({
      id: CredentialId,
      response: z.object({
        clientDataJSON: small,
        authenticatorData: small,
        signature: small,
        userHandle: z.base64url().max(86).optional(),
      }),
    }),
  }),
  answer: Me,
  problems: [
    'passkey_refused',
    'step_over',
    'account_inactive',
    'only_by_single_sign_on',
    'too_many_attempts',
    'no_account_here',
  ],
})

export const listPasskeys = endpoint({
  ...tag,
  method: 'GET',
  path: '/api/v1/me/passkeys',
  access: 'signed_in',
  summary: 'My passkeys',
  input: nothing,
  answer: z.strictObject({
    items: z.array(Passkey),
    /** They let me in. Not where I sign in by single sign-on alone. */
    areOn: z.boolean(),
  }),
})

export const beginPasskey = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/me/passkeys/begin',
  access: 'signed_in',
  summary: 'Begin to add a passkey: what the browser is to make. It is good for five minutes',
  input: z.strictObject({ currentPassword }),
  answer: CreationOptions,
  problems: ['wrong_current_password', 'too_many_attempts', 'too_many_passkeys', 'only_by_single_sign_on'],
})

export const addPasskey = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/me/passkeys',
  access: 'signed_in',
  summary: 'Add the passkey that the browser has made: from now on it signs me in',
  input: z.strictObject({
    name: Line(100),
    credential: z.object({
      id: CredentialId,
      response: z.object({ clientDataJSON: small, attestationObject: Binary(64_000) }),
    }),
  }),
  answer: Passkey,
  problems: ['passkey_refused', 'passkey_known', 'step_over', 'too_many_passkeys', 'only_by_single_sign_on'],
})

export const renamePasskey = endpoint({
  ...tag,
  method: 'PATCH',
  path: '/api/v1/me/passkeys/:passkeyId',
  access: 'signed_in',
  summary: 'Name one of my passkeys',
  input: z.strictObject({ passkeyId: Id, name: Line(100) }),
  answer: Passkey,
  problems: ['not_found'],
})

export const removePasskey = endpoint({
  ...tag,
  method: 'POST',
  path: '/api/v1/me/passkeys/:passkeyId/remove',
  access: 'signed_in',
  summary: 'Remove one of my passkeys. Other sessions that it opened end',
  input: z.strictObject({ passkeyId: Id, currentPassword }),
  answer: done,
  problems: ['not_found', 'wrong_current_password', 'too_many_attempts'],
})
