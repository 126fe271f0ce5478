import type { FastifyError } from 'fastify'
import type { ProblemCode } from '#contract/problems.ts'
import { problemOf } from '#server/gate/answer.ts'
import type { Problem } from '#server/problem.ts'

/** RFC 7644, 3.12. */
type ScimType =
  | 'invalidFilter'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'

/** A refusal in the words of SCIM. The detail says what to do. */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined

  constructor(status: number, scimType: ScimType | undefined, detail: string) {
    super(detail)
    this.status = status
    this.scimType = scimType
  }

  body(): object {
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(this.status),
      ...(this.scimType && { scimType: this.scimType }),
      detail: this.message,
    }
  }
}

export const wrongValue = (detail: string): ScimError => new ScimError(400, 'invalidValue', detail)

/** What of our own refusals has another status in SCIM, or a type. */
const told: Partial<Record<ProblemCode, [number, ScimType?]>> = {
  owner_protected: [403],
  not_yourself: [403],
  no_free_seats: [403],
  email_taken: [409, 'uniqueness'],
  user_name_taken: [409, 'uniqueness'],
  external_id_taken: [409, 'uniqueness'],
  name_taken: [409, 'uniqueness'],
  invalid_input: [400, 'invalidValue'],
  broken_body: [400, 'invalidSyntax'],
}

const own: Partial<Record<ProblemCode, string>> = {
  not_signed_in:
    'Send a valid token for provisioning as Authorization: Bearer. Make one under Settings → Provisioning.',
  account_inactive: 'The person who made this token is inactive. It works again when they are back.',
  outside_scope: 'This token is for the API. Make one for provisioning under Settings → Provisioning.',
  not_allowed: 'The person who made this token may not manage the account any more. Let an administrator make one.',
  wrong_content_type: 'Send the body as application/scim+json.',
}

/** Whatever is thrown, as SCIM says it; what we did not foresee is not told. */
export function scimErrorOf(error: FastifyError | Problem | ScimError): ScimError {
  if (error instanceof ScimError) return error
  const problem = problemOf(error)
  const [status, scimType] = told[problem.code] ?? [problem.status]
  const where = (problem.details['where'] ?? []) as { at: string; message: string }[]
  const said = [own[problem.code] ?? problem.message, ...where.map(({ at, message }) => `${at}: ${message}`)]
  return new ScimError(status, scimType, said.join(' '))
}
