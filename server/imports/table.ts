import { fileTypeFromFile, type FileTypeResult } from 'file-type'
import { IMPORT_MOST } from '#contract/imports.ts'
import { beginningOf, readCsv } from './csv.ts'
import { type Line, wrongFile } from './line.ts'
import { unsafe } from '#server/reports/cells.ts'
import { readXlsx } from './xlsx.ts'

/** A file of people, read line by line. */
export interface Table {
  readonly format: 'csv' | 'xlsx'
  readonly encoding: string | null
  readonly separator: string | null
  /** @throws Problem `wrong_file` where it breaks off */
  readonly lines: AsyncIterable<Line>
}

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/**
 * Opens a file of people by what is in it, whatever its name says (R30).
 *
 * @throws Problem `wrong_file` saying what is wanted, and what this is
 */
export async function openTable(path: string, bytes: number): Promise<Table> {
  if (bytes === 0) throw wrongFile('The file is empty.')
  const found = await typeOf(path)
  if (found?.mime === xlsx) return { format: 'xlsx', encoding: null, separator: null, lines: guarded(readXlsx(path)) }
  if (found && found.mime !== 'application/xml' && !found.mime.startsWith('text/')) {
    const old = found.mime === 'application/x-cfb' ? ' An old .xls file is saved again as .xlsx in Excel.' : ''
    throw wrongFile(`Here a CSV or XLSX file is needed. This is ${found.ext.toUpperCase()} (${found.mime}).${old}`)
  }
  const { encoding, separator, lines } = await readCsv(path)
  return { format: 'csv', encoding, separator, lines: guarded(lines) }
}

/** Of a text nothing is known by its first bytes; where it begins with the mark of UTF-16, something is taken for music. */
async function typeOf(path: string): Promise<FileTypeResult | undefined> {
  const [first, second] = await beginningOf(path, 2)
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return undefined
  return fileTypeFromFile(path).catch(() => {
    throw wrongFile('This file is damaged. Save it anew as CSV or XLSX.')
  })
}

const mostCell = 5_000

/** What no row may be, of whatever kind the file is. Cells are made well-formed: the database keeps no half characters. */
async function* guarded(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  let rows = 0
  for await (const { number, cells } of lines) {
    if (cells.length > IMPORT_MOST.columns)
      throw wrongFile(`Row ${number} has ${cells.length} columns. Leave at most ${IMPORT_MOST.columns}.`)
    if (cells.some((cell) => cell.includes('\0')))
      throw wrongFile(`Row ${number} holds a NUL. Save the file anew as CSV or XLSX.`)
    if (cells.some((cell) => cell.length > mostCell))
      throw wrongFile(`A cell of row ${number} is longer than ${mostCell} characters.`)
    if (cells.every((cell) => cell.trim() === '')) continue
    if (++rows > IMPORT_MOST.rows + 1)
      throw wrongFile(`The file has more than ${IMPORT_MOST.rows.toLocaleString('en')} rows. Split it into several.`)
    yield { number, cells: cells.map((cell) => unsafe(cell.trim()).toWellFormed()) }
  }
}
