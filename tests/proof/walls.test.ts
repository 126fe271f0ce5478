import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { getAccount } from '#contract/accounts.ts'
import { addGroup, listGroups } from '#contract/groups.ts'
import { deactivateUsers, listEvents } from '#contract/lifecycle.ts'
import { addUsers, deleteUser, getUser, listUsers } from '#contract/people.ts'
import { getSeats } from '#contract/seats.ts'
import { getMe, signIn } from '#contract/sign-in.ts'
import { foldLearning } from '#server/enrollments/fold-learning.ts'
import { workFor } from '#server/gate/work.ts'
import { mintLink } from '#server/mail/mint-link.ts'
import { anAccount, aToken, aNode, aPool, aSession, database, type Person, store } from '#tests/harness/account.ts'
import { anImport, aPasskey, hooked, learning, provisioned, singleSignOn } from '#tests/matrix/furnished.ts'
import { seeded } from '#tests/harness/random.ts'
import type { Reply } from '#tests/harness/send.ts'

const { rows: tables } = await sql<{ name: string }>`
  select c.relname as name from pg_class as c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
    and has_table_privilege('rollcall_app', c.oid, 'select') order by 1
`.execute(store)

/** An account in which every table has a row. */
async function aFullAccount() {
  const scene = await anAccount({ learners: 3 })
  const { accountId, admin, owner, people } = scene
  const { id: departmentId } = await store
    .insertInto('departments')
    .values({ accountId, name: 'Sales' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id: groupId } = await admin.call(addGroup, { name: 'Readers' }, { 'idempotency-key': randomUUID() })
  await store.insertInto('groupMembers').values({ accountId, groupId, userId: people[0]!.id }).execute()
  await store.insertInto('managedDepartments').values({ accountId, departmentId, userId: people[0]!.id }).execute()
  await store.insertInto('customFields').values({ accountId, key: 'badge', label: 'Badge', kind: 'text' }).execute()
  const { operation } = await admin.call(deactivateUsers, { users: { ids: [people[1]!.id, owner.id] } })
  await store
    .insertInto('operationPortions')
    .values({ accountId, operationId: operation.id, position: 1, userIds: [owner.id] })
    .execute()
  await admin.call(deleteUser, { userId: people[2]!.id })
  await admin.send(signIn, { email: 'nobody@example.org', password: 'a wrong password' })
  const { mine: enrollmentId, quiz: moduleId } = await learning(accountId, {
    owner,
    learner: people[0]!,
    group: groupId,
  })
  const done = { accountId, enrollmentId, moduleId }
  await store.insertInto('moduleProgress').values(done).execute()
  await store
    .insertInto('attempts')
    .values({ ...done, number: 1, score: 50, isPassed: true, answers: '[]' })
    .execute()
  await store
    .insertInto('scormStates')
    .values({ ...done, sco: 'a', cmi: '{}', state: 'started' })
    .execute()
  await store
    .insertInto('mailTemplates')
    .values({ accountId, kind: 'overdue', subject: 'Late', body: 'Late' })
    .execute()
  await anImport(accountId, owner.id)
  await store.insertInto('importColumns').values({ accountId, header: 'mail', field: 'email' }).execute()
  await store.insertInto('mailRefusals').values({ accountId, userId: owner.id }).execute()
  await store.insertInto('seatAlerts').values({ accountId, threshold: 80 }).execute()
  await aToken(accountId, owner.id)
  await hooked(accountId)
  await provisioned(accountId, { here: owner.id, managed: people[0]!.id })
  const { oidcProvider: providerId } = await singleSignOn(accountId, owner.id)
  const hash = Buffer.alloc(32)
  await store
    .insertInto('signInFlows')
    .values({ accountId, providerId, stateHash: hash, browserHash: hash, next: '/' })
    .execute()
  await store.insertInto('logoutTokens').values({ accountId, providerId, tokenHash: hash }).execute()
  await store.insertInto('authenticators').values({ accountId, userId: owner.id, secret: 'A' }).execute()
  await store.insertInto('recoveryCodes').values({ accountId, userId: owner.id, codeHash: hash }).execute()
  await store
    .insertInto('signInSteps')
    .values({ accountId, userId: owner.id, tokenHash: hash, setsUp: false })
    .execute()
  await aPasskey(accountId, owner.id)
  await store.insertInto('passkeyChallenges').values({ accountId, challengeHash: hash }).execute()
  await store.insertInto('signIns').values({ accountId, userId: owner.id }).execute()
  await store
    .insertInto('historySeals')
    .values({ accountId, number: 1, lastEventId: accountId, events: 0, sha256: Buffer.alloc(32) })
    .execute()
  await workFor(database, accountId, 'clock', (work) => mintLink(work, owner.id, 'invitation'))
  await workFor(database, accountId, 'clock', foldLearning)
  await store.updateTable('enrollments').set({ startedAt: '2026-01-01' }).where('id', '=', enrollmentId).execute()
  return scene
}

const countIn = async (name: string, over = database) =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(over)).rows[0]!.n

