import { type Command, Option } from 'commander'
import { call, send } from '#client/call.ts'
import {
  checkImport,
  deleteImport,
  exportImport,
  getImport,
  type Import,
  ImportField,
  type ImportRow,
  listImportRows,
  runImport,
  startImport,
} from '#contract/imports.ts'
import { endOf, warnUnlessDone } from './operations.ts'
import { save } from './save.ts'
import { Mistake, type Shell } from './shell.ts'
import { count } from './typed.ts'
import { uploadPeople } from './upload.ts'

interface Asked {
  readonly map: readonly string[]
  readonly deactivateMissing?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly confirm?: number
  readonly invite?: boolean
  readonly result?: string
}

/** Errors that are shown; the result file has all of them. */
const shownErrors = 20
const lookEveryMs = 1_000

const inWords: Record<keyof Import['counts'], string> = {
  new_active: 'new, active',
  new_waiting: 'new, waiting for a seat',
  new_inactive: 'new, inactive',
  changed: 'changed',
  unchanged: 'unchanged',
  missing: 'not in the file, deactivated',
  error: 'errors',
  not_reached: 'not reached',
}

/** `rollcall users import`: what the four steps on screen are. */
export function importCommand(users: Command, shell: Shell): void {
  users
    .command('import <file>')
    .description('Add and change people from a CSV or XLSX file; shows what would come of each row first')
    .option(
      '--map <header=field>',
      'what a column holds, where it is not matched by itself; "header=-" ignores it; can be repeated',
      (typed: string, before: readonly string[]) => [...before, typed],
      [],
    )
    .option('--dry-run', 'only show it, and change nothing')
    .option('--yes', 'do it without asking')
    .option('--confirm <number>', 'whose access changes, where the account asks for that number', count)
    .option('--deactivate-missing', 'the file tells of everybody: whoever is not in it is deactivated')
    .option('--invite', 'mail new people a link to choose a password')
    .addOption(new Option('--result <file>', 'save what became of each row, as CSV or XLSX by its name'))
    .addHelpText(
      'after',
      `
A column holds: email, firstName, lastName, role, department, groups, jobTitle, phone, hireDate, language,
managedDepartments, status, deactivationDate, or custom.<key>. What was said once is remembered for the next file.

Examples:
  rollcall users import people.csv --dry-run
  rollcall users import hr.xlsx --map "Kostenstelle=custom.cost_center" --map "Notes=-" --yes
  rollcall users import everybody.csv --deactivate-missing --yes --confirm 38 --result result.csv`,
    )
    .action((file: string, asked: Asked) => importPeople(shell, file, asked))
}

async function importPeople(shell: Shell, file: string, asked: Asked): Promise<void> {
  const { door } = shell
  const uploadId = await shell.watching('Sending', (progress) => uploadPeople(door, file, progress))
  const read = await call(door, startImport, { uploadId })
  let isStarted = false
  try {
    const preview = await look(shell, read, asked)
    const errors = await errorsOf(shell, preview)
    if (!shell.asJson) tellPreview(shell, preview, errors)
    if (asked.dryRun) {
      if (shell.asJson) shell.say([], { import: preview, errors, operation: null })
      await saveResult(shell, preview, asked)
      if (preview.counts.error > 0) process.exitCode = 3
      return
    }
    const confirmCount = await confirmed(shell, preview, asked)
    const begun = await call(door, runImport, {
      importId: read.id,
      invite: asked.invite ?? false,
      ...(confirmCount !== undefined && { confirmCount }),
    })
    isStarted = true
    const operation = await endOf(shell, begun)
    const done = await call(door, getImport, { importId: read.id })
    const { changed, selected, refused } = operation
    shell.say(`import: ${changed} of ${selected} rows changed something, ${refused} refused.`, {
      import: done,
      errors: await errorsOf(shell, done),
      operation,
    })
    await saveResult(shell, done, asked)
    warnUnlessDone(shell, operation)
  } finally {
    // Why it was not begun is told; an import that nobody ran goes by itself after a week.
    if (!isStarted) await call(door, deleteImport, { importId: read.id }).catch(() => {})
  }
}

