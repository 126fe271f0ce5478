import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import iconv from 'iconv-lite'
import { type Line, wrongFile } from './line.ts'

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

const separators = [',', ';', '\t', '|'] as const
/** No row of 200 columns needs more. */
const mostRecord = 1024 ** 2
const mostHead = 256 * 1024

/**
 * Reads a CSV file as it comes, in the encoding and with the separator that are found in it: nothing of it is held but the
 * row under way (R30).
 *
 * @throws Problem `wrong_file`
 */
export async function readCsv(
  path: string,
): Promise<{ encoding: string; separator: string; lines: AsyncIterable<Line> }> {
  const encoding = await encodingOf(path)
  const separator = separatorOf(iconv.decode(await beginningOf(path, mostHead), encoding))
  return { encoding, separator, lines: linesOf(path, encoding, separator) }
}

async function* linesOf(path: string, encoding: Encoding, separator: string): AsyncGenerator<Line> {
  const parser = parse({
    bom: true,
    delimiter: separator,
    relax_column_count: true,
    skip_empty_lines: false,
    max_record_size: mostRecord,
  })
  const broken = new AbortController()
  const reading = pipeline(createReadStream(path), iconv.decodeStream(encoding), parser, {
    signal: broken.signal,
  }).catch(() => {})
  let number = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) yield { number: ++number, cells }
  } catch (error) {
    throw error instanceof CsvError ? wrongFile(inWords(error)) : error
  } finally {
    broken.abort()
    await reading
  }
}

function inWords(error: CsvError): string {
  // Rows before it may not have been handed out yet.
  const number = Number((error as CsvError & { records?: unknown }).records ?? 0) + 1
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'A quotation mark is opened and never closed, so that the rest of the file would be one cell. Close it.'
    case 'CSV_MAX_RECORD_SIZE':
      return `Row ${number} is larger than 1 MB. Look for a quotation mark that is not closed, or for columns too many.`
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `Row ${number} has a quotation mark in the middle of a cell. Put the cell in quotation marks, and double those in it.`
    default:
      return `Row ${number} cannot be read as CSV. Save the file anew as CSV or XLSX.`
  }
}

export async function beginningOf(path: string, bytes: number): Promise<Buffer> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/**
 * By its mark; else UTF-16 by its zeros, UTF-8 where every byte of the file is, and otherwise what Excel of Western
 * Europe writes. UTF-8 is no guess: a text in another encoding that has more than ASCII is next to never valid in it.
 */
async function encodingOf(path: string): Promise<Encoding> {
  const head = await beginningOf(path, 4096)
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const zeros = (from: 0 | 1) => head.filter((byte, place) => place % 2 === from && byte === 0).length
  const most = head.length * 0.2
  if (zeros(1) > most && zeros(0) === 0) return 'utf-16le'
  if (zeros(0) > most && zeros(1) === 0) return 'utf-16be'
  return (await isUtf8(path)) ? 'utf-8' : 'windows-1252'
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true })
    decoder.decode()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false
    throw error
  }
}

/** The one that stands most often in the first row that is not empty, quoted cells aside. */
function separatorOf(text: string): string {
  const first =
    text
      .replace(/^\uFEFF/, '')
      .trimStart()
      .split(/\r\n|\r|\n/, 1)[0] ?? ''
  // oxlint-disable-next-line no-control-regex -- what no text holds
  if (/[\u0000-\u0008\u000e-\u001f]/.test(first))
    throw wrongFile('Here a CSV or XLSX file is needed. What this is, its content does not tell.')
  const bare = first.replaceAll(/"(?:[^"]|"")*"/g, '')
  const often = separators.map((separator) => ({ separator, count: bare.split(separator).length - 1 }))
  return often.reduce((best, one) => (one.count > best.count ? one : best)).separator
}
