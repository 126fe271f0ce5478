import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Cursor, Id, Instant, Line, page, PageSize } from './words.ts'

const address = (example: string) =>
  z
    .url({ protocol: /^https?$/, error: `Give an address like ${example}.` })
    .max(500)
    .refine((typed) => !/^[^/]*\/\/[^/]*@/.test(typed), { error: 'Leave the login out.' })

/** What every provider says of itself, whatever it speaks. */
const of = {
  /** As it stands on the button of the sign-in page. */
  name: Line(60),
  /** Adds whom it knows and nobody here is connected with: as a learner, and where no seat is free, waiting for one. */
  createsPeople: z.boolean(),
  /** Connects whom it knows with the person who has that verified e-mail here; never with the owner. */
  linksByEmail: z.boolean(),
  /** Adds and connects by e-mail only who has an address under this domain. */
  domain: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^([a-z0-9-]+\.)+[a-z0-9-]+$/, { error: 'Give a domain like example.org.' })
    .max(253)
    .nullable(),
}

/** Made by whoever adds a provider, so that the addresses that it has to be told are known before. */
const newId = z
  .string()
  .regex(/^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/, { error: 'Give a UUID.' })
  .optional()

const oidc = {
  ...of,
  issuer: address('https://login.example.org'),
  clientId: Line(200),
  scopes: z
    .string()
    .trim()
    .max(300)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, { error: 'Give names with a blank between.' })
    .refine((scopes) => scopes.split(' ').includes('openid'), { error: 'Begin with openid.' }),
  /** For a provider that does not say whether an address is verified: it is, since the organisation gives them out. */
  trustsEmail: z.boolean(),
}
const clientSecret = z.string().min(1).max(500).nullable()

const saml = {
  ...of,
  /** Its entity id. */
  issuer: Line(500),
  entryPoint: address('https://login.example.org/saml'),
  /** That it signs with, as PEM or as its base64 alone. */
  certificates: z.array(z.string().trim().min(1).max(10_000)).min(1, 'Give at least one.').max(5),
}

/** `clientId`, `scopes` and `trustsEmail` are of OpenID Connect; `entryPoint` and `certificates` of SAML. */
export const IdentityProvider = z.strictObject({
  id: Id,
  kind: z.enum(['oidc', 'saml']),
  name: z.string(),
  isOn: z.boolean(),
  issuer: z.string(),
  createsPeople: z.boolean(),
  linksByEmail: z.boolean(),
  domain: z.string().nullable(),
  clientId: z.string().nullable(),
  hasSecret: z.boolean(),
  scopes: z.string().nullable(),
  trustsEmail: z.boolean(),
  entryPoint: z.string().nullable(),
  certificates: z.array(z.string()).nullable(),
  /** How many people are connected with it. */
  people: z.int(),
  lastSignInAt: Instant.nullable(),
  /** Null: the last one who came back was let in, or there was none. */
  lastRefusal: z.string().nullable(),
})
export type IdentityProvider = z.infer<typeof IdentityProvider>

const told = { access: 'account', tag: 'Single sign-on' } as const

export const listIdentityProviders = endpoint({
  ...told,
  method: 'GET',
  path: '/api/v1/identity-providers',
  summary: 'The identity providers of the account, and whether people sign in by them alone',
  input: nothing,
  answer: z.strictObject({ items: z.array(IdentityProvider), onlySingleSignOn: z.boolean() }),
})

export const addOidcProvider = endpoint({
  ...told,
  method: 'POST',
  path: '/api/v1/identity-providers/oidc',
  summary: 'Let people sign in by a provider that speaks OpenID Connect. The secret is never shown again',
  input: z.strictObject({
    id: newId,
    ...oidc,
    createsPeople: of.createsPeople.default(false),
    linksByEmail: of.linksByEmail.default(false),
    domain: of.domain.default(null),
    scopes: oidc.scopes.default('openid profile email'),
    trustsEmail: oidc.trustsEmail.default(false),
    clientSecret,
  }),
  answer: z.strictObject({ id: Id }),
  problems: ['name_taken', 'private_address'],
})

export const editOidcProvider = endpoint({
  ...told,
  method: 'PATCH',
  path: '/api/v1/identity-providers/oidc/:providerId',
  summary: 'Change a provider, or turn it off. Of another issuer nobody is connected with it any more',
  input: z.strictObject({
    ...z.object({ ...oidc, clientSecret, isOn: z.boolean() }).partial().shape,
    providerId: Id,
  }),
  answer: done,
  problems: ['not_found', 'name_taken', 'private_address', 'needs_provider'],
})