describe('R33 A1 the application, without an account', () => {
  test('sees no row of any table, though there are some in each', async () => {
    await aFullAccount()
    expect(tables.length).toBeGreaterThan(14)
    const withRows = Object.fromEntries(
      await Promise.all(tables.map(async ({ name }) => [name, (await countIn(name, store)) > 0] as const)),
    )
    expect(withRows).toEqual(Object.fromEntries(tables.map(({ name }) => [name, true])))
    const seen = Object.fromEntries(
      await Promise.all(tables.map(async ({ name }) => [name, await countIn(name)] as const)),
    )
    expect(seen).toEqual(Object.fromEntries(tables.map(({ name }) => [name, 0])))
  })

  test('is asked which account once in a statement, not for each row', async () => {
    const { rows } = await sql<{ table: string; asks: string }>`
      select tablename as table, qual as asks from pg_policies where 'rollcall_app' = any(roles)`.execute(store)
    expect(rows.length).toBeGreaterThan(50)
    const asksForEachRow = rows.filter(({ asks }) => !asks.includes('( SELECT current_account()'))
    expect(asksForEachRow).toEqual([])
  })

  test('writes and deletes nothing', async () => {
    const { accountId, learner } = await aFullAccount()
    await expect(
      sql`insert into groups (account_id, name) values (${accountId}, 'Mine')`.execute(database),
    ).rejects.toThrow(/row-level security/)
    const { numAffectedRows } = await sql`update users set status = 'inactive' where id = ${learner.id}`.execute(
      database,
    )
    expect(numAffectedRows).toBe(0n)
    await expect(sql`select delete_user(${accountId}, ${learner.id})`.execute(database)).rejects.toThrow(
      /another account/,
    )
    await expect(sql`delete from users`.execute(database)).rejects.toThrow(/permission denied/)
    await expect(sql`select from setup_links`.execute(database)).rejects.toThrow(/permission denied/)
  })

  test('in one account sees, changes and adds to nothing of another', async () => {
    const [one, other] = [await aFullAccount(), await aFullAccount()]
    await workFor(database, one.accountId, 'operator', async ({ db }) => {
      for (const { name } of tables.filter((table) => table.name !== 'accounts')) {
        const { rows } = await sql<{ theirs: number; ours: number }>`
          select count(*) filter (where account_id <> ${one.accountId}) as theirs, count(*) as ours from ${sql.table(name)}
        `.execute(db)
        expect({ name, theirs: rows[0]!.theirs, isEmpty: rows[0]!.ours === 0 }).toEqual({
          name,
          theirs: 0,
          isEmpty: false,
        })
      }
      const { numAffectedRows } =
        await sql`update users set role = 'learner' where account_id = ${other.accountId}`.execute(db)
      expect(numAffectedRows).toBe(0n)
    })
    const intoOther = workFor(database, one.accountId, 'operator', ({ db }) =>
      sql`insert into groups (account_id, name) values (${other.accountId}, 'Mine')`.execute(db),
    )
    await expect(intoOther).rejects.toThrow(/row-level security/)
  })

  test('H1 S4 changes and deletes no history, not even of its own account', async () => {
    const { accountId } = await aFullAccount()
    const forbidden = (statement: string) =>
      expect(workFor(database, accountId, 'operator', ({ db }) => sql.raw(statement).execute(db))).rejects.toThrow(
        /permission denied/,
      )
    for (const table of ['lifecycle_events', 'operations', 'operation_skips']) {
      await forbidden(`delete from ${table}`)
      await forbidden(`update ${table} set account_id = account_id`)
    }
    for (const table of ['users', 'profiles', 'credentials', 'accounts', 'deleted_users'])
      await forbidden(`delete from ${table}`)
  })
})

