import { z } from 'zod'
import { done, endpoint, file } from './endpoint.ts'
import { Operation } from './lifecycle.ts'
import { Cursor, Id, Instant, page, PageSize } from './words.ts'

/*
 * Import: people added and changed from a file.
 * Fate: what would come of a row, and once it is done, what came of it.
 */

/** What a file of people may be at most. */
export const IMPORT_MOST = { bytes: 50 * 1024 ** 2, rows: 200_000, columns: 200 } as const

/** What a column can hold of a person, beside the custom fields of the account (`custom.<key>`). */
export const importFields = [
  'email',
  'firstName',
  'lastName',
  'role',
  'department',
  'groups',
  'jobTitle',
  'phone',
  'hireDate',
  'language',
  'managedDepartments',
  'status',
  'deactivationDate',
] as const
export const ImportField = z.union([z.enum(importFields), z.templateLiteral(['custom.', z.string().min(1).max(64)])], {
  error: 'There is no such field. Choose one of the list.',
})
export type ImportField = z.infer<typeof ImportField>

/** `missing`: whoever is in and not in the file, and is deactivated. */
export const ImportFate = z.enum([
  'new_active',
  'new_waiting',
  'new_inactive',
  'changed',
  'unchanged',
  'missing',
  'error',
])
export type ImportFate = z.infer<typeof ImportFate>
/** `not_reached`: the import was cancelled before. */
const FateTold = z.enum([...ImportFate.options, 'not_reached'])
export type FateTold = z.infer<typeof FateTold>

export const Import = z.strictObject({
  id: Id,
  /** Of the file. */
  name: z.string(),
  format: z.enum(['csv', 'xlsx']),
  /** How a CSV file was read. */
  encoding: z.string().nullable(),
  separator: z.string().nullable(),
  createdAt: Instant,
  /** `columns`: they are to be matched. `checking`: the rows are looked at. `checked`: nothing stands in the way of a run. */
  state: z.enum(['reading', 'columns', 'checking', 'checked', 'started']),
  rows: z.int(),
  /** How many of them have been looked at. */
  checked: z.int(),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      /** The first values that are in it. */
      samples: z.array(z.string()),
      /** Null: the column is ignored. */
      field: z.string().nullable(),
    }),
  ),
  /** How many rows have which fate. */
  counts: z.record(FateTold, z.int()),
  /** Whoever is in and not in the file is deactivated, but for the owner and administrators. */
  deactivatesMissing: z.boolean(),
  /** Rows whose e-mail cannot be read. Nobody is missing for certain while there are any, and nobody is deactivated for it. */
  unread: z.int(),
  /** As they were when the rows were looked at, and as they would be afterwards. Null before that. */
  seats: z.strictObject({ limit: z.int().nullable(), before: z.int(), after: z.int() }).nullable(),
  /** Whose access would change: given as `confirmCount` where it is asked for. */
  accessChanges: z.int(),
  needsConfirmCount: z.boolean(),
  /** The run. */
  operationId: Id.nullable(),
})
export type Import = z.infer<typeof Import>

export const ImportRow = z.strictObject({
  /** As a spreadsheet numbers it: the header is 1. Who is missing comes after the last of the file. */
  number: z.int(),
  fate: FateTold.nullable(),
  isDone: z.boolean(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  userId: Id.nullable(),
  /** Which fields change. */
  fields: z.array(z.string()),
  /** Why it cannot be done, or not all of it. */
  reasons: z.array(z.strictObject({ field: z.string().nullable(), code: z.string(), message: z.string() })),
})
export type ImportRow = z.infer<typeof ImportRow>

const which = z.strictObject({ importId: Id })
const told = { access: 'people', tag: 'People' } as const

export const startImport = endpoint({
  ...told,
  method: 'POST',
  path: '/api/v1/imports',
  summary: 'Read an uploaded CSV or XLSX file of people, and match its columns to fields. Nothing is changed yet',
  input: z.strictObject({
    /** The last part of the address that the upload (tus, /api/v1/uploads, kind `people`) was given. */
    uploadId: z.string().regex(/^[\w-]{1,100}$/),
  }),
  answer: Import,
  problems: ['not_found', 'upload_incomplete', 'wrong_file', 'file_too_large', 'no_room'],
})

export const getImport = endpoint({
  ...told,
  method: 'GET',
  path: '/api/v1/imports/:importId',
  summary: 'One import: its columns, and how many rows have which fate',
  input: which,
  answer: Import,
  problems: ['not_found'],
})

export const checkImport = endpoint({
  ...told,
  method: 'POST',
  path: '/api/v1/imports/:importId/check',
  summary: 'Say what each column holds, and look at every row: what would come of it. Nothing is changed yet',
  input: which.extend({
    /** For each column in the order of the file; null: ignored. Each field at most once. */
    fields: z.array(ImportField.nullable()).max(IMPORT_MOST.columns),
    /** The file tells of everybody: whoever is in and not in it is deactivated, but for the owner and administrators. */
    deactivateMissing: z.boolean().default(false),
  }),
  answer: Import,
  problems: ['not_found', 'import_begun', 'stale_edit', 'unknown_field'],
})

export const listImportRows = endpoint({
  ...told,
  method: 'GET',
  path: '/api/v1/imports/:importId/rows',
  summary: 'The rows of an import with their fate, in the order of the file',
  input: which.extend({ fate: FateTold.optional(), cursor: Cursor.optional(), limit: PageSize.default(50) }),
  answer: page(ImportRow),
  problems: ['not_found', 'wrong_cursor'],
})

export const runImport = endpoint({
  ...told,
  method: 'POST',
  path: '/api/v1/imports/:importId/run',
  summary:
    'Do what the check showed, as an operation. People who are not in the file are touched only if the check was told so',
  input: which.extend({
    /** Mails new people a link to choose a password. To whoever waits for a seat it goes when they are let in. */
    invite: z.boolean().default(false),
    /** `accessChanges`, where `needsConfirmCount`. */
    confirmCount: z.int().optional(),
  }),
  answer: Operation,
  problems: ['not_found', 'import_begun', 'import_unchecked', 'confirm_count'],
})

export const deleteImport = endpoint({
  ...told,
  method: 'DELETE',
  path: '/api/v1/imports/:importId',
  summary: 'Discard an import that was not run',
  input: which,
  answer: done,
  problems: ['not_found', 'import_begun'],
})

const Format = z.enum(['csv', 'xlsx']).default('csv')

export const exportImport = endpoint({
  ...told,
  method: 'GET',
  path: '/api/v1/imports/:importId/file',
  summary: 'The rows of an import as a file: number, e-mail, fate, reason',
  input: which.extend({ fate: FateTold.optional(), format: Format }),
  answer: file,
  problems: ['not_found'],
})

export const getImportTemplate = endpoint({
  ...told,
  method: 'GET',
  path: '/api/v1/import-template',
  summary: 'An empty file with a column for each field of a person',
  input: z.strictObject({ format: Format }),
  answer: file,
})
