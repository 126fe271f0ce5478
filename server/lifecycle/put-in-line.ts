import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import type { ChangeOfPeople } from './change.ts'

/** How many people are changed at once. Whatever is larger is done in pieces of so many, so that others get their turn. */
export const PIECE = 5_000

/**
 * Begins a large operation: whom it means is settled now (B1, R29), the work is done in pieces by whoever carries
 * operations on. Those who wait longest come first (T4).
 *
 * @returns the id of the operation
 */
export async function putInLine({ db, accountId, actor }: Work, change: ChangeOfPeople): Promise<string> {
  const { kind, meant, reason = null, deactivationDate = null, undoes = null, request } = change
  const { rows } = await sql<{ id: string }>`
    with meant as materialized (${meant}),
    told as (
      insert into operations (account_id, kind, by_user_id, run_by, reason, deactivation_date, undoes, state, request, selected, changed, refused, remaining)
      select ${accountId}, ${kind}, ${actor.id}, ${actor.id}, ${reason}, ${deactivationDate}, ${undoes}, 'running', ${JSON.stringify(request)},
        count(*), 0, 0, count(*)
      from meant returning id
    ),
    waiting as (
      insert into operation_rest (account_id, operation_id, position, user_id)
      select ${accountId}, told.id, row_number() over (order by u.status_since, meant.user_id), meant.user_id
      from meant left join users as u on u.account_id = ${accountId} and u.id = meant.user_id, told
    )
    select id from told
  `.execute(db)
  return rows[0]!.id
}
