import type { AddressInfo } from 'node:net'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, exportUsers, listUsers } from '#contract/people.ts'
import { anAccount, app, type Person } from '#tests/harness/account.ts'
import { sendRaw } from '#tests/harness/send.ts'

const { port } = app.server.address() as AddressInfo
const raw = (
  person: Person,
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
) =>
  sendRaw(
    port,
    method,
    path,
    { host: person.host, cookie: `session=${person.token}`, 'content-type': 'application/json', ...headers },
    body,
  )
const someone = { firstName: 'Nina', lastName: 'New', email: 'nina@example.org' }

describe('bad input', () => {
  test.each([
    ['broken JSON', '{"people":', 400, 'broken_body'],
    ['no body', '', 400, 'broken_body'],
    ['an array for the body', '[]', 422, 'invalid_input'],
    ['a string for the body', '"people"', 422, 'invalid_input'],
    ['an array for a string', JSON.stringify({ people: [{ ...someone, firstName: ['Nina'] }] }), 422, 'invalid_input'],
    ['a NUL in a name', JSON.stringify({ people: [{ ...someone, firstName: 'Ni\0na' }] }), 422, 'invalid_input'],
    [
      'half a character',
      '{"people":[{"firstName":"\\ud800","lastName":"New","email":"nina@example.org"}]}',
      422,
      'invalid_input',
    ],
    [
      'a line break in an address',
      JSON.stringify({ people: [{ ...someone, email: 'nina@example.org\r\nBcc: x@example.org' }] }),
      422,
      'invalid_input',
    ],
    [
      'a look-alike address',
      JSON.stringify({ people: [{ ...someone, email: 'nına@example.org' }] }),
      422,
      'invalid_input',
    ],
    [
      'a date that the calendar has not',
      JSON.stringify({ people: [{ ...someone, hireDate: '2026-02-30' }] }),
      422,
      'invalid_input',
    ],
    ['a field that is not there', JSON.stringify({ people: [{ ...someone, accountId: 'x' }] }), 422, 'invalid_input'],
    [
      'a prototype',
      '{"people":[{"firstName":"Nina","lastName":"New","email":"nina@example.org","__proto__":{"role":"owner"}}]}',
      400,
      'broken_body',
    ],
    ['the role of the owner', JSON.stringify({ people: [{ ...someone, role: 'owner' }] }), 422, 'invalid_input'],
  ])('%s is refused, says where, and nothing is done', async (_, body, status, code) => {
    const { admin, seatsUsed } = await anAccount()
    const reply = await raw(admin, 'POST', addUsers.path, body)
    expect(reply).toMatchObject({
      status,
      headers: { 'content-type': expect.stringMatching(/^application\/problem\+json/) },
    })
    expect(reply.body).toMatchObject({ status, code, title: expect.any(String) })
    expect(await seatsUsed()).toBe(3)
  })

  test('every field that is wrong is named, not the first alone', async () => {
    const { admin } = await anAccount()
    const refused = await admin.refused(addUsers, {
      people: [{ firstName: '', lastName: 'x'.repeat(101), email: 'no' }],
    })
    expect((refused['where'] as { at: string }[]).map(({ at }) => at)).toEqual([
      'people.0.firstName',
      'people.0.lastName',
      'people.0.email',
    ])
  })

  test('other content types, huge bodies and other methods are refused', async () => {
    const { admin } = await anAccount()
    const typed = await raw(admin, 'POST', addUsers.path, 'people=1', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(typed).toMatchObject({ status: 415, body: { code: 'wrong_content_type' } })
    expect(await raw(admin, 'POST', addUsers.path, 'people', { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    })
    expect(await raw(admin, 'POST', addUsers.path, JSON.stringify({ people: 'x'.repeat(1_100_000) }))).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    })
    expect((await raw(admin, 'PUT', addUsers.path, '{}')).status).toBeGreaterThanOrEqual(401)
  })

  test('a query with bad values is refused by field', async () => {
    const { admin } = await anAccount()
    for (const query of ['limit=0', 'limit=many', 'status=asleep', 'departmentId=1', 'sort=password', 'unknown=1']) {
      expect(await raw(admin, 'GET', `${listUsers.path}?${query}`)).toMatchObject({
        status: 422,
        body: { code: 'invalid_input' },
      })
    }
    expect(await raw(admin, 'GET', `${listUsers.path}?cursor=made-up`)).toMatchObject({
      status: 422,
      body: { code: 'wrong_cursor' },
    })
  })

  test('an id that is none, and one that nobody has', async () => {
    const { admin } = await anAccount()
    expect(await raw(admin, 'GET', '/api/v1/users/1')).toMatchObject({
      status: 422,
      body: { code: 'invalid_input', where: [{ at: 'userId' }] },
    })
    expect(await raw(admin, 'GET', `/api/v1/users/${crypto.randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  })
})

describe('addresses where nothing is', () => {
  const unknown = [
    ['GET', '/api/v1/nothing'],
    ['PUT', addUsers.path],
    ['PATCH', '/api/v1/me'],
    ['POST', '/nothing'],
  ] as const

  test.each(unknown)('%s %s is told to be missing to those who are in alone', async (method, path) => {
    const { admin, learner } = await anAccount()
    const body = method === 'GET' ? undefined : '{}'
    expect(await raw(admin, method, path, body)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await raw(admin, method, path, body, { cookie: '' })).toMatchObject({
      status: 401,
      body: { code: 'not_signed_in' },
    })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(await raw(learner, method, path, body)).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
  })

  test.each(['/%zz', '/api/v1/%zz', '/api/v1/users/%E0%A4%A'])(
    '%s is no address, and told like any problem',
    async (path) => {
      const { admin } = await anAccount()
      expect(await raw(admin, 'GET', path)).toMatchObject({
        status: 404,
        headers: {
          'content-type': expect.stringMatching(/^application\/problem\+json/),
          'content-security-policy': expect.stringContaining("default-src 'none'"),
          'x-content-type-options': 'nosniff',
        },
        body: { code: 'not_found' },
      })
    },
  )
})

test('whoever sends a request by the byte is not waited for', () => {
  expect(app.server.requestTimeout).toBeGreaterThan(0)
})

describe('other sites', () => {
  test('a change that another site asked for is refused', async () => {
    const { admin, seatsUsed } = await anAccount()
    const body = JSON.stringify({ people: [someone] })
    expect(await raw(admin, 'POST', addUsers.path, body, { 'sec-fetch-site': 'cross-site' })).toMatchObject({
      status: 403,
      body: { code: 'other_site' },
    })
    expect(await raw(admin, 'POST', addUsers.path, body, { origin: 'https://evil.test' })).toMatchObject({
      status: 403,
      body: { code: 'other_site' },
    })
    expect(await raw(admin, 'POST', addUsers.path, body, { origin: 'null' })).toMatchObject({ status: 403 })
    expect(await seatsUsed()).toBe(3)
    expect(
      await raw(admin, 'POST', addUsers.path, body, {
        origin: `http://${admin.host}`,
        'sec-fetch-site': 'same-origin',
      }),
    ).toMatchObject({ status: 200 })
  })

  test('every answer tells browsers what to refuse', async () => {
    const { admin } = await anAccount()
    for (const path of ['/', '/people', '/api/v1/me', '/api/v1/nothing', '/health']) {
      const { headers } = await raw(admin, 'GET', path)
      expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/)
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      })
    }
  })
})

