import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  activateUsers,
  cancelOperation,
  deactivateUsers,
  getOperation,
  listOutcomes,
  pauseOperation,
  resumeOperation,
  undoOperation,
} from '#contract/lifecycle.ts'
import { aCrowd, anAccount, aNode, aPool, aPerson, database, store } from '#tests/harness/account.ts'
import { atLeisure } from '#tests/harness/at-leisure.ts'
import { until } from '#tests/harness/until.ts'
import { carryOnOperations } from './carry-on.ts'

const log = { warn() {}, error: (error: unknown) => console.error(error) }
const everybody = { filter: { role: ['learner' as const] }, except: [] }

/** An account with so many learners and nobody who carries its operations on. */
async function crowded(howMany = 12_000, status: 'active' | 'inactive' = 'active') {
  const account = await anAccount({ learners: 0 })
  // The planner hears of the accounts that there are, and not of those who are about to come.
  await atLeisure(store, (db) => sql`analyze`.execute(db))
  const ids: string[] = []
  while (ids.length < howMany)
    ids.push(...(await aCrowd(account.accountId, Math.min(4_000, howMany - ids.length), { status })))
  const { accountId, owner } = account
  const told = (operationId: string) => owner.call(getOperation, { operationId })
  const over = (operationId: string) =>
    until('the operation is over', async () => (await told(operationId)).state === 'finished', 60_000)
  const eventsOf = async (operationId: string) => {
    const { rows } = await sql<{ events: number; people: number }>`
      select count(*) as events, count(distinct user_id) as people from lifecycle_events where operation_id = ${operationId}
    `.execute(store)
    return rows[0]!
  }
  const inactive = async () =>
    (
      await sql<{ n: number }>`
        select count(*) as n from users where account_id = ${accountId} and role = 'learner' and status = 'inactive'
      `.execute(store)
    ).rows[0]!.n
  return { ...account, ids, told, over, eventsOf, inactive }
}

function carriedOn(over = database) {
  const carrying = carryOnOperations(over, log)
  onTestFinished(() => carrying.stop())
  return carrying
}

