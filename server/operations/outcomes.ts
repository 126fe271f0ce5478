import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { getOperation, listOutcomes } from '#contract/lifecycle.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { onePerson, operation, outcomesOf } from '#server/lifecycle/operation.ts'
import { undoable } from './undo.ts'

/** One operation, and how many of its people an undo would change back. @throws Problem `not_found` */
export async function one(
  work: Work,
  { operationId }: Input<typeof getOperation>,
): Promise<Answer<typeof getOperation>> {
  const told = await operation(work, operationId)
  const { rows } = await sql<{ person: string | null; importId: string | null }>`
    select ${onePerson(work)} as person,
      (select id from imports as i where i.account_id = o.account_id and i.operation_id = o.id) as import_id
    from operations as o where o.account_id = ${work.accountId} and o.id = ${operationId}
  `.execute(work.db)
  return { ...told, ...rows[0]!, undoable: await undoable(work, told) }
}

/** B4: what became of each person of an operation. @throws Problem `not_found`, `wrong_cursor` */
export async function outcomes(
  work: Work,
  { operationId, outcome, cursor, limit }: Input<typeof listOutcomes>,
): Promise<Answer<typeof listOutcomes>> {
  await operation(work, operationId)
  const boundTo = ['outcomes', operationId, outcome]
  const [after] = placeOf(boundTo, cursor) ?? []
  const rows = await outcomesOf(work, operationId, { outcome, after, limit: limit + 1 })
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.userId]) : null, previous: null }
}
