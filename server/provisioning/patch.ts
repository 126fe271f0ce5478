import { assignAll, assignAt, isObject, type Told, type Verb } from './attributes.ts'
import { type Path, pathOf } from './path.ts'
import { ScimError, wrongValue } from './scim-error.ts'

const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** One operation of a PATCH. */
export interface Operation {
  readonly verb: Verb
  /** Left out: `value` is an object that names what it changes. */
  readonly path?: Path
  readonly value: unknown
}

/** More than anybody sends: a group is told of its members in one operation. */
const mostOperations = 5_000

/**
 * The operations of a PATCH (RFC 7644, 3.5.2), with verbs in any case, as Entra ID sends them.
 *
 * @throws ScimError `invalidSyntax`, `invalidPath`, `noTarget`
 */
export function operationsOf(body: Readonly<Record<string, unknown>>): Operation[] {
  const { schemas, Operations: told = body['operations'] } = body
  if (schemas !== undefined && !(Array.isArray(schemas) && schemas.includes(patchSchema)))
    throw new ScimError(400, 'invalidSyntax', `The schema of a PATCH is ${patchSchema}.`)
  if (!Array.isArray(told) || told.length === 0)
    throw new ScimError(400, 'invalidSyntax', 'Give the list of Operations.')
  if (told.length > mostOperations)
    throw new ScimError(413, undefined, `Send at most ${mostOperations} operations at once.`)
  return told.map(operationOf)
}

function operationOf(told: unknown): Operation {
  const { op, path, value } = isObject(told) ? told : {}
  const verb = typeof op === 'string' ? op.toLowerCase() : undefined
  if (verb !== 'add' && verb !== 'replace' && verb !== 'remove')
    throw new ScimError(400, 'invalidSyntax', 'The op of an operation is add, replace or remove.')
  if (path === undefined || path === null || path === '') {
    if (verb === 'remove') throw new ScimError(400, 'noTarget', 'Give the path of what is to be removed.')
    if (!isObject(value)) throw wrongValue('Without a path the value is an object of attributes.')
    return { verb, value }
  }
  if (typeof path !== 'string') throw new ScimError(400, 'invalidPath', 'A path is text.')
  if (verb !== 'remove' && value === undefined) throw wrongValue(`Give the value for ${path.slice(0, 200)}.`)
  return { verb, path: pathOf(path), value }
}

/** What the operations tell of a user, the later ones upon the earlier. */
export function toldBy(operations: readonly Operation[], held: Pick<Told, 'email' | 'phone'>): Told {
  const told: Told = {}
  for (const { verb, path, value } of operations) {
    const given = verb === 'remove' ? null : value
    if (path) assignAt(told, path, given, verb, held)
    else assignAll(told, given as Record<string, unknown>, verb, held)
  }
  return told
}
