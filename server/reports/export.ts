import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import type ExcelJS from 'exceljs'
import type { Input } from '#contract/endpoint.ts'
import type { exportReport } from '#contract/reports.ts'
import type { Again } from '#server/gate/gate.ts'
import type { Served } from '#server/gate/served.ts'
import type { Work } from '#server/gate/work.ts'
import { type Cell, safe } from './cells.ts'
import { type Sheet, sheetOf } from './sheets.ts'
import { titleOf } from './title.ts'

/** A sheet of Excel has 1,048,576 rows. */
const rowsOfSheet = 1_000_000

/**
 * A report as a file. It is read page by page, each by a work of its own, and sent as it is read: nothing of it is
 * held, and it ends where its reader's access does (R6).
 *
 * @throws Problem `period_too_long`
 */
export async function exported(
  work: Work,
  asked: Input<typeof exportReport>,
  { again, countedAt }: { again: Again; countedAt: string | null },
): Promise<Served> {
  const sheet = sheetOf(asked)
  await sheet.check?.(work)
  const title = await titleOf(work, asked, countedAt)
  return {
    ...asFile(sheet, { format: asked.format, title: title.line, again }),
    name: `${asked.report}-${title.day}.${asked.format}`,
  }
}

/** A table as a file of a spreadsheet, below a line that says what it is, or at once with its columns. */
export function asFile(
  sheet: Sheet,
  { format, title, again }: { format: 'csv' | 'xlsx'; title: string | null; again: Again },
): Omit<Served, 'name'> {
  const isCsv = format === 'csv'
  return {
    mediaType: isCsv ? 'text/csv; charset=utf-8' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    disposition: 'attachment',
    bytes: null,
    open: () => (isCsv ? asCsv(sheet, title, again) : asXlsx(sheet, title, again)),
  }
}

async function* rowsOf(sheet: Sheet, again: Again): AsyncGenerator<Cell[]> {
  let next: string | null | undefined
  do {
    const page = await again((work) => sheet.page(work, next ?? undefined))
    yield* page.rows
    next = page.next
  } while (next !== null)
}

/** RFC 4180, every cell quoted, with the mark by which Excel knows UTF-8. */
function asCsv(sheet: Sheet, title: string | null, again: Again): Readable {
  async function* lines(): AsyncGenerator<Cell[]> {
    if (title !== null) yield [title]
    yield [...sheet.columns]
    yield* rowsOf(sheet, again)
  }
  const csv = stringify({
    bom: true,
    quoted: true,
    quoted_empty: true,
    record_delimiter: 'windows',
    cast: { string: safe },
  })
  return joined(Readable.from(lines()), csv)
}

function asXlsx(sheet: Sheet, title: string | null, again: Again): Readable {
  const out = new PassThrough()
  async function fill(): Promise<void> {
    // Loaded when it is needed: it would be a tenth of every start.
    const { stream } = (await import('exceljs')).default
    const book = new stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false })
    let rows = Infinity
    let page: ExcelJS.Worksheet | undefined
    for await (const cells of rowsOf(sheet, again)) {
      if (rows >= rowsOfSheet) {
        page?.commit()
        page = begin(book, sheet, title)
        rows = 0
      }
      page!.addRow(cells.map((cell) => (typeof cell === 'string' ? safe(cell) : cell))).commit()
      // The writer does not wait for who reads it.
      if (out.writableNeedDrain) await new Promise((resolve) => out.once('drain', resolve))
      rows++
    }
    ;(page ?? begin(book, sheet, title)).commit()
    await book.commit()
  }
  fill().catch((error: Error) => out.destroy(error))
  return out
}

function begin(
  book: ExcelJS.stream.xlsx.WorkbookWriter,
  { name, columns }: Sheet,
  title: string | null,
): ExcelJS.Worksheet {
  const count = book.worksheets?.length ?? 0
  const page = book.addWorksheet(count > 0 ? `${name} ${count + 1}` : name, {
    views: [{ state: 'frozen', ySplit: title === null ? 1 : 2 }],
  })
  if (title !== null) page.addRow([safe(title)]).commit()
  const head = page.addRow(columns.map(safe))
  head.font = { bold: true }
  head.commit()
  return page
}

/** What one writes the other reads; where the first breaks off, the second does. */
function joined(from: Readable, to: NodeJS.ReadWriteStream & Readable): Readable {
  pipeline(from, to).catch((error: Error) => to.destroy(error))
  return to
}
