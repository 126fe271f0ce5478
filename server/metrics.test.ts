import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { getMe } from '#contract/sign-in.ts'
import { buildApp } from '#server/app.ts'
import { anAccount, app, config, database, storage, store } from '#tests/harness/account.ts'
import { sendRaw } from '#tests/harness/send.ts'

const metricsToken = randomUUID()

async function watched() {
  const node = await buildApp({ database, config: { ...config, metricsToken }, storage })
  await node.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => node.close())
  const { port } = node.server.address() as AddressInfo
  const ask = (authorization?: string) => sendRaw(port, 'GET', '/metrics', authorization ? { authorization } : {})
  return { node, ask }
}

test('metrics tell how requests were answered and what waits, and name no account', async () => {
  const { node, ask } = await watched()
  const { accountId, host, learner } = await anAccount()
  await store.insertInto('mails').values({ accountId, userId: learner.id, kind: 'welcome_back' }).execute()
  await learner.at(node).call(getMe, {})
  const { status, headers, body } = await ask(`Bearer ${metricsToken}`)
  expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/plain; version=0.0.4')])
  expect(body).toMatch(/rollcall_http_request_seconds_count\{method="GET",route="\/api\/v1\/me",status="200"\} 1/)
  expect(body).toMatch(/^rollcall_mails_queued [1-9]/m)
  expect(body).toMatch(/^rollcall_operations_running 0$/m)
  expect(body).toMatch(/^rollcall_database_clock_ahead_seconds -?[0-9.e-]+$/m)
  expect(body).toMatch(/^process_resident_memory_bytes \d/m)
  for (const secret of [accountId, host, learner.id, learner.email]) expect(body).not.toContain(secret)
})

test.each([
  undefined,
  'Bearer',
  'Bearer ',
  `Basic ${metricsToken}`,
  `Bearer ${metricsToken.slice(0, -1)}`,
  metricsToken,
])('metrics are refused to %j', async (authorization) => {
  const { ask } = await watched()
  expect(await ask(authorization)).toMatchObject({ status: 401, body: { code: 'not_signed_in' } })
})

test('without a token in the configuration there are none', async () => {
  const { port } = app.server.address() as AddressInfo
  const { body } = await sendRaw(port, 'GET', '/metrics', { authorization: 'Bearer undefined' })
  expect(JSON.stringify(body)).not.toContain('rollcall_http_request_seconds')
})
