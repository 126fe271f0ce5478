import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { ProblemCode } from '#contract/problems.ts'
import { isUnavailable } from '#server/db/database.ts'
import { Problem } from '#server/problem.ts'

const byFastify: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'wrong_content_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'broken_body',
  FST_ERR_CTP_INVALID_JSON_BODY: 'broken_body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'broken_body',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_PARAM_TOO_LONG: 'not_found',
  FST_STATIC_FORBIDDEN_PATH: 'not_found',
}

/** PostgreSQL stores no NUL, no half character, no impossible date and no number beyond its type; where one slipped through, the input is at fault. */
const badValue = new Set(['22021', '22P05', '22P02', '22003', '22007', '22008'])

export function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error
  const known = byFastify[error.code]
  if (known) return new Problem(known)
  if (error instanceof SyntaxError || error.statusCode === 400) return new Problem('broken_body')
  if (badValue.has(error.code)) return new Problem('invalid_input')
  return Problem.fromConstraint(error) ?? new Problem(isUnavailable(error) ? 'unavailable' : 'internal')
}

/** Whatever is thrown is answered as a problem (RFC 9457); what we did not foresee is logged and not told. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error)
    if (problem.status >= 500) request.log.error(error)
    return send(reply, problem)
  })
}

export function send(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.code === 'too_many_attempts') reply.header('retry-after', String(problem.details.retryAfterSeconds))
  if (problem.code === 'unavailable') reply.header('retry-after', '2')
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem.body()))
}
