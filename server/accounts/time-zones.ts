import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { listTimeZones } from '#contract/accounts.ts'
import type { Visit } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'

/** The zones that people choose from: places, and UTC. The database's own list decides, since it computes the instants. */
export async function timeZones({ database }: Visit): Promise<Answer<typeof listTimeZones>> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_timezone_names
    where name ~ '^(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/' or name = 'UTC'
    order by name
  `.execute(database)
  return { items: rows.map((row) => row.name) }
}

export async function isTimeZone({ db }: Work, name: string): Promise<boolean> {
  const { rows } = await sql`select from pg_timezone_names where name = ${name}`.execute(db)
  return rows.length > 0
}
