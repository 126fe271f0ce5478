import type { z } from 'zod'
import type { schemas } from './search.schemas.ts'

type Schemas = typeof schemas
/** What stands in the address of a screen. One of several may stand there alone. */
export type Search<Path extends keyof Schemas> = Partial<z.input<Schemas[Path]>>

let known: Schemas | undefined

/**
 * Needed where somebody may have typed the address: zod is too heavy to be loaded for addresses that the application
 * itself made.
 */
export async function loadSchemas(): Promise<void> {
  known = (await import('./search.schemas.ts')).schemas
}

/**
 * Screen state in the address: what the schema knows is taken, what it does not understand is left out. An address
 * that somebody typed or mailed half never ends in an error page.
 */
export const search =
  <Path extends keyof Schemas>(path: Path) =>
  (told: Record<string, unknown>): Search<Path> => {
    if (!known) return told as Search<Path>
    const { shape } = known[path] as z.ZodObject
    const isUnderstood = (name: string): boolean =>
      Object.hasOwn(shape, name) && shape[name]!.safeParse(told[name]).success
    // Undefined and not away: the router puts back what is away.
    return Object.fromEntries(
      Object.keys(told).map((name) => [name, isUnderstood(name) ? told[name] : undefined]),
    ) as Search<Path>
  }

/** Plain queries (`status=active&status=inactive`) that people can read, instead of JSON in the address. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const query = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name)
      return [name, values.length > 1 ? values : values[0]!]
    }),
  )
}

export function stringifySearch(told: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(told)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') query.append(name, String(one))
    }
  }
  return query.size > 0 ? `?${query}` : ''
}
