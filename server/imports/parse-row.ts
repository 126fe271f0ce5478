import type { z } from 'zod'
import type { ImportField } from '#contract/imports.ts'
import { editUser, NewPerson } from '#contract/people.ts'
import { Role } from '#contract/roles.ts'
import { CalendarDate, Email, Language } from '#contract/words.ts'
import { department, type Found, group, type Known, namesOfList } from './known.ts'

/** Why a row cannot be done, as its reader is told. */
export interface Reason {
  readonly field: string | null
  readonly code: string
  readonly message: string
}

/** What a row says of a person, as the contract has it. What is blank is left out. */
const Said = editUser.input.omit({ userId: true, version: true, reason: true })
export type Said = z.output<typeof Said>
/** The same of a new person. */
const SaidOfNew = NewPerson.omit({ password: true, invite: true }).extend({
  deactivationDate: CalendarDate.nullable().optional(),
})
export type SaidOfNew = z.output<typeof SaidOfNew>

/** The cells of a row as words of the contract, not checked yet. */
export interface Parsed {
  readonly email: string | null
  readonly said: Record<string, unknown>
  readonly reasons: readonly Reason[]
}

/** A cell that says: nothing any more. Where a person has to have something it stands for itself. */
const CLEARED = '-'

/**
 * Reads the cells of a row by what its columns hold. Blank: unchanged, for new people as if it had been left out
 * (C6.69); `-`: cleared (C6.72).
 */
export function parseRow(cells: readonly string[], fields: readonly (ImportField | null)[], known: Known): Parsed {
  const said: Record<string, unknown> = {}
  const custom: Record<string, string | null> = Object.create(null) as Record<string, string | null>
  const reasons: Reason[] = []
  for (const [place, field] of fields.entries()) {
    const cell = cells[place] ?? ''
    if (field === null || cell === '') continue
    if (field.startsWith('custom.')) {
      custom[field.slice('custom.'.length)] = cleared(cell)
      continue
    }
    const value = valueOf(field, cell, known)
    if (value instanceof Wrong) reasons.push({ field, code: value.code, message: value.message })
    else Object.assign(said, value)
  }
  if (Object.keys(custom).length > 0) said['custom'] = custom
  if (cells.slice(fields.length).some((cell) => cell !== ''))
    reasons.push({
      field: null,
      code: 'invalid_input',
      message: 'There are more cells in this row than in the header.',
    })
  const email = Email.safeParse(said['email'])
  if (!email.success)
    reasons.push({ field: 'email', code: 'invalid_input', message: 'Give an e-mail address like name@example.org.' })
  return { email: email.success ? email.data : null, said, reasons }
}

/** A cell that says nothing that is known. */
class Wrong {
  readonly message: string
  readonly code: string

  constructor(message: string, code: string) {
    this.message = message
    this.code = code
  }
}
const wrong = (message: string, code = 'invalid_input'): Wrong => new Wrong(message, code)
const cleared = (cell: string): string | null => (cell === CLEARED ? null : cell)

function valueOf(field: ImportField, cell: string, known: Known): Record<string, unknown> | Wrong {
  switch (field) {
    case 'role':
      return roleOf(cell)
    case 'status':
      return statusOf(cell)
    case 'department':
      if (cell === CLEARED) return { departmentId: null }
      return named(department(known, cell), cell, known, (departmentId) => ({ departmentId }))
    case 'managedDepartments':
      return listed(cell, known.departments, (name) => department(known, name), known, 'managedDepartmentIds')
    case 'groups':
      return listed(cell, known.groups, (name) => group(known, name), null, 'groupIds')
    case 'hireDate':
    case 'deactivationDate':
      return { [field]: cell === CLEARED ? null : dateOf(cell) }
    case 'language':
      return { language: cell === CLEARED ? null : languageOf(cell) }
    case 'jobTitle':
    case 'phone':
      return { [field]: cleared(cell) }
    default:
      return { [field]: cell }
  }
}

/** As the screen calls it, or as the API does. */
function roleOf(cell: string): { role: Role } | Wrong {
  const role = Role.safeParse(cell.toLowerCase().replaceAll(/[\s-]+/g, '_'))
  return role.success
    ? { role: role.data }
    : wrong('Give a role: Administrator, Department administrator, Author or Learner.')
}

