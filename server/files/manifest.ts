import { posix } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import iconv from 'iconv-lite'
import type { StoredFile } from '#contract/courses.ts'
import { Problem } from '#server/problem.ts'

export type Manifest = NonNullable<StoredFile['manifest']>
type Element = Record<string, unknown>

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  // Characters told by their numbers; it is these that the option is for. Entities of its own are refused below.
  htmlEntities: true,
})

/**
 * Reads an imsmanifest.xml: which SCORM it is, and its activities in their order. Each activity is a thing to open; an
 * item without a resource only groups others.
 *
 * @throws Problem `package_broken`, `package_unsafe`, `package_not_scorm`
 */
export function readManifest(bytes: Buffer): Manifest {
  const xml = textOf(bytes)
  // Entities of its own can make a short text a very long one; no packager writes any.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml))
    throw refused('package_unsafe', 'The manifest declares a document type of its own.')
  const wellFormed = XMLValidator.validate(xml)
  if (wellFormed !== true) {
    throw refused(
      'package_broken',
      `The manifest is no well-formed XML (line ${wellFormed.err.line}): ${wellFormed.err.msg}`,
    )
  }
  const manifest = child(parsed(xml), 'manifest')
  const version = versionOf(xml, manifest)
  const organization = mainOrganization(manifest)
  const resources = child(manifest, 'resources')
  const base = posix.join(attribute(manifest, 'base'), attribute(resources, 'base'))
  const byId = new Map(children(resources, 'resource').map((resource) => [attribute(resource, 'identifier'), resource]))

  const activities = itemsOf(organization).flatMap((item) => {
    const resource = byId.get(attribute(item, 'identifierref'))
    const { href, query, fragment } = split(attribute(resource ?? {}, 'href'))
    if (!resource || !href) return []
    const path = posix.normalize(posix.join(base, attribute(resource, 'base'), decoded(href)))
    if (path.startsWith('../') || path.startsWith('/')) {
      throw refused('package_unsafe', `The manifest points out of the package: ${href.slice(0, 200)}`)
    }
    return [
      {
        id: attribute(item, 'identifier') || path,
        title: textIn(item, 'title') || attribute(item, 'identifier') || path,
        href: path,
        parameters: parametersOf(query, fragment, attribute(item, 'parameters')),
      },
    ]
  })
  if (activities.length === 0) throw refused('package_not_scorm', 'The manifest names nothing that could be opened.')
  const ids = new Set<string>()
  for (const { id } of activities) {
    if (ids.has(id))
      throw refused('package_broken', `The manifest has two items with the identifier ${id.slice(0, 200)}.`)
    ids.add(id)
  }
  return { version, title: textIn(organization, 'title') || activities[0]!.title, activities }
}

function parsed(xml: string): Element {
  try {
    return parser.parse(xml) as Element
  } catch (error) {
    throw refused('package_broken', `The manifest is not readable: ${(error as Error).message}`)
  }
}

/** The parts of an address as it stands in a manifest. */
function split(address: string) {
  const [, href = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?/.exec(address) ?? []
  return { href, query, fragment }
}

/** What an item is opened with behind its address: both may have a query and a fragment (CAM 3.4.1.4). */
function parametersOf(query: string, fragment: string, told: string): string {
  const own = told.replace(/^[?&]+/, '')
  if (own.startsWith('#')) return query + (fragment || own)
  if (!own) return query + fragment
  return (query ? `${query}&${own}` : `?${own}`) + fragment
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href)
  } catch {
    // It holds a % that stands for itself.
    return href
  }
}

function versionOf(xml: string, manifest: Element): Manifest['version'] {
  const told = textIn(child(manifest, 'metadata'), 'schemaversion')
  if (/2004|CAM 1\.3/i.test(told)) return '2004'
  if (told.startsWith('1.2')) return '1.2'
  if (xml.includes('adlcp_v1p3')) return '2004'
  if (xml.includes('adlcp_rootv1p2')) return '1.2'
  throw refused(
    'package_not_scorm',
    told ? `Its manifest names the version “${told.slice(0, 60)}”.` : 'Its manifest names no version.',
  )
}

function mainOrganization(manifest: Element): Element {
  const organizations = child(manifest, 'organizations')
  const all = children(organizations, 'organization')
  const main = all.find((one) => attribute(one, 'identifier') === attribute(organizations, 'default')) ?? all[0]
  if (!main) throw refused('package_not_scorm', 'The manifest has no organization.')
  return main
}

/** How deep items may stand within items. */
const deepest = 50
const itemsOf = (element: Element, depth = 0): Element[] =>
  depth > deepest ? [] : children(element, 'item').flatMap((item) => [item, ...itemsOf(item, depth + 1)])

const children = (element: Element, name: string): Element[] => {
  const found = element[name]
  return (Array.isArray(found) ? found : [found]).filter(
    (one): one is Element => typeof one === 'object' && one !== null,
  )
}
const child = (element: Element, name: string): Element => children(element, name)[0] ?? {}
const attribute = (element: Element, name: string): string => {
  const value = element[`@${name}`]
  return typeof value === 'string' ? value.trim() : ''
}
function textIn(element: Element, name: string): string {
  const found = Array.isArray(element[name]) ? (element[name] as unknown[])[0] : element[name]
  const text = typeof found === 'object' && found !== null ? (found as Element)['#text'] : found
  return typeof text === 'string' ? text.trim().slice(0, 300).toWellFormed() : ''
}

/** The text of an XML file: by its byte order mark, by what it declares, else UTF-8. */
function textOf(bytes: Buffer): string {
  const declared = /^.{0,20}<\?xml[^>]{0,100}encoding=["']([\w.-]{1,40})["']/s.exec(
    bytes.subarray(0, 200).toString('latin1'),
  )?.[1]
  const marked = markedAs(bytes)
  const encoding: string = marked ?? declared ?? 'utf8'
  const isKnown: boolean = iconv.encodingExists(encoding)
  if (!isKnown) throw refused('package_broken', `The manifest is written in an unknown encoding: ${encoding}`)
  const text = iconv.decode(bytes, encoding)
  // What is told in single bytes is not written in pairs of them.
  const isOther = text.includes('\uFFFD') || (!marked && /^(utf-?(16|32)|ucs-?[24])/i.test(encoding))
  if (isOther) throw refused('package_broken', `The manifest is not written in ${encoding}, as it says.`)
  // oxlint-disable-next-line no-control-regex -- what XML does not allow
  if (/[\0-\x08\x0B\x0C\x0E-\x1F]/.test(text))
    throw refused('package_broken', 'The manifest holds characters that no XML may hold.')
  return text
}

/** The encoding that the first bytes show: by a byte order mark, or by zeros between the letters. */
function markedAs(bytes: Buffer): string | undefined {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be'
  return first === 0xef && second === 0xbb ? 'utf8' : undefined
}

/** A refusal with what is wrong, at the field of the file. */
export const refused = (
  code: 'package_broken' | 'package_unsafe' | 'package_without_manifest' | 'package_not_scorm',
  message: string,
): Problem => new Problem(code, { where: [{ at: 'file', message }] })
