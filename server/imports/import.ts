import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { FateTold, getImport, Import, ImportField } from '#contract/imports.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { isMassChange } from '#server/lifecycle/mass-change.ts'
import { Problem } from '#server/problem.ts'

/** A department administrator sees what they read in themselves: others' files name people out of their reach. */
export const ownImports = ({ actor }: Pick<Work, 'actor'>): RawBuilder<boolean> =>
  actor.role === 'department_administrator' ? sql<boolean>`i.by_user_id = ${actor.id}` : sql<boolean>`true`

/** What of a row stands in its place in the result: of a cancelled import, that it was not reached. */
export const fateTold = sql`case when o.state = 'cancelled' and r.phase is not null and not r.is_done then 'not_reached' else r.fate::text end`
export const rowsWithOperation = sql`import_rows as r
  join imports as i on i.account_id = r.account_id and i.id = r.import_id
  left join operations as o on o.account_id = i.account_id and o.id = i.operation_id`

type Row = Omit<Import, 'columns' | 'counts' | 'seats' | 'accessChanges' | 'needsConfirmCount'> & {
  columns: { name: string; samples: string[] }[]
  fields: (ImportField | null)[]
  seatLimit: number | null
  seatsUsed: number | null
}

/** One import, with its rows counted by their fate. @throws Problem `not_found` */
export async function theImport(work: Work, { importId }: Input<typeof getImport>): Promise<Answer<typeof getImport>> {
  const { db, accountId } = work
  await allowTime(db, 15_000)
  const { rows } = await sql<Row>`
    select i.id, i.name, i.format, i.encoding, i.separator, i.created_at, i.state, i.rows, i.checked, i.columns, i.fields, i.deactivates_missing,
      i.unread, i.operation_id,
      a.seat_limit, i.seats_used
    from imports as i join accounts as a on a.id = i.account_id
    where i.account_id = ${accountId} and i.id = ${importId} and i.state <> 'reading' and ${ownImports(work)}
  `.execute(db)
  if (!rows[0]) throw new Problem('not_found')
  const { columns, fields, seatLimit, seatsUsed, ...told } = rows[0]
  const counted = await counts(work, importId)
  const isChecked = told.state === 'checked' || told.state === 'started'
  return {
    ...told,
    columns: columns.map((column, place) => ({ ...column, field: fields[place] ?? null })),
    counts: counted.counts,
    seats:
      isChecked && seatsUsed !== null
        ? { limit: seatLimit, before: seatsUsed, after: seatsUsed + counted.seats }
        : null,
    accessChanges: counted.accessChanges,
    needsConfirmCount: told.state === 'checked' && (await isMassChange(work, counted.accessChanges)),
  }
}

const none = {
  new_active: 0,
  new_waiting: 0,
  new_inactive: 0,
  changed: 0,
  unchanged: 0,
  missing: 0,
  error: 0,
  not_reached: 0,
}

async function counts({ db, accountId }: Work, importId: string) {
  const { rows } = await sql<{ fate: FateTold | null; count: number; seats: number; accessChanges: number }>`
    select ${fateTold} as fate, count(*) as count,
      count(*) filter (where r.fate in ('new_active', 'changed') and r.takes_seat) - count(*) filter (where r.fate in ('changed', 'missing') and r.phase = 1) as seats,
      count(*) filter (where r.fate in ('changed', 'missing') and r.fields && '{status,deactivationDate}') as access_changes
    from ${rowsWithOperation} where r.account_id = ${accountId} and r.import_id = ${importId} group by 1
  `.execute(db)
  const sum = (of: 'seats' | 'accessChanges') => rows.reduce((total, row) => total + row[of], 0)
  return {
    counts: { ...none, ...Object.fromEntries(rows.flatMap(({ fate, count }) => (fate ? [[fate, count]] : []))) },
    seats: sum('seats'),
    accessChanges: sum('accessChanges'),
  }
}