export const addSamlProvider = endpoint({
  ...told,
  method: 'POST',
  path: '/api/v1/identity-providers/saml',
  summary: 'Let people sign in by a provider that speaks SAML 2.0',
  input: z.strictObject({
    id: newId,
    ...saml,
    createsPeople: of.createsPeople.default(false),
    linksByEmail: of.linksByEmail.default(false),
    domain: of.domain.default(null),
  }),
  answer: z.strictObject({ id: Id }),
  problems: ['name_taken'],
})

export const editSamlProvider = endpoint({
  ...told,
  method: 'PATCH',
  path: '/api/v1/identity-providers/saml/:providerId',
  summary: 'Change a provider, or turn it off. With another certificate or entry point the owner connects anew',
  input: z.strictObject({ ...z.object({ ...saml, isOn: z.boolean() }).partial().shape, providerId: Id }),
  answer: done,
  problems: ['not_found', 'name_taken', 'needs_provider'],
})

export const readSamlMetadata = endpoint({
  ...told,
  method: 'POST',
  path: '/api/v1/identity-providers/saml/read-metadata',
  summary: 'What the metadata of a SAML provider say, from the XML or from its address',
  input: z.strictObject({ metadata: z.string().trim().min(1, 'Fill in this field.').max(500_000) }),
  answer: z.strictObject({ issuer: z.string(), entryPoint: z.string(), certificates: z.array(z.string()) }),
  problems: ['not_metadata', 'private_address'],
})

export const deleteIdentityProvider = endpoint({
  ...told,
  method: 'DELETE',
  path: '/api/v1/identity-providers/:providerId',
  summary: 'Delete a provider. Sessions that were opened by it end, and nobody is connected with it any more',
  input: z.strictObject({ providerId: Id }),
  answer: done,
  problems: ['not_found', 'needs_provider'],
})

export const testIdentityProvider = endpoint({
  ...told,
  method: 'POST',
  path: '/api/v1/identity-providers/:providerId/test',
  summary: 'Ask a provider what it is, now, as a sign-in does first',
  input: z.strictObject({ providerId: Id }),
  answer: z.strictObject({ works: z.boolean(), said: z.string().nullable() }),
  problems: ['not_found'],
})

export const ProviderSignIn = z.strictObject({
  id: Id,
  /** Null: nobody that is known here. */
  userName: z.string().nullable(),
  happenedAt: Instant,
  /** What happened, or the code of the problem that it was refused with. */
  outcome: z.string(),
  said: z.string().nullable(),
})
export type ProviderSignIn = z.infer<typeof ProviderSignIn>

export const listProviderSignIns = endpoint({
  ...told,
  method: 'GET',
  path: '/api/v1/identity-providers/:providerId/sign-ins',
  summary: 'Who came back from a provider in the last 30 days, and what became of it; the newest first',
  input: z.strictObject({ providerId: Id, cursor: Cursor.optional(), limit: PageSize.default(50) }),
  answer: page(ProviderSignIn),
  problems: ['not_found', 'wrong_cursor'],
})

export const editSingleSignOn = endpoint({
  ...told,
  method: 'PATCH',
  path: '/api/v1/single-sign-on',
  summary:
    'Whether people sign in by their identity provider alone. The owner’s password always works. Sessions of others that a password opened end, but for this one',
  input: z.strictObject({ onlySingleSignOn: z.boolean() }),
  answer: done,
  problems: ['needs_provider'],
})

const mine = { access: 'signed_in', tag: 'Single sign-on' } as const

export const listMyIdentities = endpoint({
  ...mine,
  method: 'GET',
  path: '/api/v1/me/identities',
  summary: 'By which identities I sign in, and which providers I could connect',
  input: nothing,
  answer: z.strictObject({
    items: z.array(
      z.strictObject({
        id: Id,
        providerName: z.string(),
        /** The address that the provider told when it was connected. */
        email: z.string().nullable(),
        connectedAt: Instant,
        lastUsedAt: Instant.nullable(),
      }),
    ),
    others: z.array(z.strictObject({ id: Id, name: z.string() })),
  }),
})

export const connectIdentity = endpoint({
  ...mine,
  method: 'POST',
  path: '/api/v1/me/identities',
  summary: 'Begin to connect an identity: the answer is where to go with this browser',
  input: z.strictObject({ providerId: Id }),
  answer: z.strictObject({ url: z.string() }),
  problems: ['not_found', 'provider_failed', 'too_many_attempts'],
})

export const disconnectIdentity = endpoint({
  ...mine,
  method: 'DELETE',
  path: '/api/v1/me/identities/:identityId',
  summary: 'Sign in by an identity of mine no more. Sessions that it opened end, but for this one',
  input: z.strictObject({ identityId: Id }),
  answer: done,
  problems: ['not_found'],
})
