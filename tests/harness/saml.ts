import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import { aSigner, type Signer } from './certificate.ts'

/** What an answer says; what is left out is the truth. */
interface Told {
  readonly subject?: string
  readonly format?: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly issuer?: string
  readonly audience?: string | null
  readonly recipient?: string
  readonly destination?: string
  readonly inResponseTo?: string
  readonly confirmedFor?: string
  readonly from?: Date
  readonly until?: Date
  readonly signs?: readonly ('assertion' | 'response')[]
  readonly by?: Signer
  readonly algorithm?: string
}

interface Asked {
  readonly id: string
  readonly acs: string
  readonly audience: string
  readonly relayState: string
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** Signs an element, as providers do: its signature stands behind its issuer. */
function signed(xml: string, element: 'Assertion' | 'Response', by: Signer, algorithm: string): string {
  const xpath = `//*[local-name(.)='${element}']`
  const signature = new SignedXml({
    privateKey: by.privateKey,
    canonicalizationAlgorithm: exclusive,
    signatureAlgorithm: algorithm,
  })
  signature.addReference({
    xpath,
    transforms: [enveloped, exclusive],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  })
  signature.computeSignature(xml, {
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  })
  return signature.getSignedXml()
}

/** A provider that speaks SAML 2.0: answers a request with a form that the browser posts. */
export class SamlServer {
  readonly signer = aSigner()
  /** Who is signed in at it. */
  person: Told = {}
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      if (!request.url!.includes('SAMLRequest=')) return void response.writeHead(400).end()
      const asked = this.read(new URL(request.url!, this.entryPoint))
      const page = `<!doctype html><title>Sign in</title><form method="post" action="${asked.acs}">
        <input type="hidden" name="SAMLResponse" value="${this.answer(asked)}">
        <input type="hidden" name="RelayState" value="${asked.relayState}"><button>Sign in as myself</button></form>`
      response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  readonly issuer = 'urn:example:idp'

  get entryPoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/sso`
  }

  get metadata(): string {
    return `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${this.issuer}">
      <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${this.signer.certificate}</ds:X509Certificate>
      </ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
      Location="${this.entryPoint}"/></md:IDPSSODescriptor></md:EntityDescriptor>`
  }

  /** What a browser was sent here with. */
  read(url: URL): Asked {
    const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest')!, 'base64')).toString()
    const found = (pattern: RegExp) => pattern.exec(xml)![1]!
    return {
      id: found(/ ID="([^"]+)"/),
      acs: found(/AssertionConsumerServiceURL="([^"]+)"/),
      audience: found(/<saml:Issuer[^>]*>([^<]+)</),
      relayState: url.searchParams.get('RelayState') ?? '',
    }
  }

  /** The answer, as it is posted. */
  answer(asked: Asked, told: Told = {}): string {
    return Buffer.from(this.xml(asked, told)).toString('base64')
  }

  xml(asked: Asked, told: Told = {}): string {
    const all = { ...this.person, ...told }
    const { signs = ['assertion', 'response'], by = this.signer } = all
    const algorithm = all.algorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
    let xml = unsigned(asked, { issuer: this.issuer, ...all })
    if (signs.includes('assertion')) xml = signed(xml, 'Assertion', by, algorithm)
    if (signs.includes('response')) xml = signed(xml, 'Response', by, algorithm)
    return xml
  }
}

function unsigned(asked: Asked, told: Told): string {
  const now = Date.now()
  const at = (date: Date) => date.toISOString()
  const { subject = 'nobody', format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', attributes = {} } = told
  const [from, until] = [told.from ?? new Date(now - 5_000), told.until ?? new Date(now + 300_000)]
  const { inResponseTo = asked.id, recipient = asked.acs, destination = asked.acs, audience = asked.audience } = told
  const audiences =
    audience === null
      ? ''
      : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`
  const statements = Object.entries(attributes)
    .map(
      ([name, value]) =>
        `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`,
    )
    .join('')
  const issuer = `<saml:Issuer>${told.issuer}</saml:Issuer>`
  const assertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(from)}">${issuer}<saml:Subject><saml:NameID Format="${format}">${subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${at(until)}" Recipient="${recipient}" InResponseTo="${told.confirmedFor ?? inResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(from)}" NotOnOrAfter="${at(until)}">${audiences}</saml:Conditions><saml:AuthnStatement AuthnInstant="${at(from)}" SessionIndex="session-1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${statements && `<saml:AttributeStatement>${statements}</saml:AttributeStatement>`}</saml:Assertion>`
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(new Date(now))}" Destination="${destination}" InResponseTo="${inResponseTo}">${issuer}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${assertion}</samlp:Response>`
}

/**
 * The ways to wrap what was signed for somebody into an answer that names another (XSW 1 to 8, as in "On Breaking SAML"):
 * the signature still holds of something, and whoever looks elsewhere for the subject believes the forgery.
 */
export function wrapped(xml: string, subject: string, other: string): Record<string, string> {
  const signature = (of: string) => /<ds:Signature[\s\S]*?<\/ds:Signature>|<Signature[\s\S]*?<\/Signature>/.exec(of)![0]
  const assertion = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)![0]
  const ofResponse = signature(xml.replace(assertion, ''))
  const ofAssertion = signature(assertion)
  const forged = (of: string) => of.replaceAll(subject, other).replace(/ ID="[^"]+"/, ` ID="_${randomUUID()}"`)
  const bare = assertion.replace(ofAssertion, '')
  const evil = forged(bare)
  const bareResponse = xml.replace(ofResponse, '')
  const evilResponse = forged(bareResponse)
  const inside = (sig: string, content: string) =>
    sig.replace(/<\/((?:ds:)?Signature)>$/, `<Object>${content}</Object></$1>`)
  const afterIssuer = (of: string, what: string) => of.replace('</saml:Issuer>', `</saml:Issuer>${what}`)
  const put = (what: string) => xml.replace(assertion, () => what)
  return {
    'XSW1: the answer is within its signature': afterIssuer(evilResponse, inside(ofResponse, bareResponse)),
    'XSW2: the answer stands before its signature': afterIssuer(evilResponse, bareResponse + ofResponse),
    'XSW3: a forgery before the assertion': put(evil + assertion),
    'XSW4: the assertion within a forgery': put(evil.replace('</saml:Assertion>', `${assertion}</saml:Assertion>`)),
    'XSW5: the signature in a forgery, the assertion behind it': put(afterIssuer(evil, ofAssertion) + bare),
    'XSW6: the assertion within the signature of a forgery': put(afterIssuer(evil, inside(ofAssertion, bare))),
    'XSW7: a forgery within extensions': put(`<samlp:Extensions>${evil}</samlp:Extensions>${assertion}`),
    'XSW8: the assertion within an object of the signature of a forgery': put(
      afterIssuer(evil, inside(ofAssertion, assertion)),
    ),
    'a forgery behind the assertion': put(assertion + evil),
    'a forgery with the id of the assertion': put(
      evil.replace(/ ID="[^"]+"/, / ID="[^"]+"/.exec(assertion)![0]) + assertion,
    ),
    'another name in what was signed': xml.replaceAll(subject, other),
  }
}
