import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { keepOpen as endpoint } from '#contract/portal.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** The player is still there: what it shows may be loaded for another minute (R7). @throws Problem `opened_elsewhere` */
export async function keepOpen({ db, accountId, actor }: Work, { launchId }: Input<typeof endpoint>) {
  const { rows } = await sql`
    update launches set alive_until = statement_timestamp() + interval '60 seconds'
    where account_id = ${accountId} and id = ${launchId} and session_id = ${actor.id === null ? null : actor.sessionId}
    returning 1
  `.execute(db)
  if (rows.length === 0) throw new Problem('opened_elsewhere')
  return { done: true } as const
}
