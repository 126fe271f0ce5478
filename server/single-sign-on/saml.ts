import { type CacheProvider, type Profile, SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import { XMLParser } from 'fast-xml-parser'
import { secretOf, type Way } from './flow.ts'
import type { Identity, SamlProvider } from './provider.ts'

export const acsOf = (origin: string, providerId: string): string => `${origin}/sso/saml/${providerId}/acs`
/** Who we are to the provider: the address of our metadata. */
export const entityIdOf = (origin: string, providerId: string): string => `${origin}/sso/saml/${providerId}/metadata`

const minutes = 60_000
const goodForMs = 10 * minutes

/**
 * The request that is awaited an answer to. That it is awaited once, on all nodes, is the flow's row, which was taken
 * before anything of the answer is read.
 */
function awaiting(requestId: string): CacheProvider {
  const createdAt = Date.now()
  return {
    saveAsync: async (_key, value) => ({ value, createdAt }),
    getAsync: async (key) => (key === requestId ? new Date(createdAt).toISOString() : null),
    removeAsync: async (key) => key,
  }
}

function speaker({ id, issuer, entryPoint, certificates }: SamlProvider, origin: string, requestId: string): SAML {
  return new SAML({
    issuer: entityIdOf(origin, id),
    audience: entityIdOf(origin, id),
    callbackUrl: acsOf(origin, id),
    entryPoint,
    idpIssuer: issuer,
    idpCert: [...certificates],
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: true,
    validateInResponseTo: ValidateInResponseTo.always,
    requestIdExpirationPeriodMs: goodForMs,
    cacheProvider: awaiting(requestId),
    generateUniqueId: () => requestId,
    maxAssertionAgeMs: goodForMs,
    acceptedClockSkewMs: minutes,
    // The provider knows best how its people show who they are, and what it calls them.
    disableRequestedAuthnContext: true,
    identifierFormat: null,
  })
}

const requestIdOf = (way: Way): string => `_${secretOf(way, 'request id')}`

interface Coming {
  readonly origin: string
  readonly way: Way
}

/** Where the browser goes to sign in at the provider. */
export const beginSaml = (provider: SamlProvider, { origin, way }: Coming): Promise<string> =>
  speaker(provider, origin, requestIdOf(way)).getAuthorizeUrlAsync(way.state, undefined, {})

/** What the provider has to know of us, as XML. */
export const metadataOf = (provider: SamlProvider, origin: string): string =>
  speaker(provider, origin, '_').generateServiceProviderMetadata(null, null)

/** In either quotes; and whatever is written with `&`, which no provider needs for it. */
const namesWeakAlgorithm = /Algorithm\s*=\s*["'][^"']*(&|xmldsig#(rsa-|dsa-|hmac-)?sha1["'])/i

/**
 * Whom the provider says that the browser is: by an answer to this one request, signed as a whole and in its assertion,
 * for us, at this address, now (R40).
 *
 * @throws Error that says what is wrong with it
 */
export async function finishSaml(
  provider: SamlProvider,
  { origin, way, answer }: Coming & { answer: string },
): Promise<Identity> {
  const requestId = requestIdOf(way)
  const xml = Buffer.from(answer, 'base64').toString()
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new Error('the answer declares a document type')
  if (namesWeakAlgorithm.test(xml)) throw new Error('the answer is signed by SHA-1')
  const { profile } = await speaker(provider, origin, requestId).validatePostResponseAsync({ SAMLResponse: answer })
  if (!profile) throw new Error('the answer names nobody')
  refuseOthers(profile, provider, { xml, acs: acsOf(origin, provider.id), requestId })
  return identityOf(profile)
}

/** Of an assertion as it is parsed, without the prefixes of its names. */
interface Assertion {
  readonly Assertion: {
    readonly Conditions?: readonly { readonly $?: { readonly NotOnOrAfter?: string } }[]
    readonly Subject?: readonly {
      readonly SubjectConfirmation?: readonly {
        readonly $?: { readonly Method?: string }
        readonly SubjectConfirmationData?: readonly {
          readonly $?: { readonly Recipient?: string; readonly InResponseTo?: string; readonly NotOnOrAfter?: string }
        }[]
      }[]
    }[]
  }
}

/** What the library leaves open: who speaks, to which address, until when, and that the subject is answered for to us. */
function refuseOthers(
  profile: Profile,
  provider: SamlProvider,
  { xml, acs, requestId }: { xml: string; acs: string; requestId: string },
): void {
  if (profile.issuer !== provider.issuer) throw new Error(`the answer is of ${profile.issuer}`)
  const destination = destinationOf(xml)
  if (destination !== undefined && destination !== acs) throw new Error(`the answer is for ${destination}`)
  const told = profile.getAssertion?.() as unknown as Assertion | undefined
  const { Conditions: conditions, Subject: subjects } = told?.Assertion ?? {}
  if (!conditions?.[0]?.$?.NotOnOrAfter) throw new Error('the assertion does not say until when it holds')
  const isForUs = subjects?.[0]?.SubjectConfirmation?.some(({ $: confirmation, SubjectConfirmationData: data }) => {
    const confirmed = data?.[0]?.$
    return (
      confirmation?.Method === 'urn:oasis:names:tc:SAML:2.0:cm:bearer' &&
      confirmed?.Recipient === acs &&
      confirmed.InResponseTo === requestId &&
      Date.parse(confirmed.NotOnOrAfter ?? '') > Date.now() - minutes
    )
  })
  if (!isForUs) throw new Error('the assertion is for another recipient')
  if (!profile.nameID) throw new Error('the assertion names nobody')
  if (profile.nameIDFormat?.endsWith(':transient'))
    throw new Error('the name of the subject is another each time; let it be persistent, or the e-mail address')
}

const attributes = new XMLParser({ ignoreAttributes: false, removeNSPrefix: true, processEntities: false })

function destinationOf(xml: string): string | undefined {
  const { Response: response } = attributes.parse(xml) as { Response?: Record<string, string> }
  return response?.['@_Destination']
}

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/'
/** What providers call the same, the commonest first. */
const names = {
  email: ['email', 'mail', 'Email', 'emailAddress', `${claims}emailaddress`, 'urn:oid:0.9.2342.19200300.100.1.3'],
  firstName: [
    'firstName',
    'givenName',
    'given_name',
    'first_name',
    'FirstName',
    `${claims}givenname`,
    'urn:oid:2.5.4.42',
  ],
  lastName: [
    'lastName',
    'surname',
    'sn',
    'family_name',
    'last_name',
    'LastName',
    `${claims}surname`,
    'urn:oid:2.5.4.4',
  ],
}

function identityOf(profile: Profile): Identity {
  const told = (profile['attributes'] ?? {}) as Record<string, unknown>
  const first = (of: readonly string[]): string | null =>
    of.flatMap((name) => told[name] ?? []).find((value): value is string => typeof value === 'string') ?? null
  const isAddress = profile.nameIDFormat?.endsWith(':emailAddress') ?? false
  return {
    issuer: profile.issuer,
    subject: profile.nameID,
    session: profile.sessionIndex ?? null,
    email: first(names.email) ?? (isAddress ? profile.nameID : null),
    isEmailVerified: true,
    firstName: first(names.firstName),
    lastName: first(names.lastName),
  }
}
