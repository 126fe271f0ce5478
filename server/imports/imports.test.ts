import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { addCustomField } from '#contract/accounts.ts'
import { addDepartment } from '#contract/departments.ts'
import { addGroup } from '#contract/groups.ts'
import { checkImport, deleteImport, getImport, listImportRows, runImport } from '#contract/imports.ts'
import { undoOperation } from '#contract/lifecycle.ts'
import { editUser, getUser, listUsers } from '#contract/people.ts'
import { cursorFor } from '#server/db/cursor.ts'
import { anAccount, aPerson, type Person, somebodyWaits, store } from '#tests/harness/account.ts'
import { begun, checked, csv, importsCarriedOn, ran, rowsOf } from '#tests/harness/import.ts'

const head = ['E-mail', 'First name', 'Last name', 'Status', 'Deactivation date'] as const
const someone = (name: string) => [`${name}@example.org`, name, 'New'] as const
const find = async (by: Person, search: string) =>
  (await by.call(listUsers, { search })).items.find(({ email, firstName }) => email === search || firstName === search)
const fatesOf = async (by: Person, importId: string) =>
  (await rowsOf(by, importId)).map(({ number, fate, reasons }) => [number, fate, ...reasons.map(({ code }) => code)])

describe('C6.69 to 72 the fate of each row', () => {
  test('blank leaves who is there as they are, and lets who is new in while a seat is free; then they wait', async () => {
    const { admin, people, seatsUsed } = await anAccount({ learners: 2, seatLimit: 6 })
    await admin.call(editUser, { userId: people[1]!.id, version: 1, status: 'inactive' })
    importsCarriedOn()
    const told = await checked(
      admin,
      csv(
        head,
        [people[0]!.email, '', '', '', ''],
        [people[1]!.email.toUpperCase(), 'Renamed', '', '', ''],
        [...someone('a'), '', ''],
        [...someone('b'), 'Active', ''],
        [...someone('c'), 'inactive', ''],
        [...someone('d'), '', ''],
        [...someone('e'), '', '2099-01-01'],
      ),
    )
    expect(told.seats).toEqual({ limit: 6, before: 3, after: 6 })
    expect(await fatesOf(admin, told.id)).toEqual([
      [2, 'unchanged'],
      [3, 'changed'],
      [4, 'new_active'],
      [5, 'new_active'],
      [6, 'new_inactive'],
      [7, 'new_active'],
      [8, 'error', 'date_too_far'],
    ])
    const operation = await ran(admin, told.id)
    expect(operation).toMatchObject({ kind: 'import', selected: 7, changed: 5, alreadySo: 1, refused: 1, undoable: 0 })
    expect(await seatsUsed()).toBe(6)
    expect(await find(admin, 'Renamed')).toMatchObject({ status: 'inactive', statusCause: 'administrator' })
    expect(await people[0]!.row()).toMatchObject({ status: 'active' })

    const more = await checked(admin, csv(head, [...someone('f'), '', '2027-06-01'], [...someone('g'), '', '']))
    expect(more).toMatchObject({ counts: { new_waiting: 2 }, seats: { before: 6, after: 6 } })
    await ran(admin, more.id)
    expect(await find(admin, 'f@example.org')).toMatchObject({ status: 'inactive', statusCause: 'seat_limit' })
    expect((await rowsOf(admin, more.id))[0]).toMatchObject({
      fate: 'new_waiting',
      isDone: true,
      reasons: [{ field: 'deactivationDate', code: 'only_the_active_leave' }],
    })
  })

  test('an unknown value, the owner and a past date are errors of their row; the others are done', async () => {
    const { admin, owner, people } = await anAccount({ learners: 3 })
    importsCarriedOn()
    const [a, b, c] = people
    const told = await checked(
      admin,
      csv(
        head,
        [a!.email, '', '', 'aktiv', ''],
        [owner.email, '', '', 'inactive', ''],
        [b!.email, '', '', '', '2020-01-01'],
        [admin.email, '', '', 'inactive', ''],
        ['nobody', 'No', 'Body', '', ''],
        [...someone('x'), 'inactive', '2027-06-01'],
        [c!.email, '', '', 'Inactive', ''],
        [c!.email, 'Twice', '', '', ''],
      ),
    )
    expect(await fatesOf(admin, told.id)).toEqual([
      [2, 'error', 'invalid_input'],
      [3, 'error', 'higher_role'],
      [4, 'error', 'date_in_past'],
      [5, 'error', 'not_yourself'],
      [6, 'error', 'invalid_input'],
      [7, 'error', 'invalid_input'],
      [8, 'changed'],
      [9, 'error', 'email_taken'],
    ])
    expect((await rowsOf(admin, told.id))[7]!.reasons[0]!.message).toBe('This e-mail stands in row 8 already.')
    const owners = await checked(owner, csv(head, [owner.email, '', '', 'inactive', ''], [owner.email, '', '', '', '']))
    expect(await fatesOf(owner, owners.id)).toEqual([
      [2, 'error', 'owner_protected'],
      [3, 'error', 'email_taken'],
    ])
    await ran(admin, told.id)
    expect(await c!.row()).toMatchObject({ status: 'inactive', statusCause: 'import' })
    expect(await a!.row()).toMatchObject({ status: 'active' })
    const events = await c!.events()
    expect(events.at(-1)).toMatchObject({
      change: 'deactivated',
      cause: 'import',
      byUserId: admin.id,
      reason: 'people.csv',
    })
  })

  test('a date is set, replaced, left and cleared; whoever comes back takes a seat, and one event tells it', async () => {
    const { admin, people } = await anAccount({ learners: 4, seatLimit: 6 })
    const [a, b, c, d] = people
    importsCarriedOn()
    await admin.call(editUser, { userId: b!.id, version: 1, deactivationDate: '2027-05-01' })
    await admin.call(editUser, { userId: c!.id, version: 1, deactivationDate: '2027-05-01' })
    await admin.call(editUser, { userId: d!.id, version: 1, status: 'inactive' })
    const told = await checked(
      admin,
      csv(
        head,
        [a!.email, '', '', '', '12 Dec 2027'],
        [b!.email, '', '', '', '-'],
        [c!.email, 'Cleo', '', '', ''],
        [d!.email, '', '', 'active', '2027-12-12'],
      ),
    )
    expect((await rowsOf(admin, told.id)).map(({ fields }) => fields)).toEqual([
      ['deactivationDate'],
      ['deactivationDate'],
      ['firstName'],
      ['status', 'deactivationDate'],
    ])
    expect(told).toMatchObject({ accessChanges: 3, seats: { before: 5, after: 6 } })
    const { id: operationId } = await ran(admin, told.id)
    expect(await a!.row()).toMatchObject({ deactivationDate: '2027-12-12' })
    expect(await b!.row()).toMatchObject({ deactivationDate: null, status: 'active' })
    expect(await c!.row()).toMatchObject({ deactivationDate: '2027-05-01' })
    expect(await d!.row()).toMatchObject({ status: 'active', deactivationDate: '2027-12-12', statusCause: 'import' })
    const { operation } = await admin.call(undoOperation, { operationId })
    expect(operation).toMatchObject({ changed: 3, refused: 0 })
    expect(await a!.row()).toMatchObject({ deactivationDate: null })
    expect(await b!.row()).toMatchObject({ deactivationDate: '2027-05-01' })
    expect(await d!.row()).toMatchObject({ status: 'inactive' })
    expect(await find(admin, 'Cleo')).toMatchObject({ firstName: 'Cleo' })
  })

  test('C6.71 whoever is not in the file is not touched, and nothing is written before it is run', async () => {
    const { accountId, admin, learner } = await anAccount()
    const before = await store.selectFrom('profiles').selectAll().where('accountId', '=', accountId).execute()
    const told = await checked(admin, csv(head, [...someone('a'), '', '']))
    expect(await store.selectFrom('profiles').selectAll().where('accountId', '=', accountId).execute()).toEqual(before)
    importsCarriedOn()
    await ran(admin, told.id)
    expect(await learner.events()).toEqual([])
    expect(await admin.refused(runImport, { importId: told.id })).toMatchObject({ code: 'import_begun' })
    expect(await admin.refused(deleteImport, { importId: told.id })).toMatchObject({ code: 'import_begun' })
  })
})

