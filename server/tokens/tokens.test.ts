import { describe, expect, test } from 'vitest'
import type { Answer } from '#contract/endpoint.ts'
import { endpoints } from '#contract/endpoints.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers, listUsers, setPassword } from '#contract/people.ts'
import { reportByCourse } from '#contract/reports.ts'
import { getMe } from '#contract/sign-in.ts'
import { addToken, endToken, listTokens, scopeOf, tokenScopes } from '#contract/tokens.ts'
import { anAccount, aPerson, letDatePass, Person, store } from '#tests/harness/account.ts'

/** A program of this person: it has their token and no session. */
const program = ({ id, email, host }: Person, token: string) => {
  const by = new Person({ id, email, host })
  const headers = { authorization: `Bearer ${token}` }
  return {
    send: <E extends Parameters<typeof by.send>[0]>(endpoint: E, input: Parameters<typeof by.send<E>>[1]) =>
      by.send(endpoint, input, headers),
    codeOf: async <E extends Parameters<typeof by.send>[0]>(endpoint: E, input: Parameters<typeof by.send<E>>[1]) =>
      ((await by.send(endpoint, input, headers)).body as { code?: string }).code,
  }
}

const made = async (person: Person, told: Partial<Parameters<typeof person.call<typeof addToken>>[1]> = {}) =>
  person.call(addToken, { name: 'HR', scopes: [...tokenScopes], ...told })

const listed = async (person: Person): Promise<Answer<typeof listTokens>['items']> =>
  (await person.call(listTokens, {})).items

describe('an API token', () => {
  test('acts as its person, and only its hash is kept (R11, R39)', async () => {
    const { admin } = await anAccount()
    const { token } = await made(admin)
    expect(token).toMatch(/^rollcall_[\w-]{43}$/)
    const { status, body } = await program(admin, token).send(getMe, {})
    expect([status, (body as { id: string }).id]).toEqual([200, admin.id])
    const rows = JSON.stringify(await store.selectFrom('apiTokens').selectAll().execute())
    expect(rows).not.toContain(token)
    expect(JSON.stringify(await listed(admin))).not.toContain(token)
    expect(await listed(admin)).toMatchObject([
      { name: 'HR', lastSigns: token.slice(-4), state: 'works', isMine: true },
    ])
  })

  test('does what its scopes name, and no more', async () => {
    const { admin } = await anAccount()
    const reader = program(admin, (await made(admin, { scopes: ['people_read'] })).token)
    expect((await reader.send(listUsers, {})).status).toBe(200)
    const refused = await reader.send(addUsers, {
      people: [{ firstName: 'New', lastName: 'Person', email: 'new@example.org' }],
    })
    expect(refused).toMatchObject({ status: 403, body: { code: 'outside_scope', scope: 'people_write' } })
    expect(await reader.codeOf(reportByCourse, {})).toBe('outside_scope')
  })

  test('never does what its person may not, whatever its scopes are', async () => {
    const { learner } = await anAccount()
    expect(await program(learner, (await made(learner)).token).codeOf(listUsers, {})).toBe('not_allowed')
    expect(await learner.refused(addToken, { name: 'HR', kind: 'account', scopes: ['people_read'] })).toMatchObject({
      code: 'not_allowed',
    })
  })

  test('makes no token, and sets no password to sign in with (R39)', async () => {
    const { admin, learner } = await anAccount()
    const all = program(admin, (await made(admin)).token)
    expect(await all.codeOf(addToken, { name: 'Another', scopes: ['people_read'] })).toBe('not_by_token')
    expect(await all.codeOf(setPassword, { userId: learner.id, password: 'a password that is long' })).toBe(
      'not_by_token',
    )
  })

  test('S2 S5 C5.54 is refused while its person is out, is recorded once, and works again when they are back', async () => {
    const { owner, admin } = await anAccount()
    const script = program(admin, (await made(admin, { kind: 'account' })).token)
    await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
    for (let tried = 0; tried < 3; tried++)
      expect(await script.send(listUsers, {})).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
    const refusals = (await admin.events()).filter(({ change }) => change === 'sign_in_refused')
    expect(refusals).toMatchObject([{ reason: 'API token', fromStatus: 'inactive' }])
    expect(await listed(owner)).toMatchObject([{ state: 'person_inactive' }])
    await owner.call(activateUsers, { users: { ids: [admin.id] } })
    expect((await script.send(listUsers, {})).status).toBe(200)
  })

  test('S1 a date that has passed is enough, with nothing that records it', async () => {
    const { admin } = await anAccount()
    const script = program(admin, (await made(admin)).token)
    await letDatePass(admin)
    expect(await script.codeOf(getMe, {})).toBe('account_inactive')
  })

  test('works as long as it was made for', async () => {
    const { admin } = await anAccount()
    const { id, token } = await made(admin, { days: 30 })
    const { expiresAt } = (await listed(admin))[0]!
    expect(Date.parse(expiresAt!) - Date.now()).toBeCloseTo(30 * 86_400_000, -6)
    await store.updateTable('apiTokens').set({ expiresAt: '2026-01-01' }).where('id', '=', id).execute()
    expect(await program(admin, token).codeOf(getMe, {})).toBe('not_signed_in')
    expect(await listed(admin)).toMatchObject([{ state: 'expired' }])
  })

  test('tells when it was used last', async () => {
    const { admin } = await anAccount()
    const { token } = await made(admin)
    expect(await listed(admin)).toMatchObject([{ lastUsedAt: null }])
    await program(admin, token).send(getMe, {})
    expect(Date.now() - Date.parse((await listed(admin))[0]!.lastUsedAt!)).toBeLessThan(60_000)
  })
})

