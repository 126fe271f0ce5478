import { problems, type ProblemCode } from '#contract/problems.ts'

/** One field of the input that is not right; `at` is its path, as in `email` or `people.0.email`. */
export interface Issue {
  at: string
  message: string
}

/** The server said no, or did not answer at all. `title` says what happened and the way out. */
export class Refused extends Error {
  readonly status: number
  readonly code: ProblemCode
  readonly title: string
  readonly details: Readonly<Record<string, unknown>>
  readonly where: readonly Issue[]

  constructor(
    code: ProblemCode,
    told: { status?: number; title?: string; where?: Issue[]; [detail: string]: unknown } = {},
  ) {
    const { status, title, where, ...details } = told
    super(title ?? problems[code].title)
    this.name = 'Refused'
    this.code = code
    this.status = status ?? problems[code].status
    this.title = this.message
    this.where = where ?? []
    this.details = details
  }
}

const isCode = (code: unknown): code is ProblemCode => typeof code === 'string' && Object.hasOwn(problems, code)

/** The refusal in an answer that is not ok. What is not a problem of ours comes from a proxy in between. */
export async function refusedBy(response: Response): Promise<Refused> {
  const told: unknown = await response.json().catch(() => null)
  if (typeof told === 'object' && told !== null && 'code' in told && isCode(told.code)) {
    return new Refused(told.code, { ...told, status: response.status })
  }
  return new Refused(response.status >= 500 ? 'unavailable' : 'internal', { status: response.status })
}

/** What a Mantine form shows at its fields: `form.setErrors(fieldErrors(error))`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {}
  return Object.fromEntries(error.where.map(({ at, message }) => [at, message]))
}
