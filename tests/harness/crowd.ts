import { sql } from 'kysely'
import type { Database } from '#server/db/database.ts'
import { atLeisure } from './at-leisure.ts'

/** So few that a statement keeps to its time on a busy machine. */
const atOnce = 1_000

interface CrowdTold {
  readonly status?: 'active' | 'inactive'
  readonly cause?: 'administrator' | 'seat_limit'
}

/** As many learners as wished, put into an account past every rule, without a session. @returns their ids */
export async function addCrowd(
  store: Database,
  accountId: string,
  howMany: number,
  { status = 'active', cause = 'administrator' }: CrowdTold = {},
): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < howMany) {
    const crowd = sql<{ id: string }>`
      with people as (
        insert into users (account_id, status, status_cause)
        select ${accountId}, ${status}::status, ${cause}::status_cause
        from generate_series(1, ${Math.min(atOnce, howMany - ids.length)}::integer) returning id
      ), profiles as (
        insert into profiles (account_id, user_id, first_name, last_name, email)
        select ${accountId}, id, 'Cleo', 'Crowd', id || '@example.org' from people
      ), credentials as (
        insert into credentials (account_id, user_id) select ${accountId}, id from people
      )
      select id from people order by id
    `
    const { rows } = await atLeisure(store, (db) => crowd.execute(db))
    ids.push(...rows.map((row) => row.id))
  }
  // Autovacuum would do it a minute later; the planner needs it now.
  if (howMany >= 4_000) await atLeisure(store, (db) => sql`analyze users, profiles`.execute(db))
  return ids.sort()
}