describe('R34 A1 one connection for everybody', () => {
  test('three hundred requests of three accounts, some of which fail: each sees its own account only', async () => {
    const chance = seeded(34)
    const node = await aNode(aPool({ max: 1 }))
    const accounts = await Promise.all([aFullAccount(), aFullAccount(), aFullAccount()])
    const idsOf = new Map(
      await Promise.all(
        accounts.map(async ({ accountId }) => {
          const users = await store.selectFrom('users').select('id').where('accountId', '=', accountId).execute()
          return [accountId, [accountId, ...users.map((user) => user.id)]] as const
        }),
      ),
    )
    const asks: ((by: Person, learner: Person) => Promise<Reply>)[] = [
      (by) => by.send(listUsers, { limit: 200 }),
      (by) => by.send(getMe, {}),
      (by) => by.send(getAccount, {}),
      (by) => by.send(getSeats, {}),
      (by) => by.send(listGroups, {}),
      (by) => by.send(listEvents, { limit: 200 }),
      // Refused by the gate, by a schema, by a command, by a constraint, in the middle of a transaction.
      (_, learner) => learner.send(listUsers, {}),
      (by) => by.send(getUser, { userId: randomUUID() }),
      (by) => by.send(listUsers, { cursor: 'of another list' }),
      (by) => by.send(addGroup, { name: 'Readers' }),
      (by) => by.send(addUsers, { people: [{ firstName: 'X', lastName: 'Y', email: by.email }] }),
      (by) => by.send(deleteUser, { userId: by.id }),
    ]
    const statuses = new Set<number>()
    let waiting: Promise<void>[] = []
    for (let asked = 0; asked < 300; asked++) {
      const { accountId, admin, learner } = chance.oneOf(accounts)
      const ask = chance.oneOf(asks)
      waiting.push(
        ask(admin.at(node), learner.at(node)).then(({ status, body }) => {
          statuses.add(status)
          const text = JSON.stringify(body)
          const foreign = [...idsOf]
            .filter(([of]) => of !== accountId)
            .flatMap(([, ids]) => ids.filter((id) => text.includes(id)))
          expect(foreign).toEqual([])
        }),
      )
      // In line for the one connection, yet never so long that somebody is sent away.
      if (waiting.length === 10) {
        await Promise.all(waiting)
        waiting = []
      }
    }
    await Promise.all(waiting)
    expect([...statuses].sort((a, b) => a - b)).toEqual([200, 403, 404, 409, 422])
  }, 30_000)

  test('an account is forgotten with its transaction, however that ends', async () => {
    const pool = aPool({ max: 1 })
    const { accountId, learner } = await anAccount()
    const current = async () =>
      (await sql<{ id: string | null }>`select current_account() as id`.execute(pool)).rows[0]!.id
    const failing = [
      () =>
        workFor(pool, accountId, 'clock', async () => {
          throw new Error('thrown')
        }),
      () => workFor(pool, accountId, 'clock', ({ db }) => sql`select 1 / 0`.execute(db)),
      () =>
        workFor(pool, accountId, 'clock', ({ db }) =>
          sql`update users set status = 'inactive' where account_id = ${accountId}`.execute(db),
        ),
    ]
    for (const fail of failing) {
      await expect(fail()).rejects.toThrow(/^thrown$|division by zero|owner_protected/)
      expect(await current()).toBeNull()
    }
    await workFor(pool, accountId, 'clock', async ({ db }) => {
      expect((await sql<{ id: string }>`select current_account() as id`.execute(db)).rows[0]!.id).toBe(accountId)
    })
    expect(await current()).toBeNull()
    expect(await learner.row()).toMatchObject({ status: 'active' })
    expect(await aSession(accountId, learner.id)).toBeTypeOf('string')
  })
})
