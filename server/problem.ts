import { problems, type ProblemCode } from '#contract/problems.ts'

/** The one error this server throws on purpose: a code of the catalogue, and what the reader needs to go on. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly details: Record<string, unknown>

  constructor(code: ProblemCode, details: Record<string, unknown> = {}) {
    super(problems[code].title)
    this.code = code
    this.details = details
  }

  get status(): number {
    return problems[this.code].status
  }

  /** RFC 9457. */
  body(): Record<string, unknown> {
    return {
      type: `/problems/${this.code}`,
      code: this.code,
      title: this.message,
      status: this.status,
      ...this.details,
    }
  }

  /**
   * A violated constraint that bears a problem's name is that problem. A name may begin with its table's
   * (`groups_name_taken`), since the names of indexes are unique in a schema.
   */
  static fromConstraint(error: unknown): Problem | undefined {
    const { constraint, table } = (error ?? {}) as { constraint?: string; table?: string }
    const code = constraint?.replace(new RegExp(`^${table}_`), '')
    return code && code in problems ? new Problem(code as ProblemCode) : undefined
  }
}
