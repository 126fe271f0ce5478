import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { workFor } from '#server/gate/work.ts'
import { anAccount, database, store } from '#tests/harness/account.ts'
import { sealHistory, verifyHistory } from './seal-history.ts'

/** An account with events of some days ago, sealed in three. */
async function sealed() {
  const account = await anAccount({ learners: 3 })
  const { accountId, people } = account
  for (const days of [3, 2, 1]) {
    for (const { id } of people)
      await sql`insert into lifecycle_events (account_id, id, user_id, change, cause, from_status, to_status, reason, happened_at)
        values (${accountId}, id_at(now() - make_interval(days => ${days})), ${id}, 'deactivated', 'administrator', 'active', 'inactive',
          'Summer', now() - make_interval(days => ${days}))`.execute(store)
    await workFor(database, accountId, 'clock', sealHistory)
  }
  return { ...account, verified: () => workFor(database, accountId, 'operator', verifyHistory) }
}

describe('R49 the history', () => {
  test('is sealed, and shows that it is whole', async () => {
    const { verified } = await sealed()
    expect(await verified()).toEqual({ seals: 3, events: 9, broken: null })
  })

  test('is the same in a session of another zone and style', async () => {
    const { accountId } = await sealed()
    await store.transaction().execute(async (db) => {
      await sql`set local time zone 'Asia/Kathmandu'`.execute(db)
      await sql`set local datestyle = 'German'`.execute(db)
      const { rows } = await sql<{ broken: number | null }>`select broken from verify_history(${accountId})`.execute(db)
      expect(rows).toEqual([{ broken: null }])
    })
  })

  test.each([
    ['changed', (id: string) => sql`update lifecycle_events set reason = 'Fired' where id = ${id}`],
    ['moved in time', (id: string) => sql`update lifecycle_events set happened_at = now() where id = ${id}`],
    ['taken out', (id: string) => sql`delete from lifecycle_events where id = ${id}`],
    [
      'added',
      (id: string) => sql`insert into lifecycle_events (account_id, id, user_id, change, cause)
        select account_id, id_at(now() - interval '2 days 1 minute'), user_id, 'activated', 'administrator' from lifecycle_events where id = ${id}`,
    ],
    [
      'changed, with its seal made anew',
      (
        id: string,
      ) => sql`with changed as (update lifecycle_events set reason = 'Fired' where id = ${id} returning account_id)
        update history_seals as s set sha256 = sha256(s.sha256) from changed where s.account_id = changed.account_id and number = 2`,
    ],
  ])('shows in which time an event was %s, past the rights of the application', async (_how, tamper) => {
    const { accountId, verified } = await sealed()
    const { rows } = await sql<{ id: string }>`
      select id from lifecycle_events where account_id = ${accountId} and happened_at < now() - interval '36 hours' order by id desc limit 1
    `.execute(store)
    await tamper(rows[0]!.id).execute(store)
    expect(await verified()).toMatchObject({ broken: { seal: 2 } })
  })

  test('shows that a seal is missing', async () => {
    const { accountId, verified } = await sealed()
    await store.deleteFrom('historySeals').where('accountId', '=', accountId).where('number', '=', 2).execute()
    expect(await verified()).toMatchObject({ broken: { seal: 3 } })
  })

  test('is not sealed while what is happening may still be under way', async () => {
    const { accountId, owner, learner, verified } = await sealed()
    await owner.call(deactivateUsers, { users: { ids: [learner.id] } })
    await owner.call(activateUsers, { users: { ids: [learner.id] } })
    await workFor(database, accountId, 'clock', sealHistory)
    expect(await verified()).toEqual({ seals: 3, events: 9, broken: null })
  })

  test('cannot be sealed otherwise by the application, nor for another account', async () => {
    const { accountId } = await sealed()
    const other = await anAccount()
    const as = (what: ReturnType<typeof sql>) => workFor(database, accountId, 'clock', ({ db }) => what.execute(db))
    await expect(
      as(sql`insert into history_seals (account_id, number, last_event_id, events, sha256)
      values (${accountId}, 4, ${accountId}, 0, '')`),
    ).rejects.toThrow('permission denied')
    await expect(as(sql`update history_seals set events = 0`)).rejects.toThrow('permission denied')
    await expect(as(sql`delete from history_seals`)).rejects.toThrow('permission denied')
    await expect(as(sql`select seal_history(${other.accountId})`)).rejects.toThrow('another account')
  })
})
