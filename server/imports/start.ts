import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { ImportField, startImport } from '#contract/imports.ts'
import type { Uploads } from '#server/files/uploads.ts'
import type { Steps } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { customFields } from '#server/people/custom-fields.ts'
import { Problem } from '#server/problem.ts'
import { matched } from './headers.ts'
import { theImport } from './import.ts'
import { type Line, wrongFile } from './line.ts'
import { openTable, type Table } from './table.ts'

/** So many rows are written at once. */
const portion = 1_000
const samplesOf = 3

/**
 * Reads an uploaded file of people, row by row, and matches its columns. Nothing of it is held but the rows under way, and
 * nobody is changed. Whoever is out at its end has read nothing in (S3).
 *
 * @throws Problem as the endpoint tells them; nothing is left of what is refused
 */
export async function start(
  { step, entered }: Steps,
  { uploadId }: Input<typeof startImport>,
  uploads: Uploads,
): Promise<Answer<typeof startImport>> {
  const upload = await uploads.claim(uploadId, entered)
  const importId = await readIn(step, upload).catch(async (error: unknown) => {
    await (error instanceof Problem && error.status < 500 ? uploads.discard(uploadId) : uploads.giveBack(uploadId))
    throw error
  })
  await uploads.discard(uploadId)
  return step((work) => theImport(work, { importId }))
}

async function readIn(
  step: Steps['step'],
  { path, bytes, name }: { path: string; bytes: number; name: string },
): Promise<string> {
  const table = await openTable(path, bytes)
  const lines = table.lines[Symbol.asyncIterator]()
  const head: IteratorResult<Line, unknown> = await lines.next()
  if (head.done) throw wrongFile('There is nothing in this file.')
  const headers = head.value.cells.slice(0, lastNamed(head.value.cells) + 1)
  const importId = await step((work) => begin(work, table, name))
  try {
    const read = await readRows(lines, headers.length, (rows) => step((work) => write(work, importId, rows)))
    if (read.count === 0) throw wrongFile('There is a header and no row below it.')
    await step((work) => match(work, importId, { headers, ...read }))
    return importId
  } catch (error) {
    // Whoever is out cannot take it back: it is removed when its time is over.
    await step((work) => remove(work, importId)).catch(() => {})
    throw error
  }
}

const lastNamed = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell !== '')

async function readRows(
  lines: AsyncIterator<Line>,
  columns: number,
  keep: (rows: readonly Line[]) => Promise<void>,
): Promise<{ count: number; samples: string[][] }> {
  const samples = Array.from({ length: columns }, (): string[] => [])
  let count = 0
  let rows: Line[] = []
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    rows.push(line.value)
    for (const [place, of] of samples.entries()) {
      const cell = line.value.cells[place]
      if (of.length < samplesOf && cell && !of.includes(cell)) of.push(cell.slice(0, 60).toWellFormed())
    }
    count++
    if (rows.length < portion) continue
    await keep(rows)
    rows = []
  }
  if (rows.length > 0) await keep(rows)
  return { count, samples }
}

async function begin(
  { db, accountId, actor }: Work,
  { format, encoding, separator }: Table,
  name: string,
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into imports (account_id, by_user_id, name, format, encoding, separator, columns, fields)
    values (${accountId}, ${actor.id}, ${name}, ${format}, ${encoding}, ${separator}, '[]', '[]') returning id
  `.execute(db)
  return rows[0]!.id
}

async function write({ db, accountId }: Work, importId: string, rows: readonly Line[]): Promise<void> {
  await sql`
    insert into import_rows (account_id, import_id, number, cells)
    select ${accountId}, ${importId}, number, cells
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as one (number integer, cells jsonb)
  `.execute(db)
}

async function match(
  work: Work,
  importId: string,
  { headers, samples, count }: { headers: readonly string[]; samples: readonly string[][]; count: number },
): Promise<void> {
  const { db, accountId } = work
  const { rows } = await sql<{ header: string; field: ImportField | null }>`
    select header, field from import_columns where account_id = ${accountId}`.execute(db)
  const { items } = await customFields(work)
  const fields = matched(headers, items, new Map(rows.map(({ header, field }) => [header, field])))
  const columns = headers.map((name, place) => ({ name: name.slice(0, 200).toWellFormed(), samples: samples[place] }))
  await sql`
    update imports set state = 'columns', rows = ${count}, columns = ${JSON.stringify(columns)}, fields = ${JSON.stringify(fields)}
    where account_id = ${accountId} and id = ${importId}
  `.execute(db)
}

const remove = ({ db, accountId }: Work, importId: string) =>
  sql`delete from imports where account_id = ${accountId} and id = ${importId} and state = 'reading'`.execute(db)
