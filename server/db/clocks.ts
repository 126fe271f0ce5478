import { type Kysely, sql } from 'kysely'
import type { Tables } from './database.ts'

/** How far the clocks of the application and of the database may be apart for anything lasting to follow (R20). */
export const mostSecondsApart = 5 * 60

export const clocksApart =
  'The clocks of this machine and of the database are more than 5 minutes apart: nothing due is recorded, sealed or mailed. Set the clocks.'

const aheadBySeconds = () =>
  sql<number>`extract(epoch from statement_timestamp() - ${new Date().toISOString()}::timestamptz)::double precision`

/** For the middle of a statement: whether the two clocks agree while it runs. */
export const areAgreed = () => sql<boolean>`abs(${aheadBySeconds()}) < ${mostSecondsApart}`

/** By how many seconds the database's clock is ahead of this machine's; below zero it is behind. */
export async function databaseAheadBySeconds(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`select ${aheadBySeconds()} as seconds`.execute(db)
  return rows[0]!.seconds
}

/**
 * Whether this machine's clock and the database's agree. The gate obeys the database's alone; but what cannot be
 * taken back (a recorded status, a notice, a seal) waits until nobody's clock is off by weeks.
 */
export async function clocksAgree({ db }: { readonly db: Kysely<Tables> }): Promise<boolean> {
  const { rows } = await sql<{ agreed: boolean }>`select ${areAgreed()} as agreed`.execute(db)
  return rows[0]!.agreed
}