// Tens of thousands of people, on machines that do other things too.
describe('a large operation', { timeout: 180_000 }, () => {
  test('B4 R26 R29 is answered at once, means whom it meant then, and finishes with numbers that add up', async () => {
    const { accountId, owner, told, over, eventsOf, inactive } = await crowded()
    const { operation, people } = await owner.call(deactivateUsers, { users: everybody, reason: 'Summer' })
    expect(operation).toMatchObject({ state: 'running', selected: 12_000, remaining: 12_000, changed: 0 })
    expect(new Set(people.map(({ outcome }) => outcome))).toEqual(new Set(['not_reached']))
    await aCrowd(accountId, 3)
    carriedOn()
    await over(operation.id)
    expect(await told(operation.id)).toMatchObject({
      state: 'finished',
      selected: 12_000,
      changed: 12_000,
      alreadySo: 0,
      refused: 0,
      remaining: 0,
      undoable: null,
      perSecond: expect.any(Number),
    })
    expect(await eventsOf(operation.id)).toEqual({ events: 12_000, people: 12_000 })
    expect(await inactive()).toBe(12_000)
  })

  test('B5 is undone by another', async () => {
    const { owner, over, told, inactive, ids } = await crowded()
    const { operation } = await owner.call(deactivateUsers, { users: everybody })
    expect(await owner.refused(undoOperation, { operationId: operation.id })).toMatchObject({
      code: 'operation_not_over',
    })
    carriedOn()
    await over(operation.id)
    await owner.call(activateUsers, { users: { ids: ids.slice(0, 2) } })
    const undone = await owner.call(undoOperation, { operationId: operation.id })
    expect(undone.operation).toMatchObject({ state: 'running', remaining: 12_000 })
    await over(undone.operation.id)
    expect(await told(undone.operation.id)).toMatchObject({ changed: 11_998, refused: 2, undoes: operation.id })
    expect(await inactive()).toBe(0)
  })

  test('R25 of four that carry it on at once, on two nodes, meets everybody once', async () => {
    const { owner, over, eventsOf } = await crowded(12_000)
    const { operation } = await owner.call(deactivateUsers, { users: everybody })
    const other = aPool()
    for (const pool of [database, database, other, other]) carriedOn(pool)
    await over(operation.id)
    expect(await eventsOf(operation.id)).toEqual({ events: 12_000, people: 12_000 })
  })

  test('is paused, resumed and cancelled; what is done stays done, and whom it did not reach is told', async () => {
    const { owner, admin, told, eventsOf, inactive } = await crowded(30_000)
    const { operation } = await owner.call(deactivateUsers, { users: everybody })
    const operationId = operation.id
    expect(await admin.call(pauseOperation, { operationId })).toMatchObject({ state: 'paused', remaining: 30_000 })
    carriedOn()
    // Had it not been paused, it would be carried on before this one, which came later.
    const { operation: later } = await owner.call(activateUsers, { users: everybody })
    await until('the later one is over', async () => (await told(later.id)).state === 'finished', 60_000)
    expect(await told(operationId)).toMatchObject({ state: 'paused', remaining: 30_000 })

    await admin.call(resumeOperation, { operationId })
    await until('a piece is done', async () => (await told(operationId)).changed > 0, 60_000)
    const cancelled = await admin.call(cancelOperation, { operationId })
    expect(cancelled.state).toBe('cancelled')
    expect(cancelled.changed).toBeLessThan(30_000)
    expect(cancelled.changed + cancelled.remaining).toBe(30_000)
    expect(await inactive()).toBe(cancelled.changed)
    expect((await eventsOf(operationId)).events).toBe(cancelled.changed)
    const { items } = await owner.call(listOutcomes, { operationId, outcome: 'not_reached', limit: 1 })
    expect(items).toMatchObject([{ outcome: 'not_reached', refusal: null }])
    expect(await admin.refused(resumeOperation, { operationId })).toMatchObject({ code: 'operation_over' })
  })

  test('S3 stops when the access of whoever began it ends, and goes on in the right of another', async () => {
    const { owner, admin, told, over } = await crowded()
    const { operation } = await admin.call(deactivateUsers, { users: everybody })
    await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
    carriedOn()
    await until('it has stopped', async () => (await told(operation.id)).state === 'paused')
    expect(await told(operation.id)).toMatchObject({ pausedBecause: 'account_inactive', changed: 0, by: 'Ada Example' })
    await owner.call(resumeOperation, { operationId: operation.id })
    await over(operation.id)
    expect(await told(operation.id)).toMatchObject({ changed: 12_000, pausedBecause: null })
  })

  test('T2 T4 lets in as many as there are seats, those who wait longest first', async () => {
    const { accountId, owner, ids, told, over, seatsUsed } = await crowded(8_000, 'inactive')
    await store.updateTable('accounts').set({ seatLimit: 6_002 }).where('id', '=', accountId).execute()
    await sql`update users set status_since = '2020-01-01' where id = any(${ids.slice(-6_000)}::uuid[])`.execute(store)
    expect(await owner.refused(activateUsers, { users: everybody })).toMatchObject({
      code: 'no_free_seats',
      needed: 8_000,
      free: 6_000,
    })
    const { operation } = await owner.call(activateUsers, { users: everybody, mode: 'fill' })
    carriedOn()
    await over(operation.id)
    expect(await told(operation.id)).toMatchObject({ changed: 6_000, refused: 2_000 })
    expect(await seatsUsed()).toBe(6_002)
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from active_users where id = any(${ids.slice(-6_000)}::uuid[])`.execute(store)
    expect(rows[0]!.n).toBe(6_000)
  })

  test('B4 pieces are as large as half a second allows: the slower, the smaller', async () => {
    const { owner, over, ids } = await crowded(12_000)
    const pieces = async (operationId: string) =>
      (
        await sql<{ people: number }>`
          select count(*) as people from lifecycle_events where operation_id = ${operationId} group by happened_at order by happened_at
        `.execute(store)
      ).rows.map(({ people }) => people)
    const { operation } = await owner.call(deactivateUsers, { users: everybody })
    await store.updateTable('operations').set({ workedMs: 10_000_000 }).where('id', '=', operation.id).execute()
    carriedOn()
    await over(operation.id)
    expect(await pieces(operation.id)).toEqual(Array.from({ length: 12 }, () => 1_000))

    const { operation: back } = await owner.call(activateUsers, { users: { ids: ids.slice(0, 8_000) } })
    await over(back.id)
    expect((await pieces(back.id))[0]).toBe(5_000)
  })

  test('B4 one put in line by a server of before, a row for each, is carried on by this one', async () => {
    const { accountId, owner, ids, over, told, eventsOf } = await crowded(3)
    const { id } = await store
      .insertInto('operations')
      .values({
        accountId,
        kind: 'deactivate',
        byUserId: owner.id,
        runBy: owner.id,
        state: 'running',
        request: '{"keepEarlierDate": false}',
        selected: 3,
        changed: 0,
        refused: 0,
        remaining: 3,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { rows: theirs } = await sql`select from operations_to_carry_on()`.execute(store)
    expect(theirs).toEqual([])
    await database.transaction().execute(async (db) => {
      await sql`select set_config('app.account_id', ${accountId}, true)`.execute(db)
      await db
        .insertInto('operationRest')
        .values(ids.map((userId, place) => ({ accountId, operationId: id, position: place + 1, userId })))
        .execute()
    })
    carriedOn()
    await over(id)
    expect(await told(id)).toMatchObject({ changed: 3 })
    expect(await eventsOf(id)).toEqual({ events: 3, people: 3 })
  })

  test('B4 tells whom it has not reached yet page by page', async () => {
    const { owner, ids } = await crowded(12_000)
    const { operation, people } = await owner.call(deactivateUsers, { users: everybody })
    const operationId = operation.id
    const first = await owner.call(listOutcomes, { operationId, limit: 200 })
    const second = await owner.call(listOutcomes, { operationId, limit: 200, cursor: first.next! })
    const seen = [...first.items, ...second.items]
    expect(seen.map(({ userId }) => userId)).toEqual(ids.slice(0, 400))
    expect(people).toEqual(seen.slice(0, 100))
    expect(await owner.call(listOutcomes, { operationId, outcome: 'changed' })).toMatchObject({ items: [] })
  })

  test('lets others have their turn: somebody is deactivated at another node while it runs', async () => {
    const { accountId, owner, over, told } = await crowded(12_000)
    const lea = await aPerson(accountId, 'author')
    const there = owner.at(await aNode(aPool()))
    const { operation } = await owner.call(deactivateUsers, { users: everybody })
    carriedOn()
    await until('it works', async () => (await told(operation.id)).changed > 0, 30_000)
    await there.call(deactivateUsers, { users: { ids: [lea.id] } })
    expect((await told(operation.id)).state).toBe('running')
    await over(operation.id)
  })
})

describe('a change of many', () => {
  const asking = async () => {
    const account = await anAccount({ learners: 0 })
    const ids = await aCrowd(account.accountId, 60)
    const set = (massChangeCount: number, massChangePercent: number) =>
      store
        .updateTable('accounts')
        .set({ massChangeCount, massChangePercent })
        .where('id', '=', account.accountId)
        .execute()
    await set(50, 20)
    return { ...account, ids, set }
  }

  test('is confirmed by their number, from the number or the share of everybody on that the account has set', async () => {
    const { owner, ids, set, seatsUsed } = await asking()
    const [first, second] = [{ ids: ids.slice(0, 12) }, { ids: ids.slice(12, 25) }]
    // 12 of 62 are 19 %, 13 are 21 %.
    await owner.call(deactivateUsers, { users: first })
    expect(await owner.refused(deactivateUsers, { users: second })).toMatchObject({
      code: 'confirm_count',
      willChange: 13,
    })
    expect(await owner.refused(deactivateUsers, { users: second, confirmCount: 25 })).toMatchObject({
      code: 'confirm_count',
    })
    expect(await seatsUsed()).toBe(50)
    await set(50, 100)
    await owner.call(deactivateUsers, { users: second })
    await set(20, 100)
    // Whoever is so already is not counted, nor who is skipped.
    expect(await owner.refused(activateUsers, { users: { ids } })).toMatchObject({
      code: 'confirm_count',
      willChange: 25,
    })
    const { operation } = await owner.call(activateUsers, { users: { ids }, confirmCount: 25 })
    expect(operation).toMatchObject({ changed: 25, alreadySo: 35 })
    await owner.call(undoOperation, { operationId: operation.id })
  })

  test('is not what fewer than ten are, whatever share of a small account', async () => {
    const { owner, ids, set } = await asking()
    await set(1, 1)
    await owner.call(deactivateUsers, { users: { ids: ids.slice(0, 9) } })
    expect(await owner.refused(deactivateUsers, { users: { ids: ids.slice(9, 19) } })).toMatchObject({ willChange: 10 })
  })
})
