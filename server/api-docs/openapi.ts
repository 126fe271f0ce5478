import { z } from 'zod'
import { type Endpoint, file, namesInPath } from '#contract/endpoint.ts'
import { endpoints } from '#contract/endpoints.ts'
import { type ProblemCode, problems } from '#contract/problems.ts'
import { scopeOf } from '#contract/tokens.ts'

type Json = Record<string, unknown>

/** Every call can be refused with these. */
const always: ProblemCode[] = ['invalid_input', 'unavailable', 'internal']
const signedIn: ProblemCode[] = ['not_signed_in', 'account_inactive', 'not_allowed']
const byToken: ProblemCode[] = ['not_by_token', 'outside_scope', 'too_many_requests']
const withBody: ProblemCode[] = ['broken_body', 'wrong_content_type', 'too_large']

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' })
  return json
}

/** Whether the call changes something, and so is refused to other sites and done once for a key. */
const changes = ({ method }: Endpoint) => method !== 'GET'

function codesOf(endpoint: Endpoint): ProblemCode[] {
  const { access, method, problems: own = [] } = endpoint
  const isPublic = access === 'public'
  return [
    ...new Set([
      ...own,
      ...(isPublic ? [] : [...signedIn, ...byToken]),
      ...(method === 'POST' || method === 'PATCH' ? withBody : []),
      ...(changes(endpoint) ? (['other_site'] as const) : []),
      ...(changes(endpoint) && !isPublic ? (['key_used_otherwise'] as const) : []),
      ...always,
    ]),
  ]
}

function refusals(endpoint: Endpoint): Json {
  const byStatus = Map.groupBy(codesOf(endpoint), (code) => problems[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('\n\n'),
        content: {
          'application/problem+json': {
            schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
            examples: Object.fromEntries(
              codes.map((code) => [
                code,
                { value: { type: `/problems/${code}`, code, title: problems[code].title, status } },
              ]),
            ),
          },
        },
      },
    ]),
  )
}

const contentOf = (answer: z.ZodType): Json =>
  answer === file ? { 'application/octet-stream': {} } : { 'application/json': { schema: schemaOf(answer, 'output') } }

/** By what it may be called: a session, and where its scope is named, a token that has it. */
function securityOf(endpoint: Endpoint): Json {
  if (endpoint.access === 'public') return { security: [] }
  const scope = scopeOf(endpoint)
  if (scope === null) return { security: [{ session: [] }] }
  return { security: [{ session: [] }, { token: scope === 'any' ? [] : [scope] }], 'x-scope': scope }
}

/** Of reports. */
const headers: Json = {
  'Counted-At': {
    description: 'As of when a replica of the database told it. Missing: it is of now.',
    schema: { type: 'string', format: 'date-time' },
  },
}

/** Of files whose size is known (RFC 9110, Range). */
const parts: Json = {
  206: { description: 'The part of it that `Range` asked for.', content: contentOf(file) },
  416: { description: 'It has no such part.', content: {} },
}

function operation(name: string, endpoint: Endpoint): Json {
  const { method, path, access, tag, summary, input, answer } = endpoint
  const { properties = {}, required = [] } = schemaOf(input, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  const inPath = namesInPath(path)
  const rest = Object.keys(properties).filter((field) => !inPath.includes(field))
  const hasBody = method === 'POST' || method === 'PATCH'
  const parameter = (field: string, place: 'path' | 'query') => ({
    name: field,
    in: place,
    required: place === 'path' || required.includes(field),
    schema: properties[field],
  })
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Sent twice, the request is done once and answered alike; a secret is shown once (`shown_once`).',
    schema: { type: 'string', maxLength: 200 },
  }
  return {
    operationId: name,
    tags: [tag],
    summary,
    'x-access': access,
    ...securityOf(endpoint),
    parameters: [
      ...inPath.map((field) => parameter(field, 'path')),
      ...(hasBody ? [] : rest.map((field) => parameter(field, 'query'))),
      ...(changes(endpoint) && access !== 'public' ? [key] : []),
    ],
    ...(hasBody && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: Object.fromEntries(rest.map((field) => [field, properties[field]])),
              required: required.filter((field) => rest.includes(field)),
              additionalProperties: false,
            },
          },
        },
      },
    }),
    responses: {
      200: { description: 'Done.', ...(tag === 'Reports' && { headers }), content: contentOf(answer) },
      ...(answer === file && parts),
      ...refusals(endpoint),
    },
  }
}

/** The API as OpenAPI 3.1, from the contract that serves it. */
export function openapi(): Json {
  const paths: Record<string, Json> = {}
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall',
      version: '1',
      description:
        'Everything that the pages of Rollcall do, they do by these calls. A refusal is a problem (RFC 9457) with a stable `code`.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description: 'Given by POST /api/v1/sign-in. Over https its name is `__Host-session`.',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API token, made under Settings or in your profile. It acts as its person, within its scopes, and is refused while they are inactive.',
        },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'code', 'title', 'status'],
          properties: {
            type: { type: 'string' },
            code: { type: 'string', description: 'Stable; decide by this.' },
            title: { type: 'string', description: 'What happened, and the way out.' },
            status: { type: 'integer' },
            where: {
              type: 'array',
              description: 'The fields that are not right.',
              items: {
                type: 'object',
                required: ['at', 'message'],
                properties: { at: { type: 'string' }, message: { type: 'string' } },
              },
            },
          },
        },
      },
    },
  }
}
