import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { listOperations, ListedOperation } from '#contract/lifecycle.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { onePerson, operationColumns, operationTables, ownOperations } from '#server/lifecycle/operation.ts'

/** Operations, the newest first; for a department administrator their own. */
export async function list(
  work: Work,
  { kind, cursor, limit }: Input<typeof listOperations>,
): Promise<Answer<typeof listOperations>> {
  const boundTo = ['operations', kind]
  const [after] = placeOf(boundTo, cursor) ?? []
  const { rows } = await sql<ListedOperation>`
    select ${operationColumns}, ${onePerson(work)} as person from ${operationTables()}
    where o.account_id = ${work.accountId} and ${ownOperations(work)}
      and (${kind ?? null}::operation_kind is null or o.kind = ${kind ?? null}::operation_kind)
      and (${after ?? null}::uuid is null or o.id < ${after ?? null}::uuid)
    order by o.id desc limit ${limit + 1}
  `.execute(work.db)
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.id]) : null, previous: null }
}
