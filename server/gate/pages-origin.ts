import type { Config } from '#server/config.ts'

/**
 * Where the pages of an account are, for whoever is led there from elsewhere: at the host that is its own, since at
 * another's nothing of it is known (A1). Undefined: nobody has said where.
 */
export function pagesOrigin({ baseUrl }: Pick<Config, 'baseUrl'>, host: string | null): string | undefined {
  if (host === null) return baseUrl
  if (baseUrl === undefined) return `http://${host}`
  return Object.assign(new URL(baseUrl), { hostname: host }).origin
}
