import { describe, expect, test } from 'vitest'
import { addCustomField } from '#contract/accounts.ts'
import { addGroup } from '#contract/groups.ts'
import { getImport, type ImportField, importFields, runImport, startImport } from '#contract/imports.ts'
import { getOperation } from '#contract/lifecycle.ts'
import { addUsers, editUser, getUser } from '#contract/people.ts'
import type { Role } from '#contract/roles.ts'
import { anAccount, aPerson, type Person, store } from '#tests/harness/account.ts'
import { checked, csv, importsCarriedOn, ran, rowsOf, sendPeople } from '#tests/harness/import.ts'
import { until } from '#tests/harness/until.ts'

async function aDepartment(accountId: string, name: string): Promise<string> {
  const { id } = await store
    .insertInto('departments')
    .values({ accountId, name })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

const managing = (accountId: string, userId: string, ...departments: string[]) =>
  store
    .insertInto('managedDepartments')
    .values(departments.map((departmentId) => ({ accountId, userId, departmentId })))
    .execute()

/** An account with two departments, the administrator of the first, and somebody of each role in each. */
async function aScene() {
  const account = await anAccount({ learners: 0 })
  const { accountId, owner, admin } = account
  const [mine, others] = [await aDepartment(accountId, 'Mine'), await aDepartment(accountId, 'Others')]
  await owner.call(addCustomField, { label: 'Badge', kind: 'choice', choices: ['Red'] })
  const { id: group } = await owner.call(addGroup, { name: 'One' })
  const head = await aPerson(accountId, 'department_administrator', { departmentId: mine })
  await managing(accountId, head.id, mine)
  return { ...account, by: { owner, admin, head }, mine, others, group }
}

type Case = [field: ImportField, cell: string, said: Record<string, unknown>]

/** Each field with values that are right, wrong, or not for everybody: as a cell, and as the single edit has it. */
const cases = (of: Awaited<ReturnType<typeof aScene>>): Case[] => {
  const roles: Exclude<Role, 'owner'>[] = ['administrator', 'department_administrator', 'author', 'learner']
  return [
    ['firstName', 'New', { firstName: 'New' }],
    ['firstName', 'x'.repeat(101), { firstName: 'x'.repeat(101) }],
    ['lastName', 'a\u0007b', { lastName: 'a\u0007b' }],
    ...roles.map((role): Case => ['role', role, { role }]),
    ['role', 'owner', { role: 'owner' }],
    ['department', 'Mine', { departmentId: of.mine }],
    ['department', 'Others', { departmentId: of.others }],
    ['department', '-', { departmentId: null }],
    ['department', 'Nowhere', { departmentId: crypto.randomUUID() }],
    ['groups', 'One', { groupIds: [of.group] }],
    ['groups', 'None', { groupIds: [crypto.randomUUID()] }],
    ['jobTitle', 'x'.repeat(201), { jobTitle: 'x'.repeat(201) }],
    ['phone', '+49', { phone: '+49' }],
    ['hireDate', '2020-02-30', { hireDate: '2020-02-30' }],
    ['hireDate', '2020-02-29', { hireDate: '2020-02-29' }],
    ['language', 'xx', { language: 'xx' }],
    ['language', 'English', { language: 'en' }],
    ['managedDepartments', 'Mine', { managedDepartmentIds: [of.mine] }],
    ['managedDepartments', 'Others', { managedDepartmentIds: [of.others] }],
    ['status', 'inactive', { status: 'inactive' }],
    ['status', 'gone', { status: 'gone' }],
    ['custom.badge', 'Red', { custom: { badge: 'Red' } }],
    ['custom.badge', 'Green', { custom: { badge: 'Green' } }],
  ]
}

const ofRow = async (by: Person, email: string, field: ImportField, cell: string, isNew: boolean) => {
  const head = isNew ? ['E-mail', 'First name', 'Last name', field] : ['E-mail', field]
  const fields = (isNew ? ['email', 'firstName', 'lastName', field] : ['email', field]) as (ImportField | null)[]
  // A column holds each field once: of a new person the name is told by the case itself.
  const doubled = isNew && (field === 'firstName' || field === 'lastName')
  const names = ['New', 'Person']
  const row = doubled
    ? [email, field === 'firstName' ? cell : 'New', field === 'lastName' ? cell : 'Person']
    : isNew
      ? [email, ...names, cell]
      : [email, cell]
  const told = await checked(by, csv(doubled ? head.slice(0, 3) : head, row), doubled ? fields.slice(0, 3) : fields)
  const [one] = await rowsOf(by, told.id)
  if (one!.fate === 'error') return one!.reasons.map(({ code }) => code)
  // A row that changes nothing is let pass of whomever it is.
  return one!.fate === 'unchanged' ? ['done', 'higher_role', 'outside_your_departments'] : ['done']
}

const verdict = ({ status, body }: { status: number; body: unknown }) =>
  status === 200 ? 'done' : (body as { code: string }).code

/** By a name that is none, a department administrator is told the same as of those of others; by an id they are not. */
const asNamed = (code: string, cell: string, by: string) =>
  by === 'head' && cell === 'Nowhere' && code === 'unknown_department' ? 'outside_your_departments' : code

describe('R27 R36 for every field and role the import has the verdict of the single edit', { timeout: 120_000 }, () => {
  test('of somebody who is there, of every role', async () => {
    const scene = await aScene()
    const wrong: unknown[] = []
    for (const [name, by] of Object.entries(scene.by)) {
      for (const role of ['administrator', 'department_administrator', 'learner'] as const) {
        for (const [field, cell, said] of cases(scene)) {
          const { id: userId, email } = await aPerson(scene.accountId, role, { departmentId: scene.mine })
          if (role === 'department_administrator') await managing(scene.accountId, userId, scene.mine, scene.others)
          const imported = await ofRow(by, email, field, cell, false)
          const edited = asNamed(verdict(await by.send(editUser, { userId, version: 1, ...said })), cell, name)
          if (!imported.includes(edited)) wrong.push([name, role, field, cell.slice(0, 20), { imported, edited }])
        }
      }
    }
    expect(wrong).toEqual([])
  })

  test('of somebody new', async () => {
    const scene = await aScene()
    const wrong: unknown[] = []
    for (const [name, by] of Object.entries(scene.by)) {
      for (const [field, cell, said] of cases(scene)) {
        const email = `${crypto.randomUUID()}@example.org`
        const imported = await ofRow(by, email, field, cell, true)
        const person = { firstName: 'New', lastName: 'Person', email, ...said }
        const added = asNamed(verdict(await by.send(addUsers, { people: [person] })), cell, name)
        if (!imported.includes(added)) wrong.push([name, field, cell.slice(0, 20), { imported, added }])
      }
    }
    expect(wrong).toEqual([])
  })

  test('C4.47 a department administrator reaches their own people alone, by any row, and sees no import of others', async () => {
    const { accountId, admin, by, mine, others } = await aScene()
    const ours = await aPerson(accountId, 'learner', { departmentId: mine })
    const theirs = await aPerson(accountId, 'learner', { departmentId: others })
    importsCarriedOn()
    const head = ['E-mail', 'First name', 'Last name', 'Department', 'Status']
    const told = await checked(
      by.head,
      csv(
        head,
        [ours.email, 'Ours', '', '', 'inactive'],
        [theirs.email, 'Theirs', '', '', 'inactive'],
        ['a@example.org', 'New', 'Mine', 'Mine', ''],
        ['b@example.org', 'New', 'Nowhere', '', ''],
        ['c@example.org', 'New', 'Others', 'Others', ''],
      ),
    )
    expect((await rowsOf(by.head, told.id)).map(({ fate, name, reasons }) => [fate, name, reasons[0]?.code])).toEqual([
      ['changed', 'Lea Example', undefined],
      ['error', 'Theirs', 'email_taken'],
      ['new_active', 'New Mine', undefined],
      ['error', 'New Nowhere', 'outside_your_departments'],
      ['error', 'New Others', 'outside_your_departments'],
    ])
    await ran(by.head, told.id)
    expect(await theirs.row()).toMatchObject({ status: 'active' })
    expect(await admin.call(getUser, { userId: ours.id })).toMatchObject({ firstName: 'Ours', status: 'inactive' })
    const { id } = await checked(admin, csv(head, [ours.email, '', '', '', '']))
    expect(await by.head.refused(getImport, { importId: id })).toMatchObject({ code: 'not_found' })
    const uploadId = await sendPeople(admin, csv(head, [ours.email, '', '', '', '']))
    expect(await by.head.refused(startImport, { uploadId })).toMatchObject({ code: 'not_found' })
  })

  test('R36 goes on for nobody who may no longer manage people, however large their reach has become by that', async () => {
    const { accountId, admin, by, mine } = await aScene()
    const ours = await aPerson(accountId, 'learner', { departmentId: mine })
    const { id } = await checked(by.head, csv(['E-mail', 'Status'], [ours.email, 'inactive']))
    const { id: operationId } = await by.head.call(runImport, { importId: id })
    await admin.call(editUser, { userId: by.head.id, version: 1, role: 'learner' })
    importsCarriedOn()
    await until('it is paused', async () => (await admin.call(getOperation, { operationId })).state === 'paused')
    expect(await admin.call(getOperation, { operationId })).toMatchObject({ pausedBecause: 'not_allowed', changed: 0 })
    expect(await ours.row()).toMatchObject({ status: 'active' })
  })

  test('every field is tried', async () => {
    const tried = new Set<string>(cases(await aScene()).map(([field]) => field))
    expect(importFields.filter((field) => !tried.has(field))).toEqual(['email', 'deactivationDate'])
  })
})
