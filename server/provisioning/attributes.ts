import { type Filter, filter as test } from 'scim2-parse-filter'
import { enterpriseSchema, type Path, pathOf } from './path.ts'
import { ScimError, wrongValue } from './scim-error.ts'

/**
 * What was told of a user. Left out: nothing. Null: taken away. What Rollcall has no place for is not read: `password`,
 * `roles`, `id`, and whatever it does not know (R36, R38).
 */
export interface Told {
  userName?: string
  externalId?: string | null
  displayName?: string | null
  givenName?: string | null
  familyName?: string | null
  formatted?: string | null
  title?: string | null
  preferredLanguage?: string | null
  email?: string | null
  phone?: string | null
  department?: string | null
  active?: boolean
}

type Text = Exclude<keyof Told, 'userName' | 'active'>
export type Verb = 'add' | 'replace' | 'remove'

const plain: Readonly<Record<string, Text>> = {
  externalid: 'externalId',
  displayname: 'displayName',
  title: 'title',
  preferredlanguage: 'preferredLanguage',
}
const ofName: Readonly<Record<string, Text>> = {
  givenname: 'givenName',
  familyname: 'familyName',
  formatted: 'formatted',
}
const readOnly: readonly string[] = ['id', 'meta', 'groups', 'schemas']

/** A resource as it was sent, by POST or PUT. @throws ScimError `invalidValue` */
export function read(resource: Readonly<Record<string, unknown>>): Told {
  const told: Told = {}
  assignAll(told, resource, 'replace', {})
  return told
}

/** What stands in an object without a path, its names being paths themselves, as Entra ID and Okta send it. */
export function assignAll(
  told: Told,
  values: Readonly<Record<string, unknown>>,
  verb: Verb,
  held: Pick<Told, 'email' | 'phone'>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const path = pathIn(name)
    if (path && !readOnly.includes(path.attribute ?? '')) assign(told, path, value, verb, held)
  }
}

/** A name in an object that is no path is the name of something unknown. */
function pathIn(name: string): Path | undefined {
  try {
    return pathOf(name)
  } catch {
    return undefined
  }
}

/** At a path that was told by itself. @throws ScimError `mutability`, `invalidValue`, `noTarget` */
export function assignAt(
  told: Told,
  path: Path,
  value: unknown,
  verb: Verb,
  held: Pick<Told, 'email' | 'phone'>,
): void {
  if (!path.isOfExtension && readOnly.includes(path.attribute ?? ''))
    throw new ScimError(400, 'mutability', `${path.attribute} is read only. Leave it out.`)
  assign(told, path, value, verb, held)
}

function assign(told: Told, path: Path, value: unknown, verb: Verb, held: Pick<Told, 'email' | 'phone'>): void {
  const { attribute, sub } = path
  if (path.isOfExtension) {
    if (attribute === 'department') told.department = textOf('department', value)
    else if (attribute === '') {
      if (verb === 'remove') told.department = null
      else if (isObject(value)) assignAll(told, prefixed(value), verb, held)
    }
    return
  }
  if (attribute === 'username') {
    const userName = textOf('userName', value)
    if (userName === null) throw new ScimError(400, 'mutability', 'userName is required: give another instead.')
    told.userName = userName
  } else if (attribute === 'active') {
    const active = truthOf(value)
    // To take it away says nothing of whether somebody is in.
    if (active !== null) told.active = active
  } else if (attribute === 'name') assignName(told, sub, value, verb)
  else if (attribute === 'emails') assignValue(told, 'email', path, value, verb, held.email)
  else if (attribute === 'phonenumbers') assignValue(told, 'phone', path, value, verb, held.phone)
  else if (attribute !== null && Object.hasOwn(plain, attribute))
    told[plain[attribute]!] = textOf(plain[attribute]!, value)
}

