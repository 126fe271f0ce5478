import { type RawBuilder, sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { seatsFree } from '#server/seats/seats.ts'
import { standing } from './selection.ts'

/** Those (`u`) who are to come in before anybody new: who waits, where free seats are filled from the waiting list (T3). */
export const firstInLine = ({ accountId }: Work): RawBuilder<unknown> => sql`
  select u.id from users as u where u.account_id = ${accountId} and ${standing.waiting}
    and (select fill_from_waiting from accounts where id = ${accountId})`

/** How many seats are for whoever is new: exact, and kept until this work commits (T1). In turn. */
export async function seatsFreeForNew(work: Work): Promise<number> {
  const free = await seatsFree(work)
  if (free === Infinity || free <= 0) return free
  const { rows } = await sql<{ before: number }>`
    select count(*) as before from (${firstInLine(work)} limit ${free}::integer) as waiting
  `.execute(work.db)
  return free - rows[0]!.before
}
