import { Writable } from 'node:stream'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { logOptions } from './log.ts'

test('what people typed, and what they could sign in with, is in no log line', async () => {
  let lines = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines += chunk.toString()
      done()
    },
  })
  const app = Fastify({ logger: { ...(logOptions({ logLevel: 'info' }) as object), stream } })
  app.post('/sign-in', async (request) => {
    request.log.info(
      { headers: request.headers, body: request.body, person: { email: 'lea@acme.test', password: 'geheim' } },
      'as a whole',
    )
    request.log.error({ headers: request.headers, cookies: { session: 'geheim' } })
    request.log.warn(new Error('lea@acme.test again'))
    throw Object.assign(new Error('no room for lea@acme.test'), {
      code: '23505',
      detail: 'Key (email)=(lea@acme.test) exists',
      parameters: ['geheim'],
    })
  })
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/sign-in?token=geheim',
    headers: { cookie: 'session=geheim', authorization: 'Bearer geheim' },
    payload: { email: 'lea@acme.test', password: 'geheim' },
  })
  expect(statusCode).toBe(500)
  expect(lines).toContain('"path":"/sign-in"')
  expect(lines).toContain('"code":"23505"')
  expect(lines).not.toMatch(/geheim|lea@acme/)
})
