import { type Filter, parse } from 'scim2-parse-filter'
import { ScimError } from './scim-error.ts'

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** The path of an attribute (RFC 7644, 3.5.2), names in small letters since they are compared without regard to case. */
export interface Path {
  /** `''`: the extension as a whole. Null: of a schema that we do not have. */
  readonly attribute: string | null
  readonly isOfExtension: boolean
  readonly filter?: Filter
  readonly sub?: string
}

const ofUnknownSchema: Path = { attribute: null, isOfExtension: false }
const mostSigns = 2_000

/** @throws ScimError `invalidPath` */
export function pathOf(told: string): Path {
  const wrong = () => new ScimError(400, 'invalidPath', `“${told.slice(0, 200)}” is no path of an attribute.`)
  if (told.length > mostSigns) throw wrong()
  const isOfExtension = startsWith(told, enterpriseSchema)
  const rest = isOfExtension ? told.slice(enterpriseSchema.length) : withoutCore(told)
  if (isOfExtension && rest === '') return { attribute: '', isOfExtension }
  if (isOfExtension && !/^[:.]/.test(rest)) throw wrong()
  if (startsWith(rest, 'urn:')) return ofUnknownSchema
  const parts = /^([a-z$][\w$-]*)(?:\[(.+)\])?(?:\.([a-z$][\w$-]*))?$/is.exec(isOfExtension ? rest.slice(1) : rest)
  if (!parts) throw wrong()
  const [, attribute, filter, sub] = parts
  return {
    attribute: attribute!.toLowerCase(),
    isOfExtension,
    ...(filter !== undefined && { filter: parsed(filter, wrong) }),
    ...(sub !== undefined && { sub: sub.toLowerCase() }),
  }
}

/** @throws ScimError `invalidFilter` */
export function filterOf(told: string): Filter {
  const wrong = () =>
    new ScimError(400, 'invalidFilter', 'The filter cannot be read. Write it as in: userName eq "name@example.org".')
  if (told.length > mostSigns) throw wrong()
  return parsed(told, wrong)
}

function parsed(filter: string, wrong: () => ScimError): Filter {
  try {
    return parse(filter)
  } catch {
    throw wrong()
  }
}

const startsWith = (told: string, what: string): boolean =>
  told.slice(0, what.length).toLowerCase() === what.toLowerCase()

function withoutCore(told: string): string {
  const core = [userSchema, groupSchema].find((schema) => startsWith(told, `${schema}:`))
  return core ? told.slice(core.length + 1) : told
}
