import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/endpoints.ts'
import { openapi } from '#server/api-docs/openapi.ts'

interface Content {
  readonly schema?: object
}
interface Operation {
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[]
  readonly requestBody?: { content: Record<string, Content> }
  readonly responses: Record<string, { content: Record<string, Content> }>
}

const document = openapi() as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}
const ajv = new Ajv2020({ strict: false, allErrors: true })
;(formats as unknown as (to: Ajv2020) => void)(ajv)
ajv.addFormat('base64url', /^[\w-]*={0,2}$/)
for (const [name, schema] of Object.entries(document.components.schemas))
  ajv.addSchema(schema, `#/components/schemas/${name}`)

const known = new Set<Endpoint>(Object.values(endpoints))
const operationOf = ({ path, method }: Endpoint): Operation =>
  document.paths[path.replace(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!

const compiled = new WeakMap<object, ValidateFunction>()
function mistakes(schema: object, value: unknown): string {
  let check = compiled.get(schema)
  if (!check) compiled.set(schema, (check = ajv.compile(schema)))
  return check(value) ? '' : ajv.errorsText(check.errors)
}

/** What the document says may be handed in, as one object. */
const inputs = new WeakMap<Operation, object>()
function inputSchema(operation: Operation): object {
  let schema = inputs.get(operation)
  if (schema) return schema
  const parameters = operation.parameters.filter(({ in: place }) => place !== 'header')
  const body = operation.requestBody?.content['application/json']?.schema as
    | { properties: Record<string, object>; required: string[] }
    | undefined
  schema = {
    type: 'object',
    properties: { ...Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])), ...body?.properties },
    required: [...parameters.filter(({ required }) => required).map(({ name }) => name), ...(body?.required ?? [])],
    additionalProperties: false,
  }
  inputs.set(operation, schema)
  return schema
}

/**
 * Every call of every test is held against the OpenAPI document, by a validator that knows nothing of the contract (R48).
 *
 * @throws Error when the server took what is not in the document, or answered so
 */
export function refuseUndocumented(
  endpoint: Endpoint,
  input: object,
  { status, mediaType, body }: { status: number; mediaType: string; body: unknown },
): void {
  if (!known.has(endpoint)) return
  const operation = operationOf(endpoint)
  const fail = (what: string) => {
    throw new Error(`${endpoint.method} ${endpoint.path}, answered ${status}: not as in the OpenAPI document: ${what}`)
  }
  const answer = operation.responses[status]
  if (!answer) return fail('it has no such status')
  if (Object.keys(answer.content).length === 0) return body === '' ? undefined : fail('it has a body')
  const { schema } = answer.content[mediaType] ?? {}
  if (schema) {
    const wrong = mistakes(schema, body)
    if (wrong) fail(`${wrong} in ${JSON.stringify(body).slice(0, 500)}`)
  } else if (!('application/octet-stream' in answer.content)) fail(`it has no ${mediaType}`)
  if (status === 200) {
    const told = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    const wrong = mistakes(inputSchema(operation), told)
    if (wrong) fail(`${wrong} in what was asked: ${JSON.stringify(told).slice(0, 500)}`)
  }
}
