import type { Input } from '#contract/endpoint.ts'
import { type exportImport, type FateTold, type getImportTemplate, importFields } from '#contract/imports.ts'
import type { Again } from '#server/gate/gate.ts'
import type { Served } from '#server/gate/served.ts'
import type { Work } from '#server/gate/work.ts'
import { customFields } from '#server/people/custom-fields.ts'
import type { Cell } from '#server/reports/cells.ts'
import { asFile } from '#server/reports/export.ts'
import { nameOfField } from './headers.ts'
import { theImport } from './import.ts'
import { rowsFrom } from './rows.ts'

const fates: Record<FateTold, string> = {
  new_active: 'New, active',
  new_waiting: 'New, inactive, waits for a seat',
  new_inactive: 'New, inactive',
  changed: 'Changed',
  unchanged: 'Unchanged',
  missing: 'Not in the file, deactivated',
  error: 'Error',
  not_reached: 'Not reached',
}
const pageSize = 1_000

/** The rows of an import as a file, read page by page while it is sent (R6). @throws Problem `not_found` */
export async function resultFile(
  work: Work,
  { importId, fate, format }: Input<typeof exportImport>,
  { again }: { again: Again },
): Promise<Served> {
  const { name, operationId } = await theImport(work, { importId })
  const names = await namesOf(work)
  const sheet = {
    name: 'Import',
    columns: ['Row', 'Name', 'E-mail', 'Fate', 'Fields', 'Reason'],
    async page(work: Work, cursor: string | undefined) {
      const rows = await rowsFrom(work, importId, { fate, after: Number(cursor ?? 0), limit: pageSize })
      return {
        rows: rows.map((row): Cell[] => [
          row.number,
          row.name,
          row.email,
          row.fate && fates[row.fate],
          row.fields.map((field) => names.get(field) ?? field).join(', '),
          row.reasons
            .map(({ field, message }) => (field ? `${names.get(field) ?? field}: ${message}` : message))
            .join(' '),
        ]),
        next: rows.length < pageSize ? null : String(rows.at(-1)!.number),
      }
    },
  }
  const title = `${operationId ? 'Result' : 'Preview'} of the import of ${name}`
  return { ...asFile(sheet, { format, title, again }), name: `import-${importId.slice(0, 8)}.${format}` }
}

/** An empty file with a column for each field of a person of this account. */
export async function template(
  work: Work,
  { format }: Input<typeof getImportTemplate>,
  { again }: { again: Again },
): Promise<Served> {
  const columns = [...(await namesOf(work)).values()]
  const sheet = { name: 'People', columns, page: async () => ({ rows: [], next: null }) }
  return { ...asFile(sheet, { format, title: null, again }), name: `people.${format}` }
}

/** What each field is called: those of everybody, and those of the account. */
export async function namesOf(work: Work): Promise<Map<string, string>> {
  const { items } = await customFields(work)
  return new Map([
    ...importFields.map((field) => [field, nameOfField[field]] as const),
    ...items.map(({ key, label }) => [`custom.${key}`, label] as const),
  ])
}