describe('who sees and ends tokens', () => {
  test('a personal one its person alone; one of the account every administrator', async () => {
    const { accountId, owner, admin, learner } = await anAccount()
    const other = await aPerson(accountId, 'administrator')
    const personal = await made(admin, { name: 'Mine' })
    const shared = await made(admin, { name: 'HR', kind: 'account' })
    expect((await listed(admin)).map(({ name }) => name)).toEqual(['HR', 'Mine'])
    expect(await listed(other)).toMatchObject([{ name: 'HR', isMine: false, userId: admin.id }])
    expect(await listed(learner)).toEqual([])
    for (const { id } of [personal, shared])
      expect(await learner.refused(endToken, { tokenId: id })).toMatchObject({ code: 'not_found' })
    expect(await owner.refused(endToken, { tokenId: personal.id })).toMatchObject({ code: 'not_found' })

    await other.call(endToken, { tokenId: shared.id })
    expect(await program(admin, shared.token).codeOf(getMe, {})).toBe('not_signed_in')
    expect((await program(admin, personal.token).send(getMe, {})).status).toBe(200)
  })

  test('A1 a token opens no other account', async () => {
    const [one, other] = [await anAccount(), await anAccount()]
    const { token } = await made(one.owner)
    expect(await program(other.owner, token).codeOf(getMe, {})).toBe('not_signed_in')
  })
})

test('every call is open to a scope, or closed to tokens on purpose', () => {
  const closed = Object.entries(endpoints)
    .filter(([, endpoint]) => endpoint.access !== 'public' && scopeOf(endpoint) === null)
    .map(([name]) => name)
  expect(closed.sort()).toEqual([
    'addOidcProvider',
    'addPasskey',
    'addProvisioningToken',
    'addSamlProvider',
    'addToken',
    'addWebhook',
    'answerQuiz',
    'beginPasskey',
    'changeMailChoice',
    'changePassword',
    'changeSeats',
    'changeSecondStepRule',
    'commitScorm',
    'confirmAuthenticator',
    'connectIdentity',
    'deleteIdentityProvider',
    'deleteWebhook',
    'disconnectIdentity',
    'editOidcProvider',
    'editSamlProvider',
    'editSingleSignOn',
    'editWebhook',
    'endAuthenticator',
    'endSecondStepOf',
    'endSession',
    'endToken',
    'getMailChoice',
    'getPassword',
    'getSecondStep',
    'getSecondStepRule',
    'keepOpen',
    'linkPerson',
    'listDeliveries',
    'listIdentityProviders',
    'listMyIdentities',
    'listPasskeys',
    'listPeopleToLink',
    'listProviderSignIns',
    'listScimCalls',
    'listSessions',
    'listTokens',
    'listWebhooks',
    'openModule',
    'readSamlMetadata',
    'removePasskey',
    'renamePasskey',
    'renewRecoveryCodes',
    'resendDelivery',
    'saveProgress',
    'setPassword',
    'signOut',
    'signOutEverywhere',
    'startAuthenticator',
    'testIdentityProvider',
    'testWebhook',
    'transferOwnership',
  ])
})

test('asks more often than the limit: is told to wait, and browsers are not', async () => {
  const { admin } = await anAccount()
  const script = program(admin, (await made(admin)).token)
  const { headers } = await script.send(getMe, {})
  expect(headers).toMatchObject({ 'ratelimit-limit': '3000', 'ratelimit-remaining': '2999' })
  let refused: Awaited<ReturnType<typeof script.send>> | undefined
  for (let asked = 0; asked < 3_000 && !refused; asked += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => script.send(getMe, {})))
    refused = answers.find(({ status }) => status === 429)
  }
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
  expect(Number(refused!.headers['retry-after'])).toBeGreaterThan(0)
  expect((await admin.send(getMe, {})).headers).not.toHaveProperty('ratelimit-limit')
})
