import { onTestFinished } from 'vitest'
import { getOperation } from '#contract/lifecycle.ts'
import {
  checkImport,
  type Import,
  type ImportField,
  listImportRows,
  runImport,
  startImport,
} from '#contract/imports.ts'
import { carryOnImports } from '#server/imports/piece.ts'
import { database, type Person } from './account.ts'
import { announce, sendPart } from './upload.ts'
import { until } from './until.ts'

const log = { warn() {}, error: (error: unknown) => console.error(error) }

/** Carries imports on until the test is over. */
export function importsCarriedOn(over = database): void {
  const carrying = carryOnImports(over, log)
  onTestFinished(() => carrying.stop())
}

/** A CSV file of these rows, each cell quoted. */
export const csv = (...rows: readonly (readonly (string | number)[])[]): Buffer =>
  Buffer.from(rows.map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')).join('\r\n'))

/** Sends a file of people. @returns the id of the upload */
export async function sendPeople(person: Person, content: Buffer, name = 'people.csv'): Promise<string> {
  const { status, headers, body } = await announce(person, { kind: 'people', bytes: content.length, name })
  const location = headers['location']
  if (status !== 201 || typeof location !== 'string')
    throw new Error(`The upload was answered ${status}: ${String(body)}`)
  if (content.length > 0) await sendPart(person, location, 0, content)
  return location.split('/').at(-1)!
}

export const begun = async (person: Person, content: Buffer): Promise<Import> =>
  person.call(startImport, { uploadId: await sendPeople(person, content) })

/** Reads a file in and looks at its rows, by the columns as they are matched by themselves or as told. */
export async function checked(
  person: Person,
  content: Buffer,
  fields?: (ImportField | null)[],
  more: { deactivateMissing?: boolean } = {},
): Promise<Import> {
  const { id, columns } = await begun(person, content)
  return person.call(checkImport, {
    importId: id,
    fields: fields ?? columns.map(({ field }) => field as ImportField | null),
    ...more,
  })
}

export const rowsOf = async (person: Person, importId: string) =>
  (await person.call(listImportRows, { importId, limit: 200 })).items

/** Runs it to its end; somebody has to carry imports on. */
export async function ran(person: Person, importId: string, more: { invite?: boolean } = {}) {
  const { id } = await person.call(runImport, { importId, ...more })
  await until(
    'the import is over',
    async () => (await person.call(getOperation, { operationId: id })).state === 'finished',
    60_000,
  )
  return person.call(getOperation, { operationId: id })
}