describe('compression', () => {
  const sent = (person: Person, method: 'GET' | 'POST', path: string, payload?: object) =>
    app.inject({
      method,
      url: path,
      headers: { host: person.host, cookie: `session=${person.token}`, 'accept-encoding': 'br' },
      ...(payload && { payload }),
    })

  test('what is asked goes out compressed to whoever takes it, with the headers of every answer', async () => {
    const { admin } = await anAccount({ learners: 10 })
    const plain = await raw(admin, 'GET', listUsers.path)
    const { headers, rawPayload } = await sent(admin, 'GET', listUsers.path)
    expect(headers).toMatchObject({
      'content-encoding': 'br',
      vary: 'accept-encoding',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(rawPayload.length).toBeLessThan(plain.bytes.length / 2)
    expect(brotliDecompressSync(rawPayload)).toEqual(plain.bytes)
    expect(plain.headers['content-encoding']).toBeUndefined()
  })

  test('what a change answers does not, since it may hold a new token; nor does a file', async () => {
    const { admin } = await anAccount({ learners: 10 })
    const people = Array.from({ length: 20 }, (_, place) => ({ ...someone, email: `nina${place}@example.org` }))
    const changed = await sent(admin, 'POST', addUsers.path, { people })
    const file = await sent(admin, 'GET', exportUsers.path)
    for (const { statusCode, headers, rawPayload } of [changed, file]) {
      expect(statusCode).toBe(200)
      expect(rawPayload.length).toBeGreaterThan(1024)
      expect(headers['content-encoding']).toBeUndefined()
    }
  })
})

test('a page’s nonce is new each time, and none of its addresses needs a session', async () => {
  const { admin } = await anAccount()
  const nonces = await Promise.all(
    ['/', '/people', '/seats'].map(
      async (path) =>
        /nonce-([\w-]+)/.exec(String((await raw(admin, 'GET', path)).headers['content-security-policy']))![1],
    ),
  )
  expect(new Set(nonces).size).toBe(3)
})

test('/health says that it runs, /ready that it can serve', async () => {
  const { admin } = await anAccount()
  expect(await raw(admin, 'GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect(await raw(admin, 'GET', '/ready')).toMatchObject({ status: 200, body: { status: 'ok' } })
})