const prefixed = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${enterpriseSchema}:${name}`, value]))

function assignName(told: Told, sub: string | undefined, value: unknown, verb: Verb): void {
  if (sub !== undefined) {
    if (Object.hasOwn(ofName, sub)) told[ofName[sub]!] = textOf(`name.${sub}`, value)
    return
  }
  const parts = isObject(value) && verb !== 'remove' ? value : {}
  for (const [part, text] of Object.entries(parts)) assignName(told, part.toLowerCase(), text, verb)
}

type Kept = 'email' | 'phone'

/** Of e-mails and telephone numbers one is kept: that of work. */
function assignValue(
  told: Told,
  kept: Kept,
  { filter, sub }: Path,
  value: unknown,
  verb: Verb,
  before: string | null | undefined,
): void {
  if (sub !== undefined && sub !== 'value') return
  const now = told[kept] === undefined ? before : told[kept]
  const isHeld = now !== null && now !== undefined
  if (!filter) {
    if (verb === 'remove' || value === null) told[kept] = null
    else {
      const chosen = chosenOf(kept, Array.isArray(value) ? value : [value], verb === 'add' && isHeld)
      if (chosen !== undefined || verb === 'replace') told[kept] = chosen ?? null
    }
    return
  }
  const kinds = kindsIn(filter)
  // One of another kind than work is not kept.
  if (kinds.length > 0 && !kinds.includes('work')) return
  const selects = test(filter)
  const isThere = isHeld && selects({ value: now, type: 'work', primary: true })
  if (verb === 'remove') {
    if (isThere) told[kept] = null
    return
  }
  const next = textOf(kept, value)
  if (isThere) told[kept] = next
  // To add one that the filter describes is what Entra ID means.
  else if (verb === 'add' && selects({ value: next, type: 'work', primary: true })) told[kept] = next
  else if (verb === 'replace')
    throw new ScimError(400, 'noTarget', 'Nothing matches the filter of this path. Add the value instead.')
}

/** The types that a filter asks for. */
function kindsIn(filter: Filter): unknown[] {
  if ('filters' in filter) return filter.filters.flatMap(kindsIn)
  if ('filter' in filter) return kindsIn(filter.filter)
  return filter.op === 'eq' && filter.attrPath.toLowerCase() === 'type' ? [filter.compValue] : []
}

/** Which of several is that of work. `areBeside`: they come beside one of work, which stays unless another is told. Undefined: none. */
function chosenOf(kept: Kept, values: readonly unknown[], areBeside: boolean): string | undefined {
  const all = values.map((one) => (typeof one === 'string' ? { value: one } : one)).filter(isObject)
  const typeOf = ({ type }: Record<string, unknown>) => (typeof type === 'string' ? type.toLowerCase() : undefined)
  const takesOthers = kept === 'email' && !areBeside
  const orders = [
    (one: Record<string, unknown>) => typeOf(one) === 'work',
    ...(takesOthers ? [(one: Record<string, unknown>) => isTrue(one['primary'])] : []),
    (one: Record<string, unknown>) => typeOf(one) === undefined,
    ...(takesOthers ? [() => true] : []),
  ]
  const chosen = orders.map((fits) => all.find(fits)).find((one) => one !== undefined)
  return (chosen && textOf(kept, chosen['value'])) ?? undefined
}

const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === 'True'
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One value may be told as a list of one, or as an object that holds it. */
function single(value: unknown): unknown {
  if (Array.isArray(value) && value.length <= 1) return single(value[0] ?? null)
  return isObject(value) && 'value' in value ? single(value['value']) : value
}

/** Null: no value (RFC 7643, 2.5). @throws ScimError `invalidValue` */
function textOf(named: string, value: unknown): string | null {
  const text = single(value) ?? null
  if (text === null || text === '') return null
  if (typeof text !== 'string') throw wrongValue(`${named} is text.`)
  return text
}

/** R38: also as text, as Entra ID sends it. Null: nothing was said. @throws ScimError `invalidValue` */
function truthOf(value: unknown): boolean | null {
  const told = isObject(value) && 'active' in value ? value['active'] : single(value)
  if (told === null || told === undefined || typeof told === 'boolean') return told ?? null
  const truth = typeof told === 'string' ? told.toLowerCase() : ''
  if (truth === 'true' || truth === 'false') return truth === 'true'
  throw wrongValue('active is true or false.')
}
