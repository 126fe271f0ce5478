import type { z } from 'zod'

/**
 * Screen state in the address: what the schema knows is taken, what it does not understand is left out. An address
 * that somebody typed or mailed half never ends in an error page.
 */
export const search =
  <S extends z.ZodObject>(schema: S) =>
  (told: Record<string, unknown>): Partial<z.output<S>> => {
    const understood: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(schema.shape)) {
      if (told[name] === undefined) continue
      const read = (field as z.ZodType).safeParse(told[name])
      if (read.success) understood[name] = read.data
    }
    return understood as Partial<z.output<S>>
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
