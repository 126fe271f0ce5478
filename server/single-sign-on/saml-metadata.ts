import { X509Certificate } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { readSamlMetadata } from '#contract/single-sign-on.ts'
import type { Steps } from '#server/gate/gate.ts'
import { liesWithin } from '#server/outside.ts'
import { Problem } from '#server/problem.ts'
import { type Allowance, askProvider, saidBy } from './ask-provider.ts'

interface KeyDescriptor {
  readonly '@_use'?: string
  readonly KeyInfo?: { readonly X509Data?: { readonly X509Certificate?: string | string[] } }
}

interface Metadata {
  readonly EntityDescriptor?: {
    readonly '@_entityID'?: string
    readonly IDPSSODescriptor?: {
      readonly KeyDescriptor?: KeyDescriptor[]
      readonly SingleSignOnService?: { readonly '@_Binding'?: string; readonly '@_Location'?: string }[]
    }
  }
}

const parser = new XMLParser({
  ignoreAttributes: false,
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === 'KeyDescriptor' || name === 'SingleSignOnService',
})

/**
 * What the metadata of a SAML provider say, from the XML or from its address.
 *
 * @throws Problem `not_metadata`, `private_address`
 */
export const readMetadata =
  (allowed: Allowance) =>
  async (_steps: Steps, { metadata }: Input<typeof readSamlMetadata>): Promise<Answer<typeof readSamlMetadata>> => {
    const xml = metadata.startsWith('<') ? metadata : await fetched(metadata, allowed)
    const { EntityDescriptor: entity } = parsed(xml)
    const issuer = entity?.['@_entityID']
    const { KeyDescriptor: keys = [], SingleSignOnService: services = [] } = entity?.IDPSSODescriptor ?? {}
    const entryPoint = services.find((one) => one['@_Binding']?.endsWith(':HTTP-Redirect'))?.['@_Location']
    const certificates = keys
      .filter((key) => key['@_use'] !== 'encryption')
      .flatMap((key) => key.KeyInfo?.X509Data?.X509Certificate ?? [])
      .map(certificateOf)
      .filter((certificate) => certificate !== null)
    if (!issuer || !entryPoint || certificates.length === 0)
      throw notMetadata('An entity id, an entry point for HTTP-Redirect and a certificate are needed.')
    return { issuer, entryPoint, certificates: [...new Set(certificates)] }
  }

async function fetched(address: string, allowed: Allowance): Promise<string> {
  if (!URL.canParse(address) || !/^https?:/.test(address)) throw notMetadata('Paste the XML, or give an address.')
  if (!allowed.identityProvidersMayBePrivate && liesWithin(address)) throw new Problem('private_address')
  try {
    const answer = await askProvider(address, {}, allowed)
    if (!answer.ok) throw new Error(`it was answered ${answer.status}`)
    return await answer.text()
  } catch (error) {
    throw notMetadata(saidBy(error))
  }
}

function parsed(xml: string): Metadata {
  try {
    return parser.parse(xml) as Metadata
  } catch {
    throw notMetadata('The XML cannot be read.')
  }
}

const notMetadata = (message: string): Problem => new Problem('not_metadata', { where: [{ at: 'metadata', message }] })

/** A certificate as it is kept: its base64 alone. Null: it is none. */
export function certificateOf(typed: string): string | null {
  const base64 = typed.replaceAll(/-----(BEGIN|END) CERTIFICATE-----|\s/g, '')
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).raw.toString('base64')
  } catch {
    return null
  }
}

/** Until when a certificate holds. */
export const endOf = (certificate: string): Date => new X509Certificate(Buffer.from(certificate, 'base64')).validToDate
