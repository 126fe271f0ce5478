import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { transferOwnership } from '#contract/accounts.ts'
import {
  activateUsers,
  clearDeactivationDate,
  deactivateUsers,
  previewChange,
  undoOperation,
} from '#contract/lifecycle.ts'
import { addUsers, countUsers, editUser, getUser, listUsers } from '#contract/people.ts'
import { getSeats } from '#contract/seats.ts'
import { endSession, getMe, listSessions, signIn } from '#contract/sign-in.ts'
import { startClock } from '#server/clock.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { aCrowd, anAccount, app, aPool, aSession, letDatePass, type Person, store } from '#tests/harness/account.ts'
import { until } from '#tests/harness/until.ts'

const password = 'a password that is right'
const passwordHash = await hashPassword(password)
const log = {
  warn: (told: unknown) => {
    throw new Error(String(told))
  },
  error: (told: unknown) => {
    throw told
  },
}

/** Clocks of so many nodes, each with connections of its own. */
const startClocks = (howMany: number) => Array.from({ length: howMany }, () => startClock(aPool({ max: 4 }), log))

async function letAllPass(ids: readonly string[]): Promise<void> {
  await sql`
    update users set deactivation_date = '2024-01-01', deactivate_at = '2024-01-01T23:59:00Z' where id = any(${ids}::uuid[])
  `.execute(store)
}

