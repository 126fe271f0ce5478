import { Refused } from '#client/refused.ts'

export { Refused, refusedBy } from '#client/refused.ts'

/** What a Mantine form shows at its fields: `form.setErrors(fieldErrors(error))`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {}
  return Object.fromEntries(error.where.map(({ at, message }) => [at, message]))
}

/** Of what the address of a page asked for by its id: one that is no id is that of nothing. */
export const notFoundIfNoId = (error: unknown): unknown =>
  error instanceof Refused && error.code === 'invalid_input' ? new Refused('not_found') : error
