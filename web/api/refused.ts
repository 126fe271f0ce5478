import { Refused } from '#client/refused.ts'

export { Refused, refusedBy } from '#client/refused.ts'

/** What a Mantine form shows at its fields: `form.setErrors(fieldErrors(error))`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {}
  return Object.fromEntries(error.where.map(({ at, message }) => [at, message]))
}
