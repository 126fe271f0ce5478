import { describe, expect, test } from 'vitest'
import { addDepartment } from '#contract/departments.ts'
import { listImportRows } from '#contract/imports.ts'
import { undoOperation } from '#contract/lifecycle.ts'
import { editUser } from '#contract/people.ts'
import { anAccount, aPerson, type Person, store } from '#tests/harness/account.ts'
import { checked, csv, importsCarriedOn, ran } from '#tests/harness/import.ts'

const someone = (name: string) => [`${name}@example.org`, name, 'New'] as const

describe('C6.71 whoever is not in the file', () => {
  const columns = ['E-mail', 'First name', 'Last name']
  const withMissing = (by: Person, file: Buffer) => checked(by, file, undefined, { deactivateMissing: true })

  test('is not touched, unless somebody says so; then they go first, and undo lets them in again', async () => {
    const { accountId, owner, admin, people, seatsUsed } = await anAccount({ learners: 4, seatLimit: 6 })
    const [stays, leaves, isOut, alsoLeaves] = people as [Person, Person, Person, Person]
    await admin.call(editUser, { userId: isOut.id, version: 1, status: 'inactive' })
    importsCarriedOn()
    const file = csv(columns, [stays.email, '', ''], [...someone('n1')], [...someone('n2')], [...someone('n3')])
    expect((await checked(admin, file)).counts).toMatchObject({ missing: 0, new_active: 1, new_waiting: 2 })

    const told = await withMissing(admin, file)
    expect(told).toMatchObject({
      rows: 4,
      counts: { missing: 2, new_active: 3, unchanged: 1 },
      seats: { before: 5, after: 6 },
      accessChanges: 2,
      deactivatesMissing: true,
      unread: 0,
    })
    const { items } = await admin.call(listImportRows, { importId: told.id, fate: 'missing' })
    expect(new Set(items.map(({ userId, email }) => `${userId} ${email}`))).toEqual(
      new Set([leaves, alsoLeaves].map(({ id, email }) => `${id} ${email}`)),
    )
    const operation = await ran(admin, told.id)
    expect(operation).toMatchObject({ selected: 6, changed: 5, alreadySo: 1, refused: 0, undoable: 2 })
    expect(await leaves.row()).toMatchObject({ status: 'inactive', statusCause: 'import' })
    expect(await stays.row()).toMatchObject({ status: 'active' })
    expect(await owner.row()).toMatchObject({ status: 'active' })
    expect(await seatsUsed()).toBe(6)
    await store.updateTable('accounts').set({ seatLimit: 8 }).where('id', '=', accountId).execute()
    await admin.call(undoOperation, { operationId: operation.id })
    expect(await alsoLeaves.row()).toMatchObject({ status: 'active' })
  })

  test('is nobody for certain while the e-mail of a row cannot be read', async () => {
    const { admin } = await anAccount({ learners: 3 })
    const told = await withMissing(admin, csv(columns, ['not an address', 'Lea', 'Learner'], [...someone('n')]))
    expect(told).toMatchObject({ counts: { missing: 0, error: 1 }, unread: 1, accessChanges: 0 })
  })

  test('is never out of reach of whoever imports, and no administrator', async () => {
    const { accountId, admin, people } = await anAccount({ learners: 2 })
    const head = await aPerson(accountId, 'department_administrator')
    const { id: departmentId } = await admin.call(addDepartment, { name: 'Sales', parentId: null })
    await admin.call(editUser, { userId: people[0]!.id, version: 1, departmentId })
    await admin.call(editUser, { userId: head.id, version: 1, managedDepartmentIds: [departmentId] })
    const file = csv(columns, [...someone('n')])
    expect((await withMissing(head, file)).counts).toMatchObject({ missing: 1 })
    // Both learners and the department administrator.
    expect((await withMissing(admin, file)).counts).toMatchObject({ missing: 3 })
    expect((await checked(admin, file)).counts).toMatchObject({ missing: 0 })
  })

  test('is asked again as the file is done: no administrator by then, and nobody who got an address of the file', async () => {
    const { owner, admin, people } = await anAccount({ learners: 4 })
    const [stays, promoted, renamed, leaves] = people as [Person, Person, Person, Person]
    const told = await withMissing(admin, csv(columns, [stays.email, '', ''], ['renamed@example.org', '', '']))
    expect(told.counts).toMatchObject({ missing: 3, error: 1 })
    await owner.call(editUser, { userId: promoted.id, version: 1, role: 'administrator' })
    await owner.call(editUser, { userId: renamed.id, version: 1, email: 'renamed@example.org' })
    importsCarriedOn()
    expect(await ran(admin, told.id)).toMatchObject({ changed: 1, refused: 3, remaining: 0 })
    expect(await promoted.row()).toMatchObject({ status: 'active', role: 'administrator' })
    expect(await renamed.row()).toMatchObject({ status: 'active' })
    expect(await leaves.row()).toMatchObject({ status: 'inactive' })
    const { items } = await admin.call(listImportRows, { importId: told.id, fate: 'error' })
    expect(items.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toContain('stale_edit')
  })

  test('S3 keeps the rest of the file going when they may not be deactivated any more', async () => {
    const { owner, admin, people } = await anAccount({ learners: 2 })
    const told = await withMissing(admin, csv(columns, [...someone('n')]))
    expect(told.counts).toMatchObject({ missing: 2 })
    await owner.call(editUser, { userId: people[0]!.id, version: 1, status: 'inactive' })
    importsCarriedOn()
    expect(await ran(admin, told.id)).toMatchObject({ changed: 3, refused: 0, remaining: 0 })
    expect(await people[1]!.row()).toMatchObject({ status: 'inactive' })
  })
})
