import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { FateTold, ImportRow, listImportRows } from '#contract/imports.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { fateTold, ownImports, rowsWithOperation } from './import.ts'

/** The rows of an import with their fate, in the order of the file. @throws Problem `not_found`, `wrong_cursor` */
export async function rows(
  work: Work,
  { importId, fate, cursor, limit }: Input<typeof listImportRows>,
): Promise<Answer<typeof listImportRows>> {
  await refuseUnlessThere(work, importId)
  const boundTo = ['imports', importId, fate]
  const [after] = placeOf(boundTo, cursor) ?? []
  const found = await rowsFrom(work, importId, { fate, after: Number(after ?? 0), limit: limit + 1 })
  const items = found.slice(0, limit)
  return {
    items,
    next: found.length > limit ? cursorFor(boundTo, [String(items.at(-1)!.number)]) : null,
    previous: null,
  }
}

/** Those after a number. */
export async function rowsFrom(
  { db, accountId }: Work,
  importId: string,
  { fate, after, limit }: { fate: FateTold | undefined; after: number; limit: number },
): Promise<ImportRow[]> {
  const asked =
    fate === undefined
      ? sql`true`
      : fate === 'not_reached'
        ? sql`o.state = 'cancelled' and r.phase is not null and not r.is_done`
        : sql`r.fate = ${fate} and ${fateTold} = ${fate}`
  const { rows } = await sql<ImportRow>`
    select r.number, ${fateTold} as fate, r.is_done, r.name, r.email, r.user_id, r.fields, r.reasons
    from ${rowsWithOperation}
    where r.account_id = ${accountId} and r.import_id = ${importId} and r.number > ${after} and ${asked}
    order by r.number limit ${limit}
  `.execute(db)
  return rows
}

/** @throws Problem `not_found` */
export async function refuseUnlessThere(work: Work, importId: string): Promise<void> {
  const { rows } = await sql`
    select from imports as i where i.account_id = ${work.accountId} and i.id = ${importId} and i.state <> 'reading' and ${ownImports(work)}
  `.execute(work.db)
  if (rows.length === 0) throw new Problem('not_found')
}