/** Looks at every row: what would come of it. */
async function look(shell: Shell, { id, columns }: Import, { map, deactivateMissing = false }: Asked): Promise<Import> {
  const { door } = shell
  const fields = matched(columns, map)
  return shell.watching('Looking at the rows', async (progress) => {
    const timer = setInterval(() => {
      call(door, getImport, { importId: id }).then(
        ({ checked, rows }) => progress(checked, rows),
        () => {},
      )
    }, lookEveryMs)
    return call(door, checkImport, { importId: id, fields, deactivateMissing }).finally(() => clearInterval(timer))
  })
}

/** What each column holds: as it was matched, or as it is told. A field that is told for one column leaves another. */
function matched(columns: Import['columns'], map: readonly string[]): (ImportField | null)[] {
  const fields = columns.map(({ field }) => field as ImportField | null)
  for (const told of map) {
    const at = told.lastIndexOf('=')
    const header = told.slice(0, at).trim()
    const place = columns.findIndex(({ name }) => name.trim().toLowerCase() === header.toLowerCase())
    if (at < 1 || place < 0)
      throw new Mistake(`There is no column "${header}". The file has: ${columns.map(({ name }) => name).join(', ')}.`)
    const field = told.slice(at + 1).trim()
    if (field !== '-' && !ImportField.safeParse(field).success)
      throw new Mistake(`There is no field "${field}". "rollcall users import --help" names all.`)
    const before = fields.indexOf(field as ImportField)
    if (before >= 0) fields[before] = null
    fields[place] = field === '-' ? null : (field as ImportField)
  }
  return fields
}

const errorsOf = async (shell: Shell, { id, counts }: Import): Promise<ImportRow[]> =>
  counts.error === 0 ? [] : (await call(shell.door, listImportRows, { importId: id, fate: 'error', limit: 200 })).items

function tellPreview(shell: Shell, told: Import, errors: readonly ImportRow[]): void {
  const { name, rows, columns, counts, seats, unread, deactivatesMissing } = told
  console.log(`${name}: ${rows} rows.`)
  shell.show(
    columns.map((column) => ({
      column: column.name,
      holds: column.field ?? 'ignored',
      'for example': column.samples[0] ?? '',
    })),
    null,
  )
  console.log()
  for (const [fate, count] of Object.entries(counts))
    if (count > 0) console.log(`${String(count).padStart(7)}  ${inWords[fate as keyof typeof inWords]}`)
  if (seats) console.log(`Seats used: ${seats.before} before, ${seats.after} after, of ${seats.limit ?? 'unlimited'}.`)
  for (const { number, email, reasons } of errors.slice(0, shownErrors))
    for (const { field, message } of reasons)
      console.log(`row ${number}${email ? ` (${email})` : ''}${field ? `, ${field}` : ''}: ${message}`)
  if (counts.error > shownErrors) console.log(`… and ${counts.error - shownErrors} more: --result <file> has all.`)
  if (deactivatesMissing && unread > 0)
    shell.warn(
      `${unread} rows have no e-mail that can be read: nobody is missing for certain, and nobody is deactivated.`,
    )
}

/** Whether to do it, and the number that the account asks for. @throws Mistake when it is not wanted */
async function confirmed(
  shell: Shell,
  { accessChanges, needsConfirmCount, rows }: Import,
  { yes, confirm }: Asked,
): Promise<number | undefined> {
  if (yes || confirm === accessChanges) return confirm
  const question = needsConfirmCount
    ? `The access of ${accessChanges} people changes.`
    : `This changes people by ${rows} rows.`
  const word = needsConfirmCount ? String(accessChanges) : 'yes'
  const otherwise = `Nothing was changed. Say --yes${needsConfirmCount ? ` --confirm ${accessChanges}` : ''} to do it.`
  if (!(await shell.confirms(question, word, otherwise))) throw new Mistake('Nothing was changed.')
  return needsConfirmCount ? accessChanges : undefined
}

async function saveResult(shell: Shell, { id }: Import, { result }: Asked): Promise<void> {
  if (result === undefined) return
  const format = /\.xlsx$/i.test(result) ? 'xlsx' : 'csv'
  await save(await send(shell.door, exportImport, { importId: id, format }), result)
}
