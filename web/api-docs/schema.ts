import { z } from 'zod'
import { namesInPath, type Endpoint } from '#contract/endpoint.ts'

/** The contract's schemas, put into words that a reader of the page understands: those of TypeScript. */

type Schema = z.core.JSONSchema.JSONSchema

const jsonOf = (schema: z.ZodType, io: 'input' | 'output'): Schema =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' })

const formats: Record<string, string> = { uuid: 'id', 'date-time': 'instant', date: 'date', email: 'e-mail' }

/** As in `{ ids: id[] } | null`. */
function shapeOf(schema: Schema, indent = ''): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((choice) => shapeOf(choice, indent)))].join(' | ')
  if (schema.type === 'array') return arrayShape(schema, indent)
  if (schema.type === 'object') return objectShape(schema, indent)
  if (schema.type === 'string') return formats[schema.format ?? ''] ?? 'string'
  return schema.type === undefined ? (schema.title ?? 'anything') : [schema.type].flat().join(' | ')
}

function arrayShape(schema: Schema, indent: string): string {
  const item = shapeOf(schema.items as Schema, indent)
  return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
}

function objectShape(schema: Schema, indent: string): string {
  const fields = Object.entries(schema.properties ?? {}) as [string, Schema][]
  if (fields.length === 0)
    return typeof schema.additionalProperties === 'object'
      ? `{ [name]: ${shapeOf(schema.additionalProperties)} }`
      : '{}'
  const deeper = `${indent}  `
  const lines = fields.map(([name, field]) => {
    const isOptional = !schema.required?.includes(name)
    return `${deeper}${name}${isOptional ? '?' : ''}: ${shapeOf(field, deeper)}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

export const answerShape = (endpoint: Endpoint): string => shapeOf(jsonOf(endpoint.answer, 'output'))

export interface Field {
  name: string
  place: 'path' | 'query' | 'body'
  shape: string
  isRequired: boolean
}

/** What a caller sends, and where. */
export function fieldsOf(endpoint: Endpoint): Field[] {
  const schema = jsonOf(endpoint.input, 'input')
  const inPath = namesInPath(endpoint.path)
  const elsewhere = endpoint.method === 'GET' || endpoint.method === 'DELETE' ? 'query' : 'body'
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    place: inPath.includes(name) ? 'path' : elsewhere,
    shape: shapeOf(field as Schema),
    isRequired: schema.required?.includes(name) ?? false,
  }))
}

/** A small valid value: what is required, and nothing else. */
function exampleOf(schema: Schema, name = ''): unknown {
  if (schema.examples?.length) return structuredClone(schema.examples[0])
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const choice = (schema.anyOf ?? schema.oneOf)?.[0]
  if (choice) return exampleOf(choice, name)
  if (schema.type === 'array') return [exampleOf(schema.items as Schema, name)]
  if (schema.type === 'object') {
    const fields = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name))
    return Object.fromEntries(fields.map(([field, told]) => [field, exampleOf(told as Schema, field)]))
  }
  if (schema.type === 'string') return exampleStrings[schema.format ?? ''] ?? exampleStrings[name] ?? '…'
  if (schema.type === 'boolean') return true
  if (Array.isArray(schema.type)) return null
  return schema.minimum ?? 1
}

const exampleStrings: Record<string, string> = {
  uuid: '0199b3c2-7d1e-7a4b-9c55-2f6f3f0d8a11',
  date: '2026-12-12',
  'date-time': '2026-12-12T22:59:00.000Z',
  email: 'anna@example.org',
  password: 'a long password',
  currentPassword: 'the password before',
  newPassword: 'a long password',
  timeZone: 'Europe/Berlin',
  deactivationTime: '23:59',
  token: 'from-the-link',
  uploadId: 'from-the-upload',
  url: 'https://hr.example.org/rollcall',
  issuer: 'https://login.example.org',
  entryPoint: 'https://login.example.org/saml',
  code: '123456',
  questionId: 'q1',
  base64url: 'AAECAwQFBgcICQ',
}

/** A call that can be pasted into a shell. */
export function curlOf(endpoint: Endpoint, origin: string): string {
  const example = exampleOf(jsonOf(endpoint.input, 'input')) as Record<string, unknown>
  let address: string = endpoint.path
  for (const name of namesInPath(endpoint.path)) {
    address = address.replace(`:${name}`, String(example[name]))
    delete example[name]
  }
  const hasBody = endpoint.method === 'POST' || endpoint.method === 'PATCH'
  const query =
    hasBody || Object.keys(example).length === 0 ? '' : `?${new URLSearchParams(example as Record<string, string>)}`
  const cookies = endpoint.path === '/api/v1/sign-in' || endpoint.path === '/api/v1/setup' ? '-c' : '-b'
  return [
    `curl ${cookies} cookies.txt -X ${endpoint.method} '${origin}${address}${query}'`,
    ...(hasBody ? [`-H 'content-type: application/json'`, `-d '${JSON.stringify(example)}'`] : []),
  ].join(' \\\n  ')
}
