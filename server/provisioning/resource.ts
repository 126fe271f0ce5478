import { createHash } from 'node:crypto'
import type { Spoken } from '#server/gate/gate.ts'
import { ScimError, wrongValue } from './scim-error.ts'
import { pathOf } from './path.ts'

/** What a request asks to be shown of resources (RFC 7644, 3.9). */
export interface Shown {
  readonly attributes?: readonly string[]
  readonly excluded?: readonly string[]
}

export interface Listing extends Shown {
  readonly filter?: string
  readonly sortBy?: string
  readonly isDescending: boolean
  readonly startIndex: number
  readonly count: number
}

/** A resource of ours, whole. */
export type Resource = Record<string, unknown> & { readonly id: string; readonly schemas: readonly string[] }

export const MOST_RESULTS = 200
const usualResults = 100

/** @throws ScimError `invalidValue` */
export function shownBy(query: Readonly<Record<string, unknown>>): Shown {
  const attributes = namesIn(query['attributes'])
  const excluded = namesIn(query['excludedAttributes'])
  if (attributes && excluded) throw wrongValue('Give attributes or excludedAttributes, not both.')
  return { ...(attributes && { attributes }), ...(excluded && { excluded }) }
}

/** From the query of a GET, or the body of a POST to /.search. @throws ScimError `invalidValue` */
export function listingOf(query: Readonly<Record<string, unknown>>): Listing {
  const { filter, sortBy, sortOrder = 'ascending' } = query
  for (const [name, one] of Object.entries({ filter, sortBy, sortOrder }))
    if (one !== undefined && typeof one !== 'string') throw wrongValue(`${name} is text, and given once.`)
  if (sortOrder !== 'ascending' && sortOrder !== 'descending') throw wrongValue('sortOrder is ascending or descending.')
  return {
    ...shownBy(query),
    ...(filter !== undefined && { filter: filter as string }),
    ...(sortBy !== undefined && { sortBy: sortBy as string }),
    isDescending: sortOrder === 'descending',
    // Less than the first means the first, less than none means none (RFC 7644, 3.4.2.4).
    startIndex: Math.max(wholeNumber('startIndex', query['startIndex']) ?? 1, 1),
    count: Math.min(Math.max(wholeNumber('count', query['count']) ?? usualResults, 0), MOST_RESULTS),
  }
}

function wholeNumber(named: string, told: unknown): number | undefined {
  if (told === undefined || told === null || told === '') return undefined
  const number = typeof told === 'string' ? Number(told) : told
  if (!Number.isInteger(number) || Math.abs(number as number) > 2_000_000_000)
    throw wrongValue(`${named} is a whole number.`)
  return number as number
}

function namesIn(told: unknown): string[] | undefined {
  if (told === undefined || told === null || told === '') return undefined
  const all: unknown[] = Array.isArray(told) ? told : [told]
  if (all.some((one) => typeof one !== 'string')) throw wrongValue('attributes are told as text, with commas between.')
  return (all as string[]).flatMap((one) => one.split(',')).flatMap((one) => (one.trim() ? [one.trim()] : []))
}

const always = ['id', 'schemas']

/** The part of a resource that was asked for. */
export function part(resource: Resource, { attributes, excluded }: Shown): object {
  if (attributes) {
    const asked = attributes.map(placeOf)
    return Object.fromEntries(
      Object.entries(resource).flatMap(([name, value]) => {
        const of = asked.filter(({ top }) => top === name.toLowerCase())
        if (always.includes(name) || of.some(({ sub }) => sub === undefined)) return [[name, value]]
        if (of.length === 0) return []
        return [[name, subs(value, (sub) => of.some((one) => one.sub === sub))]]
      }),
    )
  }
  if (excluded) {
    const without = excluded.map(placeOf)
    return Object.fromEntries(
      Object.entries(resource).flatMap(([name, value]) => {
        const of = without.filter(({ top }) => top === name.toLowerCase())
        if (always.includes(name) || of.length === 0) return [[name, value]]
        if (of.some(({ sub }) => sub === undefined)) return []
        return [[name, subs(value, (sub) => !of.some((one) => one.sub === sub))]]
      }),
    )
  }
  return resource
}

/** Whether an attribute need not be looked up. */
export const isLeftOut = ({ attributes, excluded }: Shown, name: string): boolean =>
  attributes
    ? !attributes.some((one) => placeOf(one).top === name)
    : (excluded?.some((one) => placeOf(one).top === name && placeOf(one).sub === undefined) ?? false)

function subs(value: unknown, isShown: (sub: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => subs(one, isShown))
  return Object.fromEntries(Object.entries(value as object).filter(([name]) => isShown(name.toLowerCase())))
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user'

/** In small letters. A name that is no path names nothing. */
function placeOf(told: string): { top: string | null; sub?: string | undefined } {
  try {
    const { attribute, isOfExtension, sub } = pathOf(told)
    return isOfExtension ? { top: enterprise, sub: attribute || undefined } : { top: attribute, sub }
  } catch {
    return { top: null }
  }
}

/** Weak: two with the same say the same of what matters (RFC 7644, 3.14). */
export const versionOf = (content: unknown): string =>
  `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`

const names = (header: string, version: string): boolean =>
  header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === version.slice(2))

/** @throws ScimError 412 */
export function refuseUnlessMatching(ifMatch: string | undefined, version: string): void {
  if (ifMatch !== undefined && !names(ifMatch, version))
    throw new ScimError(
      412,
      undefined,
      'It was changed meanwhile. Read it again, then send your change with its version.',
    )
}

export interface Versioned {
  readonly resource: Resource
  readonly version: string
  readonly location: string
}

/** One resource as an answer. */
export function answered(
  { resource, version, location }: Versioned,
  shown: Shown,
  { status = 200, ifNoneMatch }: { status?: number; ifNoneMatch?: string | undefined } = {},
): Spoken {
  if (ifNoneMatch !== undefined && names(ifNoneMatch, version)) return { status: 304, headers: { etag: version } }
  return {
    status,
    headers: { etag: version, 'content-location': location, ...(status === 201 && { location }) },
    body: part(resource, shown),
  }
}

/** RFC 7644, 3.4.2. */
export function listed(
  resources: readonly Resource[],
  { totalResults, asked }: { totalResults: number; asked: Listing },
): Spoken {
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults,
      startIndex: asked.startIndex,
      itemsPerPage: resources.length,
      Resources: resources.map((one) => part(one, asked)),
    },
  }
}
