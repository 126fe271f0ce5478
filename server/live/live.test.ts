import { IncomingMessage, request, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { signOut } from '#contract/sign-in.ts'
import { aNode, anAccount, app, database, letDatePass, type Person } from '#tests/harness/account.ts'
import { until } from '#tests/harness/until.ts'
import { OpenResponses } from '#server/gate/open-responses.ts'

const noRequest = new IncomingMessage(new Socket())

interface Open {
  readonly text: () => string
  readonly hasEnded: () => boolean
}

/** Opens the stream as a page does. */
function open(person: Person, node = app): Promise<Open & { status: number }> {
  return new Promise((resolve, reject) => {
    const { port } = node.server.address() as AddressInfo
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/v1/live',
        headers: { host: person.host, cookie: `session=${person.token}` },
      },
      (response) => {
        let [text, ended] = ['', false]
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('close', () => (ended = true))
        resolve({ status: response.statusCode!, text: () => text, hasEnded: () => ended })
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}

describe('an open page', () => {
  test('S3 R6 ends within two seconds of a deactivation on another node, and says why', async () => {
    const { admin, learner } = await anAccount()
    const page = await open(learner, await aNode())
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    await until('the stream ended', page.hasEnded, 2_000)
    expect(page.text()).toContain('event: access-ended\ndata: {"code":"account_inactive"}')
  })

  test('S1 ends when the date passes, with nothing running that records it', async () => {
    const { learner } = await anAccount()
    const page = await open(learner)
    await letDatePass(learner)
    await until('the stream ended', page.hasEnded, 2_000)
    expect(page.text()).toContain('"code":"account_inactive"')
    expect(await learner.row()).toMatchObject({ status: 'active' })
  })

  test('ends when its session is signed out, and says that', async () => {
    const { learner } = await anAccount()
    const page = await open(learner)
    await learner.call(signOut, {})
    await until('the stream ended', page.hasEnded, 2_000)
    expect(page.text()).toContain('"code":"not_signed_in"')
  })

  test('A1 is told that somebody of its account was changed, and of no other', async () => {
    const [here, elsewhere] = [await anAccount({ learners: 2 }), await anAccount()]
    const [page, other] = [await open(here.people[0]!), await open(elsewhere.learner)]
    await here.admin.call(deactivateUsers, { users: { ids: [here.people[1]!.id] } })
    await until('the page was told', () => page.text().includes('event: people'), 3_000)
    expect(other.text()).not.toContain('event: people')
    expect(page.hasEnded()).toBe(false)
  })

  test('that is left while it opens is not kept, nor is one that opens while the server stops', async () => {
    const { accountId, learner } = await anAccount()
    const responses = new OpenResponses(database)
    const [left, late] = [new ServerResponse(noRequest), new ServerResponse(noRequest)]
    left.destroy()
    responses.add({ accountId, sessionId: learner.id, response: left })
    expect(left.listenerCount('close')).toBe(0)
    responses.close()
    responses.add({ accountId, sessionId: learner.id, response: late })
    expect(late.destroyed).toBe(true)
  })

  test('is not opened by somebody who is inactive', async () => {
    const { admin, learner } = await anAccount()
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect((await open(learner)).status).toBe(401)
  })
})
