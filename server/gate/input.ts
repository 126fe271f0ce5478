import type { FastifyRequest } from 'fastify'
import type { Endpoint, Input } from '#contract/endpoint.ts'
import { Problem } from '#server/problem.ts'

/**
 * The input of a call: what stands in the path, in the query of GET and DELETE, in the body of the others.
 *
 * @throws Problem `invalid_input`: every issue with its place, not the first alone
 */
export function inputOf<E extends Endpoint>(endpoint: E, request: FastifyRequest): Input<E> {
  const sent = endpoint.method === 'GET' || endpoint.method === 'DELETE' ? request.query : request.body
  if (sent !== undefined && sent !== null && (typeof sent !== 'object' || Array.isArray(sent))) {
    throw new Problem('invalid_input', { where: [{ at: '', message: 'Send a JSON object.' }] })
  }
  const parsed = endpoint.input.safeParse({ ...sent, ...(request.params as object) })
  if (parsed.success) return parsed.data as Input<E>
  throw new Problem('invalid_input', {
    where: parsed.error.issues.map((issue) => ({ at: issue.path.join('.'), message: issue.message })),
  })
}
