import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import {
  deactivateUsers,
  cancelOperation,
  getOperation,
  listEvents,
  listOperations,
  listOutcomes,
  pauseOperation,
  resumeOperation,
} from '#contract/lifecycle.ts'
import { getImport, listImportRows, runImport } from '#contract/imports.ts'
import { carryOnImports } from '#server/imports/piece.ts'
import { anAccount, aPerson, aPool, database, store } from '#tests/harness/account.ts'
import { checked, csv, importsCarriedOn, ran } from '#tests/harness/import.ts'
import { until } from '#tests/harness/until.ts'

const people = (howMany: number) =>
  csv(
    ['E-mail', 'First name', 'Last name'],
    ...Array.from({ length: howMany }, (_, n) => [`person${n}@example.org`, 'Person', `Number${n}`]),
  )

const addedIn = async (accountId: string) =>
  (
    await sql<{ people: number; events: number; addresses: number }>`
      select (select count(*) from profiles where account_id = ${accountId} and first_name = 'Person') as people,
        (select count(distinct email_key) from profiles where account_id = ${accountId} and first_name = 'Person') as addresses,
        (select count(*) from lifecycle_events where account_id = ${accountId} and change = 'added' and operation_id is not null) as events
    `.execute(store)
  ).rows[0]!

describe('the run', { timeout: 120_000 }, () => {
  test('R25 R29 of four that carry it on at once, on two nodes, does every row once; it stands in Activity', async () => {
    const { accountId, admin } = await anAccount({ seatLimit: 1_000 })
    const { id } = await checked(admin, people(3_000))
    const other = aPool()
    for (const pool of [database, database, other, other]) importsCarriedOn(pool)
    const operation = await ran(admin, id)
    expect(operation).toMatchObject({ selected: 3_000, changed: 3_000, refused: 0, remaining: 0, importId: id })
    expect(await addedIn(accountId)).toEqual({ people: 3_000, addresses: 3_000, events: 3_000 })
    const { counts } = await admin.call(getImport, { importId: id })
    expect(counts).toMatchObject({ new_active: 997, new_waiting: 2_003, error: 0 })
    expect((await admin.call(listOperations, { kind: 'import' })).items).toMatchObject([
      { id: operation.id, reason: 'people.csv' },
    ])
  })

  test('R25 whoever carries it on may stop at any moment, and another goes on', async () => {
    const { accountId, admin } = await anAccount()
    const { id } = await checked(admin, people(8_000))
    const { id: operationId } = await admin.call(runImport, { importId: id })
    const told = () => admin.call(getOperation, { operationId })
    let stops = 0
    while ((await told()).state === 'running') {
      const pool = aPool({ max: 2 })
      const carrying = carryOnImports(pool, { warn() {}, error() {} })
      const before = (await told()).remaining
      await until('some of it is done', async () => (await told()).remaining < before, 30_000)
      // Its connections go in the middle of a piece, which is then as if it had never been.
      await Promise.all([pool.destroy(), carrying.stop()])
      stops++
    }
    expect(stops).toBeGreaterThan(1)
    expect(await told()).toMatchObject({ state: 'finished', changed: 8_000, refused: 0 })
    expect(await addedIn(accountId)).toEqual({ people: 8_000, addresses: 8_000, events: 8_000 })
  })

  test('B4 tells of a new person with a date once, and of both the one and the other in the history', async () => {
    const { admin } = await anAccount()
    importsCarriedOn()
    const columns = ['E-mail', 'First name', 'Last name', 'Deactivation date']
    const { id } = await checked(admin, csv(columns, ['dated@example.org', 'A', 'B', '2031-01-31']))
    const { id: operationId, changed } = await ran(admin, id)
    const { items } = await admin.call(listOutcomes, { operationId })
    expect(items).toMatchObject([{ email: 'dated@example.org', outcome: 'changed' }])
    expect(changed).toBe(1)
    const { items: events } = await admin.call(listEvents, { userId: items[0]!.userId })
    expect(events.map(({ change, toDate }) => [change, toDate])).toEqual([
      ['scheduled', '2031-01-31'],
      ['added', null],
    ])
  })

  test('is paused, goes on and is cancelled; what it did not reach is told', async () => {
    const { accountId, admin } = await anAccount()
    const { id: importId } = await checked(admin, people(4_000))
    const { id: operationId } = await admin.call(runImport, { importId })
    await admin.call(pauseOperation, { operationId })
    importsCarriedOn()
    await admin.call(resumeOperation, { operationId })
    await until('some of it is done', async () => (await admin.call(getOperation, { operationId })).changed > 0, 30_000)
    const { changed, remaining } = await admin.call(cancelOperation, { operationId })
    expect(changed + remaining).toBe(4_000)
    expect((await addedIn(accountId)).people).toBe(changed)
    const { counts } = await admin.call(getImport, { importId })
    expect(counts).toMatchObject({ new_active: changed, not_reached: remaining })
    const { items } = await admin.call(listImportRows, { importId, fate: 'not_reached', limit: 1 })
    expect(items).toMatchObject([{ fate: 'not_reached', isDone: false, userId: null }])
  })

  test('S3 stops when the access of whoever began it ends, and goes on in the right of another', async () => {
    const { accountId, owner } = await anAccount()
    const admin = await aPerson(accountId, 'administrator', { firstName: 'Leaves' })
    const { id: importId } = await checked(admin, people(10))
    const { id: operationId } = await admin.call(runImport, { importId })
    await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
    importsCarriedOn()
    const told = () => owner.call(getOperation, { operationId })
    await until('it stops', async () => (await told()).state === 'paused')
    expect(await told()).toMatchObject({ pausedBecause: 'account_inactive', changed: 0 })
    await owner.call(resumeOperation, { operationId })
    await until('it is over', async () => (await told()).state === 'finished')
    expect((await addedIn(accountId)).people).toBe(10)
  })

  test('R26 two who run it at once, and one who asks again with the same key, begin one operation', async () => {
    const { admin, owner } = await anAccount()
    const { id: importId } = await checked(admin, people(5))
    const key = { 'idempotency-key': crypto.randomUUID() }
    const replies = await Promise.all([
      admin.send(runImport, { importId }, key),
      admin.send(runImport, { importId }, key),
      owner.send(runImport, { importId }),
    ])
    // Both of the one with the key are answered alike, and the other the other way.
    const [first, again, other] = replies.map(({ status }) => status)
    expect(again).toBe(first)
    expect(new Set([first, other])).toEqual(new Set([200, 409]))
    expect((await admin.call(listOperations, {})).items).toHaveLength(1)
  })
})
