import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { workFor } from '#server/gate/work.ts'
import { anAccount, aPool, database, type Person, store } from '#tests/harness/account.ts'
import { remind } from './remind.ts'

const pass = (accountId: string, over = database) => workFor(over, accountId, 'clock', remind)
const kindsOf = async (accountId: string) =>
  (
    await store
      .selectFrom('mails')
      .select(['kind', 'userId'])
      .where('accountId', '=', accountId)
      .orderBy('id')
      .execute()
  ).map(({ kind }) => kind)

async function enrolled(accountId: string, person: Person, dueInDays: number) {
  const { id: courseId } = await store
    .insertInto('courses')
    .values({ accountId, title: 'Fire safety', state: 'published' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into enrollments (account_id, user_id, course_id, due_date, enrolled_at)
    values (${accountId}, ${person.id}, ${courseId}, today_in('UTC') + ${dueInDays}::integer, now() - interval '20 days')
  `.execute(store)
}

describe('reminders', () => {
  test('a course that falls due is told once, and again when its day moved', async () => {
    const { accountId, learner } = await anAccount()
    await enrolled(accountId, learner, 2)
    await pass(accountId)
    await pass(accountId)
    expect(await kindsOf(accountId)).toEqual(['due_soon'])
    await sql`update enrollments set due_date = due_date + 1 where account_id = ${accountId}`.execute(store)
    await pass(accountId)
    expect(await kindsOf(accountId)).toEqual(['due_soon', 'due_soon'])
    await sql`update enrollments set due_date = today_in('UTC') - 1 where account_id = ${accountId}`.execute(store)
    await pass(accountId)
    expect(await kindsOf(accountId)).toEqual(['due_soon', 'due_soon', 'overdue'])
  })

  test('C7.79 nobody is reminded who is inactive', async () => {
    const { accountId, owner, learner } = await anAccount()
    await enrolled(accountId, learner, 2)
    await owner.call(deactivateUsers, { users: { ids: [learner.id] } })
    await pass(accountId)
    expect(await kindsOf(accountId)).toEqual([])
  })

  test('an access that ends is told once for each instant, and not again when it is put off beyond the week', async () => {
    const { accountId, owner, learner } = await anAccount()
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
    await owner.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: inDays(3) })
    await pass(accountId)
    await pass(accountId)
    expect(await kindsOf(accountId)).toEqual(['access_ends'])
    await owner.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: inDays(40) })
    await pass(accountId)
    expect(await kindsOf(accountId)).toEqual(['access_ends'])
    await owner.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: inDays(5) })
    await pass(accountId)
    expect(await kindsOf(accountId)).toEqual(['access_ends', 'access_ends'])
  })

  test('C3.41 a crossed threshold of seats is told once, the highest alone, and again after it had fallen below', async () => {
    const { accountId, owner, people } = await anAccount({ seatLimit: 10, learners: 7 })
    const told = async () =>
      (
        await store
          .selectFrom('mails')
          .select(['about'])
          .where('accountId', '=', accountId)
          .where('userId', '=', owner.id)
          .orderBy('id')
          .execute()
      ).map(({ about }) => (about as { threshold: number }).threshold)
    await pass(accountId)
    await pass(accountId)
    expect(await told()).toEqual([90])
    await owner.call(deactivateUsers, { users: { ids: people.slice(0, 3).map(({ id }) => id) } })
    await pass(accountId)
    await store.updateTable('users').set({ status: 'active' }).where('accountId', '=', accountId).execute()
    await pass(accountId)
    expect(await told()).toEqual([90, 90])
  })

  test('R23 five nodes that remind at once tell it once', async () => {
    const { accountId, learner } = await anAccount({ seatLimit: 3 })
    await enrolled(accountId, learner, 1)
    await Promise.all(Array.from({ length: 5 }, () => pass(accountId, aPool({ max: 2 }))))
    const kinds = await kindsOf(accountId)
    expect(kinds.filter((kind) => kind === 'due_soon')).toHaveLength(1)
    // Owner and administrator.
    expect(kinds.filter((kind) => kind === 'seats')).toHaveLength(2)
  })
})
