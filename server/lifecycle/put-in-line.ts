import { EventEmitter } from 'node:events'
import { type RawBuilder, sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import type { ChangeOfPeople } from './change.ts'

/**
 * How many people are changed at once. Whatever is larger is done in pieces, so that others get their turn. Whoever comes
 * in counts twice: with them come a mail and their courses.
 */
export const AT_ONCE = 10_000
/** How many people a row holds: the steps in which a piece is larger or smaller. */
const portion = 1_000

/** What there is to carry on. */
export interface InLine {
  readonly accountId: string
  readonly operationId: string
  readonly runBy: string
}

/** Tells this node of what was put in line here. Whoever takes the account's turn after that finds it, if it was committed. */
export const putInLineHere = new EventEmitter<{ operation: [InLine]; import: [InLine] }>()

/**
 * Begins a large operation, as parts of the statement that looks at whom it means: who they are is settled by that look
 * (B1, R29), the work is done in pieces by whoever carries operations on. Those who come in are in the order of their
 * waiting (T4), the others in that of their rows.
 *
 * Reads `judged` and `size`; `begun` is the id of the operation, or nothing.
 */
export function puttingInLine({ accountId, actor }: Work, change: ChangeOfPeople): RawBuilder<unknown> {
  const { kind, reason = null, deactivationDate = null, undoes = null, request } = change
  return sql`
    begun as (
      insert into operations (account_id, kind, by_user_id, run_by, reason, deactivation_date, undoes, state, request, selected, changed, refused, remaining)
      select ${accountId}, ${kind}, ${actor.id}, ${actor.id}, ${reason}, ${deactivationDate}, ${undoes}, 'running', ${JSON.stringify(request)},
        selected, 0, 0, selected
      from size where selected + gaining > ${AT_ONCE} and not is_due returning id
    ),
    waiting as (
      insert into operation_portions (account_id, operation_id, position, user_ids)
      select ${accountId}, begun.id, min(place), array_agg(user_id)
      from begun, (
        select user_id, row_number() over (order by case when gains then since end, user_id) as place from judged
      ) as placed
      group by begun.id, (place - 1) / ${portion}::integer
    )`
}