describe('what a row can say', () => {
  test('departments by path or name, groups, role, custom fields; each as the single edit has it', async () => {
    const { admin, learner } = await anAccount()
    importsCarriedOn()
    const company = await admin.call(addDepartment, { name: 'Company' })
    const sales = await admin.call(addDepartment, { name: 'Sales', parentId: company.id })
    const other = await admin.call(addDepartment, { name: 'Other' })
    await admin.call(addDepartment, { name: 'Sales', parentId: other.id })
    const [one, two] = [await admin.call(addGroup, { name: 'One' }), await admin.call(addGroup, { name: 'Two' })]
    await admin.call(addCustomField, { label: 'Badge', kind: 'choice', choices: ['Red', 'Blue'] })
    const columns = [
      'E-mail',
      'First name',
      'Last name',
      'Abteilung',
      'Groups',
      'Role',
      'Badge',
      'Hire date',
      'Manages departments',
    ]
    const told = await checked(
      admin,
      csv(
        columns,
        [learner.email, '', '', 'Company › Sales', 'one; Two', 'Author', 'Red', '2020-02-29', ''],
        [...someone('a'), 'sales', '', '', '', '', ''],
        [...someone('b'), 'Nowhere', '', '', '', '', ''],
        [...someone('c'), 'company', 'Three', '', '', '', ''],
        [...someone('d'), '', '', 'Owner', '', '', ''],
        [...someone('e'), '', '', '', 'Green', '', ''],
        [...someone('f'), '', '', '', '', '30.02.2020', ''],
        [...someone('g'), 'Company/Sales', 'One', 'department administrator', 'Blue', '', 'Company'],
      ),
    )
    expect(await fatesOf(admin, told.id)).toEqual([
      [2, 'changed'],
      [3, 'error', 'unknown_department'],
      [4, 'error', 'unknown_department'],
      [5, 'error', 'unknown_group'],
      [6, 'error', 'invalid_input'],
      [7, 'error', 'invalid_input'],
      [8, 'error', 'invalid_input'],
      [9, 'new_active'],
    ])
    await ran(admin, told.id)
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({
      department: { id: sales.id },
      groups: [{ id: one.id }, { id: two.id }],
      role: 'author',
      custom: { badge: 'Red' },
      hireDate: '2020-02-29',
      version: 2,
    })
    const { id } = (await find(admin, 'g@example.org'))!
    expect(await admin.call(getUser, { userId: id })).toMatchObject({ managedDepartmentIds: [company.id] })
    const again = await checked(admin, csv(columns, [learner.email, '', '', '-', '-', '', '-', '-', '']))
    await ran(admin, again.id)
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({
      department: null,
      groups: [],
      custom: {},
      hireDate: null,
      role: 'author',
    })
  })

  test('columns are matched by their names, once each; what was chosen is remembered, the rest is ignored', async () => {
    const { admin } = await anAccount()
    const content = csv(
      ['Mail', 'Vorname', 'Nachname', 'account_id', '__proto__', 'Kürzel', 'E-Mail-Adresse'],
      ['a@example.org', 'A', 'B', 'x', 'y', 'z', ''],
    )
    const { columns, id } = await begun(admin, content)
    expect(columns.map(({ field }) => field)).toEqual(['email', 'firstName', 'lastName', null, null, null, null])
    expect(columns[5]).toMatchObject({ name: 'Kürzel', samples: ['z'] })
    expect(
      await admin.refused(checkImport, { importId: id, fields: ['email', 'email', null, null, null, null, null] }),
    ).toMatchObject({ code: 'invalid_input', where: [{ at: 'fields.1' }] })
    expect(await admin.refused(checkImport, { importId: id, fields: ['firstName'] })).toMatchObject({
      where: [{ at: 'fields' }, { at: 'fields' }],
    })
    const unknown = ['email', 'custom.gone', null, null, null, null, null] as const
    expect(await admin.refused(checkImport, { importId: id, fields: [...unknown] })).toMatchObject({
      code: 'unknown_field',
    })
    expect(await admin.refused(runImport, { importId: id })).toMatchObject({ code: 'import_unchecked' })
    await admin.call(checkImport, {
      importId: id,
      fields: ['email', 'firstName', 'lastName', null, null, 'jobTitle', null],
    })
    expect((await begun(admin, content)).columns[5]).toMatchObject({ field: 'jobTitle' })
    await admin.call(deleteImport, { importId: id })
    expect(await admin.refused(getImport, { importId: id })).toMatchObject({ code: 'not_found' })
  })

  test('R48 the list of rows is paged and filtered by fate, and a cursor that somebody made up is refused', async () => {
    const { admin } = await anAccount()
    const rows = Array.from({ length: 25 }, (_, n) => [
      n % 5 === 0 ? 'broken' : `p${n}@example.org`,
      'P',
      `N${n}`,
      '',
      '',
    ])
    const { id: importId, counts } = await checked(admin, csv(head, ...rows))
    expect(counts).toMatchObject({ new_active: 20, error: 5 })
    const first = await admin.call(listImportRows, { importId, fate: 'new_active', limit: 15 })
    const rest = await admin.call(listImportRows, { importId, fate: 'new_active', limit: 15, cursor: first.next! })
    expect([first.items.length, rest.items.length, rest.next]).toEqual([15, 5, null])
    expect(await admin.refused(listImportRows, { importId, fate: 'error', cursor: first.next! })).toMatchObject({
      code: 'wrong_cursor',
    })
    for (const place of ['99999999999', '1e400', 'x']) {
      const cursor = cursorFor(['imports', importId, undefined], [place])
      expect(await admin.refused(listImportRows, { importId, cursor })).toMatchObject({ code: 'invalid_input' })
    }
  })
})

