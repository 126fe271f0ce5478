import { type ProblemCode, problems } from '#contract/problems.ts'

/** One field of the input that is not right; `at` is its path, as in `email` or `people.0.email`. */
export interface Issue {
  at: string
  message: string
}

/**
 * The server said no, or did not answer at all. Decide by `code`; `title` (and `message`) say what happened and the way
 * out; `details` hold what belongs to that code, such as `free`.
 */
export class Refused extends Error {
  readonly status: number
  readonly code: ProblemCode
  readonly title: string
  readonly details: Readonly<Record<string, unknown>>
  readonly where: readonly Issue[]

  constructor(
    code: ProblemCode,
    told: { status?: number; title?: string; where?: Issue[]; [detail: string]: unknown } = {},
    options?: ErrorOptions,
  ) {
    const { status, title, where, ...details } = told
    super(title ?? problems[code].title, options)
    this.name = 'Refused'
    this.code = code
    this.status = status ?? problems[code].status
    this.title = this.message
    this.where = where ?? []
    this.details = details
  }
}

/** The refusal in an answer that is not ok. What is not a problem of ours comes from a proxy in between. */
export async function refusedBy(response: Response): Promise<Refused> {
  const told: unknown = await response.json().catch(() => null)
  if (isProblem(told)) return new Refused(told.code, { ...told, status: response.status })
  const { status } = response
  if (status >= 500) return new Refused('unavailable', { status })
  return new Refused('internal', { status, title: `What answered (${status}) is not Rollcall. Check the address.` })
}

/** A server that is newer than this client may refuse with a code that is in no list here; it is handed on as it came. */
const isProblem = (told: unknown): told is { code: ProblemCode; title: string } => {
  const { code, title } = Object(told) as { code?: unknown; title?: unknown }
  return typeof code === 'string' && (typeof title === 'string' || Object.hasOwn(problems, code))
}

/** A server that cannot be reached. @param url where it is; left out: at the origin of the page */
export function unreachable(error: unknown, url?: string): Refused {
  const { code } = Object((error as { cause?: unknown }).cause) as { code?: string }
  const title = `${url ?? 'The server'} does not answer${code ? ` (${code})` : ''}. Check your connection, then try again.`
  return new Refused('unavailable', { title }, { cause: error })
}
