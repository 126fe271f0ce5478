import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { shownOnce } from '#contract/endpoint.ts'
import { endpoints } from '#contract/endpoints.ts'
import { problems } from '#contract/problems.ts'
import { countUsers } from '#contract/people.ts'
import { refuseUndocumented } from '#tests/harness/documented.ts'
import { openapi } from './openapi.ts'

interface Operation {
  operationId: string
  summary: string
  parameters: { name: string; in: string; schema: unknown }[]
  requestBody?: { content: { 'application/json': { schema: { properties: object } } } }
  responses: Record<string, { content: Record<string, { schema: unknown }> }>
}
const document = openapi() as { openapi: string; paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

describe('the OpenAPI document', () => {
  test('tells every endpoint of the contract, once', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(Object.keys(endpoints).sort())
  })

  test('each has all fields of its input where the server reads them, and only there', () => {
    for (const { path, operation } of operations) {
      const { input, path: ours } = endpoints[operation.operationId]!
      const told = [
        ...operation.parameters.filter((parameter) => parameter.in !== 'header').map(({ name }) => name),
        ...Object.keys(operation.requestBody?.content['application/json'].schema.properties ?? {}),
      ]
      expect([ours, ...told.toSorted()]).toEqual([ours, ...Object.keys(input.shape).toSorted()])
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(inPath)
    }
  })

  test('R48 every refusal that the gate itself may answer is told', () => {
    for (const { method, operation } of operations) {
      const { access, path } = endpoints[operation.operationId]!
      const told = JSON.stringify(operation.responses)
      const due = [
        'invalid_input',
        'unavailable',
        ...(method === 'get' ? [] : ['other_site']),
        ...(access === 'public' ? [] : ['not_signed_in', 'account_inactive']),
        ...(access === 'public' || method === 'get' ? [] : ['key_used_otherwise']),
      ]
      expect([path, ...due.filter((code) => !told.includes(`"${code}"`))]).toEqual([path])
      const takesKey = operation.parameters.some(({ name }) => name === 'Idempotency-Key')
      expect([path, takesKey]).toEqual([path, due.includes('key_used_otherwise')])
    }
  })

  test('R39 whatever answers a secret calls it by a name that is not kept, and says that it is shown once', () => {
    const secret = /token$|secret$|codes$/i
    for (const { operation } of operations) {
      const { access, method, path, answer, problems = [] } = endpoints[operation.operationId]!
      if (access === 'public' || method === 'GET') continue
      const names = answer instanceof z.ZodObject ? Object.keys(answer.shape) : []
      const told = names.filter((name) => secret.test(name))
      expect([path, told.every((name) => (shownOnce as readonly string[]).includes(name))]).toEqual([path, true])
      expect([path, problems.includes('shown_once')]).toEqual([path, told.length > 0])
    }
  })

  test('no part of it is told as "anything"', () => {
    const vague = operations.flatMap(({ path, operation }) =>
      operation.parameters
        .filter(({ schema }) => !schema || Object.keys(schema).length === 0)
        .map(({ name }) => `${path} ${name}`),
    )
    expect(vague).toEqual([])
  })

  test('each refusal is told under its own status', () => {
    for (const { operation } of operations) {
      for (const code of endpoints[operation.operationId]!.problems ?? []) {
        const { content } = operation.responses[problems[code].status]!
        expect(JSON.stringify(content['application/problem+json']!.schema)).toContain(`"${code}"`)
      }
    }
  })

  test('R48 what a test asks or is answered otherwise than it says fails the test', () => {
    const held = (input: object, status: number, body: unknown, mediaType = 'application/json') =>
      refuseUndocumented(countUsers, input, { status, mediaType, body })
    const counts = { all: 1, active: 1, inactive: 0, leaving: 0, waiting: 0, matching: 1 }
    const problem = { type: '/problems/not_allowed', code: 'not_allowed', title: 'No.', status: 403 }
    expect(() => held({ status: ['active'] }, 200, counts)).not.toThrow()
    expect(() => held({}, 403, problem, 'application/problem+json')).not.toThrow()
    expect(() => held({}, 200, { ...counts, all: '1' })).toThrow('all must be integer')
    expect(() => held({}, 200, { ...counts, more: 1 })).toThrow('additional properties')
    expect(() => held({ status: ['gone'] }, 200, counts)).toThrow('in what was asked')
    expect(() => held({ more: 1 }, 200, counts)).toThrow('additional properties')
    expect(() => held({}, 403, { ...problem, code: 'stale_edit' }, 'application/problem+json')).toThrow(
      'allowed values',
    )
    expect(() => held({}, 403, problem)).toThrow('it has no application/json')
    expect(() => held({}, 418, {})).toThrow('no such status')
  })
})
