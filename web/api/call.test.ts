import { afterEach, expect, test, vi } from 'vitest'
import { deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { listUsers } from '#contract/people.ts'
import { signIn } from '#contract/sign-in.ts'
import { accessEnd } from './access.ts'
import { call } from './call.ts'
import { fieldErrors, Refused } from './refused.ts'

const id = '0199b3c2-7d1e-7a4b-9c55-2f6f3f0d8a11'

function answerWith(status: number, body: unknown) {
  const fetched = vi.fn<typeof fetch>(async () => Response.json(body, { status }))
  vi.stubGlobal('fetch', fetched)
  return () => {
    const [address, init] = fetched.mock.calls[0]!
    return { address, method: init?.method, body: init?.body, headers: Object.fromEntries(new Headers(init?.headers)) }
  }
}

afterEach(() => vi.unstubAllGlobals())

test('a GET sends its query, with a name repeated for each of several values and nothing for what is left out', async () => {
  const sent = answerWith(200, {})
  await call(listUsers, { status: ['active', 'leaving'], search: 'ö&b', cursor: undefined })
  expect(sent()).toMatchObject({
    method: 'GET',
    address: '/api/v1/users?status=active&status=leaving&search=%C3%B6%26b',
    body: null,
  })
})

test('what the path names travels in the path, and not in the body again', async () => {
  const sent = answerWith(200, {})
  await call(undoOperation, { operationId: id, mode: 'fill' }, { idempotencyKey: 'k1' })
  expect(sent()).toMatchObject({
    address: `/api/v1/operations/${id}/undo`,
    body: '{"mode":"fill"}',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
  })
})

test('a problem arrives as Refused, with its sentence, its details and its fields', async () => {
  answerWith(422, {
    code: 'date_in_past',
    title: 'Said by the server.',
    status: 422,
    today: '2026-12-12',
    where: [{ at: 'deactivationDate', message: 'Too early.' }],
  })
  const refused = await call(deactivateUsers, { users: { ids: [id] } }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Refused)
  expect(refused).toMatchObject({
    code: 'date_in_past',
    title: 'Said by the server.',
    details: { today: '2026-12-12' },
  })
  expect(fieldErrors(refused)).toEqual({ deactivationDate: 'Too early.' })
})

test('without an answer, or with one from somebody in between, the code is "unavailable"', async () => {
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => Promise.reject(new TypeError('no route'))),
  )
  await expect(call(listUsers, {})).rejects.toMatchObject({ code: 'unavailable' })
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response('<h1>Bad gateway</h1>', { status: 502 })),
  )
  await expect(call(listUsers, {})).rejects.toMatchObject({ code: 'unavailable', status: 502 })
})

test('S3 a refusal because the access is over is told to the shell, but a wrong sign-in is not', async () => {
  answerWith(401, { code: 'account_inactive' })
  await expect(call(signIn, { email: 'a@b.test', password: 'x' })).rejects.toMatchObject({ code: 'account_inactive' })
  expect(accessEnd()).toBeNull()
  await expect(call(listUsers, {})).rejects.toMatchObject({ code: 'account_inactive' })
  expect(accessEnd()).toMatchObject({ code: 'account_inactive' })
})