describe('the last seat', () => {
  test('T2 T3 seats of those who leave are for who comes back, then for who is new; the rest waits', async () => {
    const { admin, people, seatsUsed } = await anAccount({ learners: 3, seatLimit: 5 })
    const [a, b, c] = people
    importsCarriedOn()
    await admin.call(editUser, { userId: c!.id, version: 1, status: 'inactive' })
    const third = await aPerson((await c!.row()).accountId, 'learner', { firstName: 'Third' })
    const told = await checked(
      admin,
      csv(
        head,
        [...someone('x'), '', ''],
        [...someone('y'), '', ''],
        [c!.email, '', '', 'active', ''],
        [a!.email, '', '', 'inactive', ''],
        [b!.email, '', '', 'inactive', ''],
      ),
    )
    expect(third).toBeDefined()
    expect(told.seats).toEqual({ limit: 5, before: 5, after: 5 })
    expect(told.counts).toMatchObject({ changed: 3, new_active: 1, new_waiting: 1 })
    await ran(admin, told.id)
    expect(await seatsUsed()).toBe(5)
    expect((await rowsOf(admin, told.id)).map(({ fate }) => fate)).toEqual([
      'new_active',
      'new_waiting',
      'changed',
      'changed',
      'changed',
    ])
  })

  test('T4 whoever is to come back and finds no seat is an error, and nothing else of the row is written', async () => {
    const { accountId, admin, people } = await anAccount({ learners: 2, seatLimit: 4 })
    const [a, b] = people
    importsCarriedOn()
    await admin.call(editUser, { userId: a!.id, version: 1, status: 'inactive' })
    const full = csv(head, [a!.email, 'Changed', '', 'active', ''])
    const possible = await checked(admin, full)
    expect(possible.counts).toMatchObject({ changed: 1 })
    await aPerson(accountId)
    const impossible = await checked(admin, full)
    expect(await fatesOf(admin, impossible.id)).toEqual([[2, 'error', 'no_free_seats']])
    // The seat is gone since the first was looked at.
    const operation = await ran(admin, possible.id)
    expect(operation).toMatchObject({ changed: 0, refused: 1 })
    expect(await fatesOf(admin, possible.id)).toEqual([[2, 'error', 'no_free_seats']])
    expect(await admin.call(getUser, { userId: a!.id })).toMatchObject({ status: 'inactive', firstName: 'Lea0' })
    expect(await b!.row()).toMatchObject({ status: 'active' })
  })

  test('T2 taken but not yet committed: the import waits, and then adds them inactive', async () => {
    const { accountId, admin, seatsUsed } = await anAccount({ learners: 1, seatLimit: 4 })
    const told = await checked(admin, csv(head, [...someone('a'), '', '']))
    expect(told.counts).toMatchObject({ new_active: 1 })
    const first = await store.startTransaction().execute()
    const { id: userId } = await first
      .insertInto('users')
      .values({ accountId, status: 'active' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await first
      .insertInto('profiles')
      .values({ accountId, userId, firstName: 'First', lastName: 'Hand', email: 'first@example.org' })
      .execute()
    importsCarriedOn()
    const over = ran(admin, told.id)
    await somebodyWaits()
    await first.commit().execute()
    await over
    expect(await fatesOf(admin, told.id)).toEqual([[2, 'new_waiting']])
    expect(await seatsUsed()).toBe(4)
  })
})

test('a change of many people’s access is confirmed by its number', async () => {
  const { accountId, admin, people } = await anAccount({ learners: 12 })
  await store.updateTable('accounts').set({ massChangePercent: 20 }).where('id', '=', accountId).execute()
  const told = await checked(admin, csv(head, ...people.map(({ email }) => [email, '', '', 'inactive', ''])))
  expect(told).toMatchObject({ accessChanges: 12, needsConfirmCount: true })
  expect(await admin.refused(runImport, { importId: told.id })).toMatchObject({ code: 'confirm_count', willChange: 12 })
  expect(await admin.call(runImport, { importId: told.id, confirmCount: 12 })).toMatchObject({ state: 'running' })
})

test('whoever was to be added and is there meanwhile is an error, not an edit; whoever went is not added', async () => {
  const { accountId, admin, learner } = await anAccount()
  const told = await checked(
    admin,
    csv(head, ['late@example.org', 'Late', 'New', '', ''], [learner.email, 'Other', '', '', '']),
  )
  const late = await aPerson(accountId, 'learner', { firstName: 'Early' })
  await store.updateTable('profiles').set({ email: 'late@example.org' }).where('userId', '=', late.id).execute()
  await store.updateTable('profiles').set({ email: 'elsewhere@example.org' }).where('userId', '=', learner.id).execute()
  importsCarriedOn()
  await ran(admin, told.id)
  expect(await fatesOf(admin, told.id)).toEqual([
    [2, 'error', 'email_taken'],
    [3, 'error', 'not_found'],
  ])
  const { rows } = await sql<{
    n: number
  }>`select count(*) as n from profiles where account_id = ${accountId} and first_name in ('Late', 'Other')`.execute(
    store,
  )
  expect(rows[0]!.n).toBe(0)
})
