import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { deleteImport, runImport } from '#contract/imports.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { askToConfirm } from '#server/lifecycle/mass-change.ts'
import { operation } from '#server/lifecycle/operation.ts'
import { putInLineHere } from '#server/lifecycle/put-in-line.ts'
import { Problem } from '#server/problem.ts'
import { ownImports, theImport } from './import.ts'

/**
 * Begins what the check showed as an operation: the rows that change something are done piece by piece (`piece.ts`).
 * Whatever was an error or unchanged then is not looked at again.
 *
 * @throws Problem `not_found`, `import_unchecked`, `import_begun`, `confirm_count`
 */
export async function run(
  work: Work,
  { importId, invite, confirmCount }: Input<typeof runImport>,
): Promise<Answer<typeof runImport>> {
  const { db, accountId, actor } = work
  const { name } = await heldImport(work, importId)
  await allowTime(db, 60_000)
  const { accessChanges } = await theImport(work, { importId })
  await askToConfirm(work, accessChanges, confirmCount)

  const { rows: counted } = await sql<{ rows: number; toDo: number; errors: number }>`
    select count(*) as rows, count(*) filter (where phase is not null) as to_do, count(*) filter (where fate = 'error') as errors
    from import_rows where account_id = ${accountId} and import_id = ${importId}
  `.execute(db)
  const { rows, toDo, errors } = counted[0]!
  const { rows: begun } = await sql<{ id: string }>`
    insert into operations (account_id, kind, by_user_id, run_by, reason, state, request, selected, changed, refused, remaining)
    values (${accountId}, 'import', ${actor.id}, ${actor.id}, ${name}, ${toDo === 0 ? 'finished' : 'running'},
      ${JSON.stringify({ importId })}, ${rows}, 0, ${errors}, ${toDo}) returning id
  `.execute(db)
  const operationId = begun[0]!.id
  await sql`
    update imports set state = 'started', operation_id = ${operationId}, invites = ${invite}, to_do = ${toDo}
    where account_id = ${accountId} and id = ${importId}
  `.execute(db)
  putInLineHere.emit('import', { accountId, operationId, runBy: actor.id! })
  return operation(work, operationId)
}

/** @throws Problem `not_found`, `import_unchecked`, `import_begun` */
async function heldImport({ db, accountId, actor }: Work, importId: string): Promise<{ name: string }> {
  const { rows } = await sql<{ state: string; name: string }>`
    select state, name from imports as i
    where i.account_id = ${accountId} and i.id = ${importId} and i.state <> 'reading' and ${ownImports({ actor })} for update
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  if (rows[0].state === 'started') throw new Problem('import_begun')
  if (rows[0].state !== 'checked') throw new Problem('import_unchecked')
  return rows[0]
}

/** Discards an import with its rows. What was run stays, with its result. @throws Problem `not_found`, `import_begun` */
export async function discard(
  work: Work,
  { importId }: Input<typeof deleteImport>,
): Promise<Answer<typeof deleteImport>> {
  const { db, accountId } = work
  const { rows } = await sql<{ state: string }>`
    select state from imports as i where i.account_id = ${accountId} and i.id = ${importId} and ${ownImports(work)} for update
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  if (rows[0].state === 'started') throw new Problem('import_begun')
  await allowTime(db, 60_000)
  await sql`delete from imports where account_id = ${accountId} and id = ${importId}`.execute(db)
  return { done: true }
}

/** Removes what has served: files that nobody ran after a week, results after a year. */
export async function pruneImports({ db, accountId }: Work): Promise<void> {
  await sql`
    delete from imports as i where account_id = ${accountId} and (
      (state <> 'started' and created_at < statement_timestamp() - interval '7 days')
      or (created_at < statement_timestamp() - interval '1 year' and exists (
        select from operations as o where o.account_id = i.account_id and o.id = i.operation_id and o.state in ('finished', 'cancelled')
      ))
    )
  `.execute(db)
}
