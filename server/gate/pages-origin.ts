import { type RawBuilder, sql } from 'kysely'
import type { Config } from '#server/config.ts'

type Base = Pick<Config, 'baseUrl'>

/** The host at which an account (`a`) is. Null: the address of the installation leads to it, too. */
export const ownHost = ({ baseUrl }: Base): RawBuilder<string | null> =>
  baseUrl === undefined
    ? sql`a.host`
    : sql`case when account_at(${new URL(baseUrl).hostname}) is distinct from a.id then a.host end`

/**
 * Where the pages of an account are, for whoever is led there from elsewhere: at another account's host nothing of it is
 * known (A1). Undefined: nobody has said where.
 */
export function pagesOrigin({ baseUrl }: Base, host: string | null): string | undefined {
  if (host === null || baseUrl === undefined) return baseUrl
  return Object.assign(new URL(baseUrl), { hostname: host }).origin
}
