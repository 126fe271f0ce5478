import type { Scene, Somebody } from './scene.ts'

const rows = [
  ['New, active', 'new_active', [], []],
  ['New, waiting', 'new_waiting', [], []],
  ['Cleo Changed', 'changed', ['status', 'deactivationDate', 'jobTitle'], []],
  [
    '',
    'error',
    [],
    [{ field: 'status', code: 'invalid_input', message: 'Give Active or Inactive, or leave it blank.' }],
  ],
  ['Uma Unchanged', 'unchanged', [], []],
  ['Mia Missing', 'missing', ['status'], []],
] as const

/** An import at each of its steps, past every rule. @returns where each stands */
export async function importsIn({ store, accountId }: Scene, owner: Somebody): Promise<string[]> {
  const addressOf = async (state: 'columns' | 'checked' | 'started', operationId: string | null = null) => {
    const columns = ['E-mail', 'Vorname', 'A column of a very long name that nobody needs', 'Status']
    const { id: importId } = await store
      .insertInto('imports')
      .values({
        accountId,
        byUserId: owner.id,
        name: 'staff-of-the-whole-company-2026.csv',
        format: 'csv',
        encoding: 'windows-1252',
        separator: ';',
        state,
        columns: JSON.stringify(columns.map((name) => ({ name, samples: ['lea@example.org', 'leo@example.org'] }))),
        fields: JSON.stringify(['email', 'firstName', null, 'status']),
        rows: rows.length,
        deactivatesMissing: true,
        seatsUsed: 3,
        operationId,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await store
      .insertInto('importRows')
      .values(
        rows.map(([name, fate, fields, reasons], place) => ({
          accountId,
          importId,
          number: place + 2,
          cells: '[]',
          name: name || null,
          email: `somebody-of-the-company-${place}@example.org`,
          ...(state !== 'columns' && { fate, fields: [...fields], reasons: JSON.stringify(reasons) }),
        })),
      )
      .execute()
    return `/people/import/${importId}`
  }
  const { id } = await store
    .insertInto('operations')
    .values({ accountId, kind: 'import', byUserId: owner.id, selected: 5, changed: 3, refused: 1 })
    .returning('id')
    .executeTakeFirstOrThrow()
  return [
    '/people/import',
    await addressOf('columns'),
    await addressOf('checked'),
    await addressOf('started', id),
    `/activity/${id}`,
  ]
}
