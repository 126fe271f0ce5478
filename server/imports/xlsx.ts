import { createReadStream } from 'node:fs'
import type ExcelJS from 'exceljs'
import yauzl from 'yauzl'
import { type Line, wrongFile } from './line.ts'

/** How large it may become by unpacking. */
const mostUnpacked = 400 * 1024 ** 2
const mostEntries = 2_000

/**
 * Reads the first sheet of an XLSX file row by row. What it becomes by unpacking is held against a limit before (R47).
 *
 * @throws Problem `wrong_file`
 */
export async function* readXlsx(path: string): AsyncGenerator<Line> {
  await refuseBombs(path)
  // Loaded when it is needed: it would be a tenth of every start.
  const { stream } = (await import('exceljs')).default
  const book = new stream.xlsx.WorkbookReader(createReadStream(path), {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'ignore',
  })
  try {
    for await (const sheet of book) {
      for await (const row of sheet) {
        const cells = Array.isArray(row.values) ? row.values.slice(1) : []
        // Cells that were never written to are holes.
        yield { number: row.number, cells: Array.from(cells, textOf) }
      }
      return
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') throw error
    throw wrongFile('This XLSX file cannot be read. Save it anew in the program that it comes from, or as CSV.')
  }
}

/** What a cell shows, as a text; a date as `YYYY-MM-DD`. */
function textOf(value: ExcelJS.CellValue | undefined): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10)
  if (typeof value !== 'object') return String(value)
  if ('richText' in value) return value.richText.map(({ text }) => text).join('')
  if ('hyperlink' in value) return textOf(value.text)
  if ('result' in value) return textOf(value.result)
  return ''
}

/** Reads what is packed once, without keeping it: a size that is declared is held against what comes out. */
function refuseBombs(path: string): Promise<void> {
  const broken = wrongFile('This XLSX file is damaged. Save it anew, or as CSV.')
  const tooLarge = wrongFile('Unpacked, this XLSX file is larger than 400 MB. Split it into several.')
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error) {
        reject(broken)
        return
      }
      let bytes = 0
      const refuse = (problem: Error): void => {
        zip.close()
        reject(problem)
      }
      if (zip.entryCount > mostEntries) return refuse(tooLarge)
      zip.on('error', () => refuse(broken))
      zip.on('end', () => resolve())
      zip.on('entry', (entry: yauzl.Entry) => {
        bytes += entry.uncompressedSize
        if (bytes > mostUnpacked) return refuse(tooLarge)
        zip.openReadStream(entry, (error, stream) => {
          if (error) return refuse(broken)
          stream.on('error', () => refuse(broken))
          stream.on('end', () => zip.readEntry())
          stream.resume()
        })
      })
      zip.readEntry()
    })
  })
}