/** Opens a page. `ended` is what it was told until the server ended it. */
function openPage({ host, token }: Person): Promise<{ status: number; ended: Promise<string> }> {
  const { port } = app.server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const headers = { host, cookie: `session=${token}` }
    const sent = request({ host: '127.0.0.1', port, path: '/api/v1/live', headers }, (response) => {
      let told = ''
      response.on('data', (chunk: Buffer) => (told += chunk.toString()))
      const ended = new Promise<string>((end) => {
        response.on('end', () => end(told))
      })
      resolve({ status: response.statusCode!, ended })
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('an instant has passed, and nothing has recorded it', () => {
  test('S1 R18 refused at once on every path, and the reason is told', async () => {
    const { accountId, owner, learner } = await anAccount()
    await store.updateTable('credentials').set({ passwordHash }).where('accountId', '=', accountId).execute()
    const { items } = await learner.call(listSessions, {})
    const page = await openPage(learner)
    expect(page.status).toBe(200)

    await letDatePass(learner)
    const passedAt = Date.now()
    for (const reply of [
      await learner.send(getMe, {}),
      await learner.send(endSession, { sessionId: items[0]!.id }),
      await owner.send(signIn, { email: learner.email, password }),
      await learner.with(await aSession(accountId, learner.id)).send(getMe, {}),
    ])
      expect(reply).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
    expect((await openPage(learner)).status).toBe(401)
    expect(await owner.send(signIn, { email: learner.email, password: 'a wrong password' })).toMatchObject({
      status: 401,
      body: { code: 'wrong_password' },
    })
    expect(await page.ended).toMatch(/event: access-ended\ndata: {"code":"account_inactive"}/)
    expect(Date.now() - passedAt).toBeLessThan(2_500)
    expect(await learner.row()).toMatchObject({ status: 'active' })
  })

  test('S1 T6 R18 shown as inactive by schedule everywhere, and the seat is free', async () => {
    const { admin, owner, learner, seatsUsed } = await anAccount({ seatLimit: 3 })
    await letDatePass(learner)
    expect(await seatsUsed()).toBe(2)
    const shown = { status: 'inactive', statusCause: 'schedule', deactivationDate: null, deactivateAt: null }
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject(shown)
    expect((await admin.call(listUsers, { status: ['inactive'] })).items).toMatchObject([{ id: learner.id, ...shown }])
    expect((await admin.call(listUsers, { status: ['active', 'leaving'] })).items).toHaveLength(2)
    expect(await admin.call(countUsers, {})).toMatchObject({ all: 3, active: 2, inactive: 1, leaving: 0 })
    expect(await admin.call(getSeats, {})).toMatchObject({ used: 2, free: 1, leavingSoon: 0 })
    const users = { ids: [learner.id] }
    expect(await admin.call(previewChange, { users, change: 'deactivate' })).toMatchObject({
      willChange: 0,
      alreadySo: 1,
    })
    expect(await admin.call(previewChange, { users, change: 'activate' })).toMatchObject({ willChange: 1, fits: 1 })
    await store.updateTable('credentials').set({ passwordHash }).where('userId', '=', owner.id).execute()
    expect(await owner.refused(transferOwnership, { userId: learner.id, currentPassword: password })).toMatchObject({
      code: 'not_an_active_user',
    })
    expect(
      (await admin.call(addUsers, { people: [{ firstName: 'New', lastName: 'Person', email: 'new@example.org' }] }))
        .waiting,
    ).toBe(0)
  })

  test('R24 S5 reactivated before anything recorded it: both are in the history, in their order, and there is no date', async () => {
    const { admin, learner } = await anAccount()
    await letDatePass(learner)
    const { operation } = await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(operation).toMatchObject({ changed: 1 })
    expect(await learner.row()).toMatchObject({ status: 'active', deactivationDate: null })
    expect((await learner.events()).map(({ change, cause }) => [change, cause])).toEqual([
      ['deactivated', 'schedule'],
      ['activated', 'administrator'],
    ])
    expect(await learner.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
  })

  test('R24 commands that cannot agree: each finds what the one before it left', async () => {
    const { admin, learner } = await anAccount()
    const users = { ids: [learner.id] }
    const { operation: scheduled } = await admin.call(deactivateUsers, { users, deactivationDate: '2031-05-05' })
    await letDatePass(learner)
    expect((await admin.call(clearDeactivationDate, { users })).people).toMatchObject([
      { refusal: 'only_the_active_leave' },
    ])
    expect((await admin.call(deactivateUsers, { users, deactivationDate: '2031-05-05' })).people).toMatchObject([
      { refusal: 'only_the_active_leave' },
    ])
    expect((await admin.call(deactivateUsers, { users })).people).toMatchObject([{ outcome: 'already_so' }])
    expect(await admin.refused(undoOperation, { operationId: scheduled.id })).toMatchObject({ code: 'nothing_to_undo' })
    const { version } = await admin.call(getUser, { userId: learner.id })
    expect(
      await admin.refused(editUser, { userId: learner.id, version, deactivationDate: '2031-05-05' }),
    ).toMatchObject({ code: 'only_the_active_leave' })
    expect((await learner.events()).map((event) => event.change)).toEqual(['scheduled', 'deactivated'])
  })
})

describe('the clock', () => {
  test.each([2, 5])('R23 of %i nodes records a thousand who are due once each, as they were due', async (howMany) => {
    const { accountId, seatsUsed } = await anAccount({ learners: 0 })
    const ids = await aCrowd(accountId, 1_000)
    await letAllPass(ids)
    expect(await seatsUsed()).toBe(2)
    const clocks = startClocks(howMany)
    const due = sql<{
      n: number
    }>`select count(*) as n from users where account_id = ${accountId} and deactivate_at <= statement_timestamp()`
    await until('everybody who is due is recorded', async () => (await due.execute(store)).rows[0]!.n === 0)
    await Promise.all(clocks.map((clock) => clock.stop()))

    const events = await store.selectFrom('lifecycleEvents').selectAll().where('accountId', '=', accountId).execute()
    expect(events.map((event) => event.userId).sort()).toEqual([...ids].sort())
    const told = new Set(
      events.map(({ change, cause, dueAt, fromStatus, toStatus }) =>
        JSON.stringify({ change, cause, dueAt, fromStatus, toStatus }),
      ),
    )
    expect([...told]).toEqual([
      JSON.stringify({
        change: 'deactivated',
        cause: 'schedule',
        dueAt: '2024-01-01T23:59:00.000Z',
        fromStatus: 'active',
        toStatus: 'inactive',
      }),
    ])
  })

  test('R23 R24 five nodes and two administrators at the same people: one event for each change, each from what was before', async () => {
    const { accountId, owner, admin } = await anAccount({ learners: 0 })
    const ids = await aCrowd(accountId, 40)
    const clocks = startClocks(5)
    for (let round = 0; round < 6; round++) {
      await letAllPass(ids)
      const users = { filter: { role: ['learner' as const] } }
      await Promise.all([
        admin.call(activateUsers, { users: { ids } }),
        owner.call(deactivateUsers, { users }),
        admin.call(deactivateUsers, { users, deactivationDate: '2031-05-05' }),
        owner.call(clearDeactivationDate, { users }),
      ])
      await admin.call(activateUsers, { users })
    }
    await Promise.all(clocks.map((clock) => clock.stop()))
    const { rows: broken } = await sql`
      select * from (
        select user_id, change, from_status, to_status, from_date, to_date,
          lag(to_status) over (partition by user_id order by id) as before from lifecycle_events where account_id = ${accountId}
      ) as chain
      where from_status is distinct from coalesce(before, 'active') or (from_status = to_status and from_date is not distinct from to_date)
    `.execute(store)
    expect(broken).toEqual([])
    const { rows } = await sql<{ fired: number }>`
      select count(*) as fired from lifecycle_events where account_id = ${accountId} and cause = 'schedule' group by user_id
    `.execute(store)
    expect(rows.map((row) => row.fired)).toEqual(ids.map(() => 6))
  })

  test('T3 B4 writes no operation where nobody waits for the seat that came free', async () => {
    const { accountId, learner } = await anAccount({ seatLimit: 9 })
    await store.updateTable('accounts').set({ fillFromWaiting: true }).where('id', '=', accountId).execute()
    await letDatePass(learner)
    const [clock] = startClocks(1)
    await until('the date is recorded', async () => (await learner.events()).length > 0)
    await clock!.stop()
    expect(await store.selectFrom('operations').selectAll().where('accountId', '=', accountId).execute()).toEqual([])
  })
})
