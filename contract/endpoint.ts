import { z } from 'zod'
import type { ProblemCode } from './problems.ts'
import type { Access } from './roles.ts'

/**
 * One call of the API, told once: the server serves it, the browser calls it, the OpenAPI document and the matrix
 * test list it.
 *
 * `input` is flat. What the path names (`:userId`) travels in the path; of the rest, GET and DELETE send the query,
 * the others a JSON body.
 */
export interface Endpoint<Input extends z.ZodObject = z.ZodObject, Result extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: `/api/v1/${string}`
  readonly access: Access
  readonly tag:
    | 'Sign in'
    | 'People'
    | 'Lifecycle'
    | 'Seats'
    | 'Groups'
    | 'Departments'
    | 'Courses'
    | 'Enrollments'
    | 'Portal'
    | 'Reports'
    | 'Mail'
    | 'Activity'
    | 'Account'
    | 'API tokens'
    | 'Webhooks'
    | 'Provisioning'
    | 'Single sign-on'
  readonly summary: string
  readonly input: Input
  readonly answer: Result
  /** What it can refuse beyond what every call can (`not_signed_in`, `invalid_input` …). */
  readonly problems?: readonly ProblemCode[]
}

export const endpoint = <I extends z.ZodObject, R extends z.ZodType>(told: Endpoint<I, R>): Endpoint<I, R> => told

/** What a caller hands in: defaults may be left out. */
export type Call<E extends Endpoint> = z.input<E['input']>
/** What a command is given: checked, trimmed, defaults filled in. */
export type Input<E extends Endpoint> = z.output<E['input']>
export type Answer<E extends Endpoint> = z.output<E['answer']>

/**
 * The names under which answers tell a secret that is shown once (R39). It is not kept for a repetition of the request,
 * which is refused with `shown_once`.
 */
export const shownOnce = ['token', 'secret', 'recoveryCodes'] as const

/** The names that stand in the path of an endpoint, as in `/api/v1/users/:userId`. */
export const namesInPath = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)

/** The input of an endpoint that takes none. */
export const nothing = z.strictObject({})
export const done = z.strictObject({ done: z.literal(true) })
/** The answer of an endpoint that serves a file instead of JSON: served by `serveFile`, opened by its address. */
export const file = z.string().meta({ format: 'binary' })
