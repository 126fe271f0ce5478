import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Endpoint } from '#contract/endpoint.ts'
import { activateUsers, clearDeactivationDate, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { addUsers, editUser } from '#contract/people.ts'
import { changeSeats, getSeats } from '#contract/seats.ts'
import { endSession, getMe, listSessions } from '#contract/sign-in.ts'
import { isUnavailable } from '#server/db/database.ts'
import { startClock } from '#server/clock.ts'
import { takeTurn, workFor } from '#server/gate/work.ts'
import { fillFromWaiting } from '#server/lifecycle/activate.ts'
import {
  aCrowd,
  anAccount,
  aNode,
  aPool,
  letDatePass,
  type Person,
  somebodyWaits,
  store,
} from '#tests/harness/account.ts'
import { seeded } from '#tests/harness/random.ts'
import type { Reply } from '#tests/harness/send.ts'
import { until } from '#tests/harness/until.ts'

const pools = [aPool(), aPool()] as const
const nodes = [await aNode(pools[0]), await aNode(pools[1])] as const

const someone = () => ({ firstName: 'New', lastName: 'Person', email: `${randomUUID()}@example.org` })

/** Looks again and again how full the account is, in one snapshot each, until told to stop. @returns the most and the least */
function watchSeats(accountId: string) {
  let stopped = false
  onTestFinished(() => {
    stopped = true
  })
  const free: number[] = []
  const watching = (async () => {
    while (!stopped) {
      const { rows } = await sql<{ free: number }>`
        select seat_limit - (select count(*) from active_users where account_id = a.id) as free from accounts as a where id = ${accountId}
      `.execute(store)
      free.push(rows[0]!.free)
    }
  })()
  return async () => {
    stopped = true
    await watching
    return { looks: free.length, least: Math.min(...free), most: Math.max(...free) }
  }
}

/** Who came in, by the history: exactly those who were not in before. */
async function gainedSince(accountId: string, eventId: string | null): Promise<number> {
  const { rows } = await sql<{ gained: number }>`
    select count(*) as gained from lifecycle_events
    where account_id = ${accountId} and to_status = 'active' and from_status is distinct from 'active' and id > ${eventId}::uuid
  `.execute(store)
  return rows[0]!.gained
}

async function newestEvent(accountId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`select new_id() as id from accounts where id = ${accountId}`.execute(store)
  return rows[0]!.id
}

describe('the last seat', () => {
  test('T2 R13 fifty at once, by every path, on two nodes, twenty times: exactly one gains', async () => {
    const chance = seeded(13)
    const { accountId, owner, admin, people, seatsUsed } = await anAccount({ learners: 20 })
    const out = await aCrowd(accountId, 200, { status: 'inactive' })
    await aCrowd(accountId, 60, { status: 'inactive', cause: 'seat_limit' })
    const operations: string[] = []
    for (const person of people.slice(0, 15)) {
      const { operation } = await admin.call(deactivateUsers, { users: { ids: [person.id] } })
      operations.push(operation.id)
    }
    for (const person of people.slice(15)) await letDatePass(person)
    const due = people.slice(15).map((person) => person.id)
    await owner.call(changeSeats, { fillFromWaiting: true })

    /** Each tells how many it says to have let in. */
    const paths: Record<string, (by: Person) => Promise<number>> = {
      addOne: async (by) => activeIn(await by.send(addUsers, { people: [someone()] })),
      addMany: async (by) => activeIn(await by.send(addUsers, { people: [someone(), someone(), someone()] })),
      activateOne: async (by) => changedBy(await by.send(activateUsers, { users: { ids: [chance.oneOf(out)] } })),
      activateFill: async (by) =>
        changedBy(
          await by.send(activateUsers, { users: { ids: [1, 2, 3].map(() => chance.oneOf(out)) }, mode: 'fill' }),
        ),
      activateMatching: async (by) =>
        changedBy(await by.send(activateUsers, { users: { filter: { status: ['waiting'] } }, mode: 'fill' })),
      edit: async (by) => {
        served(await by.send(editUser, { userId: chance.oneOf(out), version: 1, status: 'active' }))
        return 0
      },
      undo: async (by) =>
        changedBy(
          await by.send(undoOperation, {
            operationId: chance.oneOf(operations),
            mode: chance.oneOf(['fill', 'all_or_nothing'] as const),
          }),
        ),
      clearPassedDate: async (by) => changedBy(await by.send(clearDeactivationDate, { users: { ids: due } })),
      fillFromWaiting: () =>
        workFor(
          chance.oneOf(pools),
          accountId,
          'clock',
          async (work) => (await takeTurn(work), fillFromWaiting(work)),
        ).catch((error: unknown) => {
          if (!isUnavailable(error)) throw error
          return 0
        }),
    }
    const names = Object.keys(paths)

    for (let round = 0; round < 20; round++) {
      const limit = (await seatsUsed()) + 1
      await owner.call(changeSeats, { limit })
      const before = await newestEvent(accountId)
      const stop = watchSeats(accountId)
      const claims = await Promise.all(
        Array.from({ length: 50 }, () =>
          paths[chance.oneOf(names)]!(chance.oneOf([admin, owner]).at(chance.oneOf(nodes))),
        ),
      )
      const { looks, least } = await stop()
      expect(looks).toBeGreaterThan(3)
      expect(least).toBeGreaterThanOrEqual(0)
      expect(await seatsUsed()).toBe(limit)
      expect(await gainedSince(accountId, before)).toBe(1)
      expect(claims.reduce((sum, claim) => sum + claim, 0)).toBeLessThanOrEqual(1)
    }
  }, 60_000)

  test.each([
    [
      'added',
      addUsers,
      () => ({ people: [someone()] }),
      { status: 200, body: { people: [{ statusCause: 'seat_limit' }] } },
    ],
    [
      'activated',
      activateUsers,
      (out: string) => ({ users: { ids: [out] } }),
      { status: 409, body: { code: 'no_free_seats', free: 0, needed: 1 } },
    ],
    [
      'edited',
      editUser,
      (out: string) => ({ userId: out, version: 1, status: 'active' }),
      { status: 409, body: { code: 'no_free_seats' } },
    ],
  ] as const)(
    'T2 taken but not yet committed: whoever is %s meanwhile waits, and finds none',
    async (_, endpoint, inputOf, expected) => {
      const { accountId, admin, seatsUsed } = await anAccount({ seatLimit: 4, learners: 1 })
      const [out] = await aCrowd(accountId, 1, { status: 'inactive' })
      const first = await store.startTransaction().execute()
      await first.insertInto('users').values({ accountId, status: 'active' }).execute()

      const second = admin.send<Endpoint>(endpoint, inputOf(out!))
      await somebodyWaits()
      await first.commit().execute()
      expect(await second).toMatchObject(expected)
      expect(await seatsUsed()).toBe(4)
    },
  )

  test('T2 past the application too: two hands at the last seat, one is refused by the schema', async () => {
    const { accountId, seatsUsed } = await anAccount({ seatLimit: 4, learners: 1 })
    const first = await store.startTransaction().execute()
    await first.insertInto('users').values({ accountId, status: 'active' }).execute()
    const second = store.insertInto('users').values({ accountId, status: 'active' }).execute()
    const [refused] = await Promise.all([
      second.catch((error: unknown) => error),
      somebodyWaits().then(() => first.commit().execute()),
    ])
    expect(refused).toMatchObject({ constraint: 'no_free_seats' })
    expect(await seatsUsed()).toBe(4)
  })
})

describe('seats that were counted wrong', () => {
  test('R14 T1 are counted anew by the clock, which says so', async () => {
    const { accountId, owner, seatsUsed } = await anAccount({ seatLimit: 9, learners: 4 })
    expect(await owner.call(getSeats, {})).toMatchObject({ used: await seatsUsed(), free: 3 })
    await sql`update accounts set holding_seats = holding_seats - 3 where id = ${accountId}`.execute(store)
    expect(await owner.call(getSeats, {})).toMatchObject({ used: 3, free: 6 })

    const warned: string[] = []
    const log = {
      warn: (told: string) => warned.push(told),
      error: (told: unknown) => expect.unreachable(String(told)),
    }
    const clocks = pools.map((pool) => startClock(pool, log))
    await until('the clock has counted', async () => (await owner.call(getSeats, {})).used === 6)
    await Promise.all(clocks.map((clock) => clock.stop()))
    expect(warned.filter((told) => told.includes(accountId))).toEqual([expect.stringContaining('wrong by 3')])
    expect(await owner.call(getSeats, {})).toMatchObject({ used: await seatsUsed(), free: 3 })
  })
})

describe('a full account', () => {
  test('T6 R17 two who swap one seat, again and again: never one too many, never a seat lost', async () => {
    const { accountId, admin, owner, people, seatsUsed } = await anAccount({ seatLimit: 5, learners: 3 })
    const [other] = await aCrowd(accountId, 1, { status: 'inactive' })
    let [inside, outside] = [people[0]!.id, other!]
    const stop = watchSeats(accountId)
    for (let round = 0; round < 40; round++) {
      const [left, came] = await Promise.all([
        owner.at(nodes[0]).send(deactivateUsers, { users: { ids: [inside] } }),
        admin.at(nodes[1]).send(activateUsers, { users: { ids: [outside] } }),
      ])
      expect(left.status).toBe(200)
      expect([200, 409]).toContain(came.status)
      // Too early by a moment: the seat is there now, and not lost.
      if (came.status === 409) await admin.call(activateUsers, { users: { ids: [outside] } })
      expect(await seatsUsed()).toBe(5)
      ;[inside, outside] = [outside, inside]
    }
    expect(await stop()).toMatchObject({ least: 0, most: expect.toBeOneOf([0, 1]) })
  })

  test('T5 R16 with a lowered limit nobody is out, everybody works on, and nobody comes in', async () => {
    const { accountId, admin, owner, people, seatsUsed } = await anAccount({ seatLimit: 8, learners: 4 })
    const [out] = await aCrowd(accountId, 1, { status: 'inactive' })
    const { operation } = await admin.call(deactivateUsers, { users: { ids: [people[3]!.id] } })
    expect(await owner.call(changeSeats, { limit: 2 })).toMatchObject({ limit: 2, used: 5, free: 0, overBy: 3 })

    for (const person of people.slice(0, 3)) {
      expect(await person.call(getMe, {})).toMatchObject({ id: person.id })
      const { items } = await person.call(listSessions, {})
      expect(await person.call(endSession, { sessionId: items[0]!.id })).toEqual({ done: true })
    }
    const [stayer] = people
    const users = { ids: [stayer!.id] }
    await admin.call(editUser, { userId: stayer!.id, version: 1, jobTitle: 'Baker', status: 'active' })
    await admin.call(deactivateUsers, { users, deactivationDate: '2031-05-05' })
    const { operation: cleared } = await admin.call(clearDeactivationDate, { users })
    expect(cleared).toMatchObject({ changed: 1 })
    expect((await admin.call(undoOperation, { operationId: cleared.id })).operation).toMatchObject({ changed: 1 })
    expect(await admin.call(activateUsers, { users })).toMatchObject({ operation: { alreadySo: 1 } })
    expect(await seatsUsed()).toBe(5)

    for (const mode of ['fill', 'all_or_nothing'] as const) {
      expect(await admin.refused(activateUsers, { users: { ids: [out!] }, mode })).toMatchObject({
        code: 'no_free_seats',
        free: 0,
      })
      expect(await admin.refused(undoOperation, { operationId: operation.id, mode })).toMatchObject({
        code: 'no_free_seats',
      })
    }
    expect(await admin.refused(editUser, { userId: out!, version: 1, status: 'active' })).toMatchObject({
      code: 'no_free_seats',
    })
    expect(await admin.call(addUsers, { people: [someone()] })).toMatchObject({ waiting: 1 })
    expect(await admin.call(getSeats, {})).toMatchObject({ used: 5, waiting: 1, overBy: 3 })
  })

  test('B5 R17 undoing what takes no seat needs none', async () => {
    const { admin, learner } = await anAccount({ seatLimit: 3, learners: 1 })
    const users = { ids: [learner.id] }
    const { operation } = await admin.call(deactivateUsers, { users, deactivationDate: '2031-05-05' })
    expect((await admin.call(undoOperation, { operationId: operation.id })).operation).toMatchObject({
      kind: 'undo',
      changed: 1,
    })
    expect(await learner.row()).toMatchObject({ status: 'active', deactivationDate: null })
  })
})

/** What was answered; undefined for who was refused, or stood in line for longer than 2 s (R12). Nothing else may happen. */
function served({ status, body }: Reply): unknown {
  expect([200, 409, 503]).toContain(status)
  return status === 200 ? body : undefined
}

function changedBy(reply: Reply): number {
  const answer = served(reply) as { operation: { changed: number } } | undefined
  return answer?.operation.changed ?? 0
}

function activeIn(reply: Reply): number {
  const answer = served(reply) as { people: { status: string }[] } | undefined
  return answer?.people.filter((person) => person.status === 'active').length ?? 0
}
