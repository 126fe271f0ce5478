import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { getMe, listSessions } from '#contract/sign-in.ts'
import { isUnavailable } from '#server/db/database.ts'
import { anAccount, aPool, type Person, store } from '#tests/harness/account.ts'
import { hashOf } from './credential.ts'
import { askAs, workAs } from './work.ts'

const credentialOf = ({ host, token }: Person) => ({ host, tokenHash: hashOf(token!), byToken: false })
const deactivated = (person: Person) =>
  store.updateTable('users').set({ status: 'inactive' }).where('id', '=', person.id).execute()

/** Whom the transaction is opened for, and how many people it sees. */
const seen = sql<{ account: string | null; actor: string | null; people: number }>`
  select current_account() as account, current_actor() as actor, count(*) as people from users`

describe('a question that is sent with the look at who asks', () => {
  test('A1 is answered of their account, as them, and is forgotten with its transaction', async () => {
    const pool = aPool({ max: 1 })
    const [{ accountId, learner }] = [await anAccount(), await anAccount()]
    const { rows } = await sql`select from users where account_id = ${accountId}`.execute(store)
    const { entered, answer } = await askAs(pool, credentialOf(learner), seen.compile(pool))
    expect(entered).toMatchObject({ accountId, actor: { id: learner.id, role: 'learner' } })
    expect(answer).toEqual({ account: accountId, actor: learner.id, people: rows.length })
    expect((await seen.execute(pool)).rows).toEqual([{ account: null, actor: null, people: 0 }])
  })

  test('S2 sees nothing when they are not in, and is not answered', async () => {
    const pool = aPool({ max: 1 })
    const { learner } = await anAccount()
    const [together] = [
      () =>
        pool.executeQuery({
          ...seen.compile(pool),
          before: sql`select is_in from let_in(${learner.host}, ${hashOf(learner.token!)}, 'reading', false)`.compile(
            pool,
          ),
        } as ReturnType<typeof seen.compile>),
    ]
    expect((await together()).rows).toEqual([{ isIn: true }, expect.objectContaining({ actor: learner.id })])
    await deactivated(learner)
    expect((await together()).rows).toEqual([{ isIn: false }, { account: null, actor: null, people: 0 }])
    await expect(askAs(pool, credentialOf(learner), seen.compile(pool))).rejects.toMatchObject({
      code: 'account_inactive',
    })
    const nobody = { host: learner.host, tokenHash: hashOf('a token that nobody has'), byToken: false }
    await expect(askAs(pool, nobody, seen.compile(pool))).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  test('that fails tells so, and leaves its connection in order', async () => {
    const pool = aPool({ max: 1 })
    const { learner } = await anAccount()
    const wrong = sql<object>`select 1 / (count(*) - count(*)) from users`.compile(pool)
    for (let turn = 0; turn < 2; turn++) {
      await expect(askAs(pool, credentialOf(learner), wrong)).rejects.toThrow('division by zero')
      expect((await askAs(pool, credentialOf(learner), seen.compile(pool))).answer).toMatchObject({ actor: learner.id })
    }
  })
})

test('work that reads writes nothing, and leaves its connection in order', async () => {
  const pool = aPool({ max: 1 })
  const { learner } = await anAccount()
  const written = workAs(pool, credentialOf(learner), 'reading', ({ db, accountId }) =>
    sql`update sessions set browser = 'another' where account_id = ${accountId}`.execute(db),
  ).catch((error: unknown) => error)
  expect([isUnavailable(await written), String(await written)]).toEqual([true, expect.stringContaining('read-only')])
  expect(await workAs(pool, credentialOf(learner), 'writing', async ({ actor }) => actor.id)).toBe(learner.id)
})

test.each([
  ['a question', (learner: Person) => learner.call(getMe, {})],
  ['work', (learner: Person) => learner.call(listSessions, {})],
])('when somebody was last seen is noted by %s that reads, once a minute', async (_, read) => {
  const { learner } = await anAccount()
  const lastSeen = async () => {
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from statement_timestamp() - last_seen_at)::float8 as seconds from sessions where user_id = ${learner.id}`.execute(
      store,
    )
    return rows[0]!.seconds
  }
  const setBack = (seconds: number) =>
    sql`update sessions set last_seen_at = statement_timestamp() - make_interval(secs => ${seconds}) where user_id = ${learner.id}`.execute(
      store,
    )
  await setBack(50)
  await read(learner)
  expect(await lastSeen()).toBeGreaterThanOrEqual(50)
  await setBack(70)
  await read(learner)
  expect(await lastSeen()).toBeLessThan(50)
})