/** C6.70: what is not known is no status; nobody is let in or out by a guess. Whoever was exported waiting for a seat stays as they are. */
function statusOf(cell: string): { status?: 'active' | 'inactive' } | Wrong {
  const status = cell.toLowerCase()
  if (status === 'waiting') return {}
  return status === 'active' || status === 'inactive'
    ? { status }
    : wrong('Give Active or Inactive, or leave it blank.')
}

function named(
  found: Found,
  cell: string,
  known: Known | null,
  as: (id: string) => Record<string, unknown>,
): Record<string, unknown> | Wrong {
  if (typeof found === 'object') return as(found.id)
  if (known === null) return wrong(`There is no group “${cell}”. Add it under Groups first.`, 'unknown_group')
  if (found === 'several')
    return wrong(
      `Several departments are called “${cell}”. Give the whole path, as in Company › Sales.`,
      'unknown_department',
    )
  return known.isHead
    ? wrong(`“${cell}” is none of your departments.`, 'outside_your_departments')
    : wrong(`There is no department “${cell}”. Add it under Departments first.`, 'unknown_department')
}

function listed(
  cell: string,
  has: Known['groups'],
  find: (name: string) => Found,
  known: Known | null,
  field: string,
): Record<string, unknown> | Wrong {
  if (cell === CLEARED) return { [field]: [] }
  const ids: string[] = []
  for (const name of namesOfList(has, cell)) {
    const found = find(name)
    if (typeof found !== 'object') return named(found, name, known, () => ({}))
    ids.push(found.id)
  }
  return { [field]: [...new Set(ids)] }
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * `2026-12-12`; as the screens write it, `12 Dec 2026`; or with dots, `12.12.2026`, which have the day first wherever
 * dates are written with them. Whatever else stays as it is, and is refused as no date: `4/12/2026` is two days.
 */
function dateOf(cell: string): string {
  const [, day, word, number, year] =
    /^(\d{1,2})(?:\.?\s+([A-Za-z]{3})[a-z]*\.?\s+|\.\s?(\d{1,2})\.\s?)(\d{4})$/.exec(cell) ?? []
  const month = number ?? (word && months.indexOf(word.toLowerCase()) + 1)
  if (month) return `${year}-${String(month).padStart(2, '0')}-${day!.padStart(2, '0')}`
  // A moment of which only the day counts, as spreadsheets write it.
  return /^\d{4}-\d\d-\d\d[T ]00:00(:00(\.0+)?)?Z?$/.test(cell) ? cell.slice(0, 10) : cell
}

const languages = new Map(
  Language.options.map((code) => [new Intl.DisplayNames('en', { type: 'language' }).of(code)?.toLowerCase(), code]),
)
const languageOf = (cell: string): string => languages.get(cell.toLowerCase()) ?? cell.toLowerCase()

/** What a column is called that holds a field of the contract. */
const columnOf = (field: PropertyKey | undefined): string | null => {
  switch (field) {
    case undefined:
      return null
    case 'departmentId':
      return 'department'
    case 'groupIds':
      return 'groups'
    case 'managedDepartmentIds':
      return 'managedDepartments'
    default:
      return String(field)
  }
}

/** `custom.badge` of a path or of a field of the contract. */
export const columnOfField = (field: string): string | null =>
  field.startsWith('custom') ? field : columnOf(field.split('.')[0])

const checked = <T>(
  parsed: z.ZodSafeParseResult<T>,
):
  | { readonly said: T; readonly reasons: readonly Reason[] }
  | { readonly said: null; readonly reasons: readonly Reason[] } =>
  parsed.success
    ? { said: parsed.data, reasons: [] }
    : {
        said: null,
        reasons: parsed.error.issues.map(({ code, path, message }) => ({
          field: columnOfField(path.join('.')),
          code: 'invalid_input',
          message: code === 'invalid_type' ? 'New people need this. Fill in the cell.' : message,
        })),
      }

/** R27: what the single edit takes, and nothing else. */
export const saidOf = (said: Record<string, unknown>) => checked(Said.safeParse(said))
/** R27: what adding one person takes, and nothing else. */
export const saidOfNew = (said: Record<string, unknown>) => checked(SaidOfNew.safeParse(said))
