import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { listTimeZones } from '#contract/accounts.ts'
import type { Database } from '#server/db/database.ts'
import type { Visit } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

let known: Promise<string[]> | undefined

/**
 * The zones that people choose from: places, and UTC. The database's own list decides, since it computes the instants.
 * Asked once: it reads hundreds of files for it, and anybody may ask.
 */
export async function timeZones({ database }: Visit): Promise<Answer<typeof listTimeZones>> {
  known ??= ask(database).catch((error: unknown) => {
    known = undefined
    throw error
  })
  return { items: await known }
}

async function ask(database: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_timezone_names
    where name ~ '^(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/' or name = 'UTC'
    order by name
  `.execute(database)
  return rows.map((row) => row.name)
}

/**
 * The database has some, such as `Factory`, in which neither a mail nor a browser could tell the time.
 *
 * @throws Problem `unknown_time_zone`
 */
export function refuseUnwritable(timeZone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw new Problem('unknown_time_zone')
  }
}

export async function isTimeZone({ db }: Work, name: string): Promise<boolean> {
  const { rows } = await sql`select from pg_timezone_names where name = ${name}`.execute(db)
  return rows.length > 0
}
