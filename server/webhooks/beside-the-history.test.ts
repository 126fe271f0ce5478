import { describe, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { saveProgress } from '#contract/portal.ts'
import { listDeliveries } from '#contract/webhooks.ts'
import { workFor } from '#server/gate/work.ts'
import { remind } from '#server/mail/remind.ts'
import { database, store } from '#tests/harness/account.ts'
import { aPageModule, courseIn, opened } from '#tests/harness/course.ts'
import { checked, csv, importsCarriedOn, ran } from '#tests/harness/import.ts'
import { until } from '#tests/harness/until.ts'
import { aNode, listening, type Received } from '#tests/harness/webhooks.ts'

const remindOf = (accountId: string) => workFor(database, accountId, 'clock', remind)

describe('beside the history a webhook is told of', () => {
  const dataOf = ({ body }: Received) => (JSON.parse(body) as { data: Record<string, unknown> }).data

  test('T3 who waits for a seat, and that the last one is taken, once', async () => {
    const { admin, accountId, receiver } = await listening({
      events: ['added', 'waiting', 'seat_limit_reached'],
    })
    await store.updateTable('accounts').set({ seatLimit: 4 }).where('id', '=', accountId).execute()
    const add = (name: string) =>
      admin.call(addUsers, {
        people: [{ firstName: name, lastName: 'New', email: `${name}-${accountId}@example.org` }],
      })
    await add('ines')
    await add('wanda')
    await Promise.all([remindOf(accountId), remindOf(accountId)])
    const node = aNode()
    await until('all is told', () => receiver.received.length === 4)
    await node.stop()
    const told = receiver.received.map((one) => [one.type, dataOf(one)] as const)
    expect(told.slice(0, 3)).toMatchObject([
      ['user.added', { firstName: 'ines', status: 'active' }],
      ['user.added', { firstName: 'wanda', statusCause: 'seat_limit' }],
      ['user.waiting', { firstName: 'wanda', status: 'inactive' }],
    ])
    expect(told[3]).toEqual(['seats.limit_reached', { eventId: expect.any(String), used: 4, limit: 4 }])
  })

  test('whose access ends soon, once for each date', async () => {
    const { admin, accountId, learner, receiver } = await listening({ events: ['ending_soon'] })
    const deactivationDate = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate })
    await remindOf(accountId)
    await remindOf(accountId)
    const node = aNode()
    await until('it is told', () => receiver.received.length === 1)
    await node.stop()
    expect(receiver.received.map(({ type }) => type)).toEqual(['user.ending_soon'])
    expect(dataOf(receiver.received[0]!)).toMatchObject({ userId: learner.id, email: learner.email, deactivationDate })
  })

  test('who is enrolled in a course, and who completes it', async () => {
    const { admin, accountId, learner, receiver, webhookId } = await listening({ events: ['enrolled', 'completed'] })
    const { courseId, module, enrollmentId } = await courseIn(accountId, learner, [aPageModule])
    await learner.call(saveProgress, { ...(await opened(learner, module)), number: 1, seconds: 1, isDone: true })
    const node = aNode()
    await until('both are told', () => receiver.received.length === 2)
    await node.stop()
    expect(receiver.received.map(({ type }) => type)).toEqual(['enrollment.added', 'enrollment.completed'])
    const told = { userId: learner.id, enrollmentId, courseId, courseTitle: 'Safety' }
    expect(dataOf(receiver.received[0]!)).toMatchObject(told)
    expect(dataOf(receiver.received[1]!)).toMatchObject({ ...told, completedAt: expect.any(String) })
    const { items } = await admin.call(listDeliveries, { webhookId })
    expect(items.map(({ event, userId }) => [event, userId])).toEqual([
      ['completed', learner.id],
      ['enrolled', learner.id],
    ])
  })

  test('a large operation that is over; nobody else is written anything for', async () => {
    const { admin, receiver } = await listening({ events: ['operation_finished'] })
    const quiet = await listening({ events: ['deactivated'] })
    importsCarriedOn()
    const [file, other] = ['a', 'b'].map((name) =>
      csv(['E-mail', 'First name', 'Last name'], [`${name}@x.org`, 'A', 'B']),
    )
    const { id } = await ran(admin, (await checked(admin, file!)).id)
    await ran(quiet.admin, (await checked(quiet.admin, other!)).id)
    const node = aNode()
    await until('it is told', () => receiver.received.length === 1)
    await node.stop()
    expect(receiver.received[0]!.type).toBe('operation.finished')
    expect(dataOf(receiver.received[0]!)).toMatchObject({
      operationId: id,
      kind: 'import',
      state: 'finished',
      changed: 1,
    })
    expect((await quiet.admin.call(listDeliveries, { webhookId: quiet.webhookId })).items).toEqual([])
  })
})
