import { expect, test } from 'vitest'
import { addCustomField } from '#contract/accounts.ts'
import { addDepartment } from '#contract/departments.ts'
import { addGroup } from '#contract/groups.ts'
import { listImportRows } from '#contract/imports.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, editUser, exportUsers, findUsers, listUsers } from '#contract/people.ts'
import { aCrowd, anAccount, aPerson } from '#tests/harness/account.ts'
import { checked, csv, importsCarriedOn, ran } from '#tests/harness/import.ts'

/** People with everything that a person can have, and with what spreadsheets run. */
async function peculiar() {
  const account = await anAccount({ learners: 2, seatLimit: 9 })
  const { accountId, admin, people } = account
  const { id: above } = await admin.call(addDepartment, { name: 'Company', parentId: null })
  const { id: sales } = await admin.call(addDepartment, { name: 'Sales', parentId: above })
  await admin.call(addDepartment, { name: 'Sales', parentId: null })
  const { id: first } = await admin.call(addGroup, { name: 'First aiders' })
  const { id: second } = await admin.call(addGroup, { name: '=Night shift' })
  const { key } = await admin.call(addCustomField, { label: 'Badge no', kind: 'text' })
  const head = await aPerson(accountId, 'department_administrator')
  await admin.call(editUser, { userId: head.id, version: 1, managedDepartmentIds: [sales] })
  const one = { role: 'learner' as const, departmentId: sales, groupIds: [first, second] }
  await admin.call(addUsers, {
    people: [
      {
        ...one,
        firstName: '=SUM(A1)',
        lastName: 'O’Neill, "Pat"',
        email: 'pat@example.org',
        phone: '+41 44 123 45 67',
      },
      { ...one, firstName: '-', lastName: '  @home'.trim(), email: 'home@example.org', custom: { [key]: "'quoted" } },
      {
        ...one,
        firstName: 'Ñandú',
        lastName: '李',
        email: 'li@example.org',
        jobTitle: '+1; =2',
        hireDate: '2020-02-29',
        language: 'en',
        custom: { [key]: '007' },
      },
    ],
  })
  await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] }, deactivationDate: '2027-01-31' })
  await admin.call(deactivateUsers, { users: { ids: [people[1]!.id] } })
  // They wait for a seat.
  await admin.call(addUsers, {
    people: [0, 1, 2].map((n) => ({ firstName: 'W', lastName: `${n}`, email: `w${n}@example.org` })),
  })
  return { ...account, head }
}

for (const format of ['csv', 'xlsx'] as const) {
  test(`the people of an account as ${format}, imported again, change nothing`, async () => {
    const { admin } = await peculiar()
    const { status, headers, bytes } = await admin.send(exportUsers, { format })
    expect(status).toBe(200)
    expect(headers['content-disposition']).toMatch(new RegExp(`people-\\d{4}-\\d\\d-\\d\\d\\.${format}`))
    const told = await checked(admin, bytes, undefined, { deactivateMissing: true })
    const { items } = await admin.call(listImportRows, { importId: told.id, limit: 200 })
    expect(items.filter(({ fate }) => fate !== 'unchanged')).toEqual([])
    expect(told).toMatchObject({ rows: 11, counts: { unchanged: 11, missing: 0 }, accessChanges: 0 })
    expect(told.columns.map(({ field }) => field)).not.toContain(null)
  })
}

test('T3 whoever waits for a seat is exported as that and stays so; Inactive takes them off the list', async () => {
  const { admin } = await anAccount({ learners: 0, seatLimit: 2 })
  await admin.call(addUsers, {
    people: [1, 2].map((n) => ({ firstName: 'W', lastName: `${n}`, email: `w${n}@example.org` })),
  })
  importsCarriedOn()
  const { body } = await admin.send(exportUsers, { status: ['waiting'] })
  expect(String(body).match(/"Waiting"/g)).toHaveLength(2)
  const told = await checked(
    admin,
    csv(['E-mail', 'Status'], ['w1@example.org', 'Inactive'], ['w2@example.org', 'waiting']),
  )
  expect(told).toMatchObject({ counts: { changed: 1, unchanged: 1 }, accessChanges: 1, seats: { before: 2, after: 2 } })
  await ran(admin, told.id)
  const { items } = await admin.call(listUsers, { status: ['inactive'], search: 'w' })
  expect(items.map(({ email, statusCause }) => [email, statusCause])).toEqual([
    ['w1@example.org', 'import'],
    ['w2@example.org', 'seat_limit'],
  ])
})

test('an export has those of the view in its order, page after page, and of a department administrator their own', async () => {
  const { accountId, admin, head } = await peculiar()
  await aCrowd(accountId, 1_100, { status: 'inactive' })
  const linesOf = (body: unknown) => String(body).trim().split('\r\n')
  const { body } = await admin.send(exportUsers, { status: ['inactive'], sort: 'email', direction: 'desc' })
  const emails = linesOf(body)
    .slice(1)
    .map((line) => line.split(',')[0]!)
  expect(emails.length).toBeGreaterThan(1_100)
  expect(new Set(emails).size).toBe(emails.length)
  expect(emails).toContain('"w2@example.org"')
  const { body: own } = await head.send(exportUsers, {})
  expect(linesOf(own)).toHaveLength(4)
  // A1: neither what lies above their departments nor what lies beside.
  expect(String(own)).toContain('"Sales"')
  expect(String(own)).not.toContain('Company')
  const told = await checked(head, Buffer.from(String(own)))
  expect(told).toMatchObject({ rows: 3, counts: { unchanged: 3 } })
})

test('A1 people are found by a list of addresses, and those that nobody has are told', async () => {
  const { accountId, admin, owner, head } = await peculiar()
  const elsewhere = await anAccount()
  const emails = ['LI@example.org', 'nobody@example.org', elsewhere.owner.email, owner.email, 'li@example.org']
  expect(await admin.call(findUsers, { emails })).toMatchObject({
    people: [{ email: 'li@example.org' }, { id: owner.id }],
    unknown: ['nobody@example.org', elsewhere.owner.email],
  })
  expect(await head.call(findUsers, { emails })).toMatchObject({
    people: [{ email: 'li@example.org' }],
    unknown: ['nobody@example.org', elsewhere.owner.email, owner.email],
  })
  expect(accountId).not.toBe(elsewhere.accountId)
})
