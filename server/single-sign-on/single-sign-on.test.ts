import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { transferOwnership } from '#contract/accounts.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { addUsers } from '#contract/people.ts'
import { askForReset, checkLink, getMe, getWelcome, signIn, signOut, useLink } from '#contract/sign-in.ts'
import {
  addOidcProvider,
  addSamlProvider,
  connectIdentity,
  deleteIdentityProvider,
  disconnectIdentity,
  editOidcProvider,
  editSingleSignOn,
  listIdentityProviders,
  listMyIdentities,
  listProviderSignIns,
  testIdentityProvider,
} from '#contract/single-sign-on.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { workFor } from '#server/gate/work.ts'
import { compose } from '#server/mail/compose.ts'
import { mintLink } from '#server/mail/mint-link.ts'
import { anAccount, app, config, database, type Person, store } from '#tests/harness/account.ts'
import type { OidcServer } from '#tests/harness/oidc.ts'
import { sendRaw } from '#tests/harness/send.ts'
import {
  aBrowser,
  anOidcAccount,
  connected,
  node,
  otherNode,
  outcomesOf,
  portOf,
  whyIn,
} from '#tests/harness/single-sign-on.ts'
import { until } from '#tests/harness/until.ts'

const password = 'a password that is right'
const passwordHash = await hashPassword(password)
const givePasswords = (accountId: string) =>
  store.updateTable('credentials').set({ passwordHash }).where('accountId', '=', accountId).execute()

/** Somebody of a fresh account who is signed in by its provider. */
async function signedIn(told: Record<string, unknown> = {}) {
  const account = await anOidcAccount()
  const sub = await connected(account.providerId, account.learner)
  const browser = aBrowser()
  await account.signIn({ sub, ...told }, browser)
  const person = account.learner.with(account.session(browser)!).at(node)
  const logOut = async (token: string, to = node) =>
    (
      await sendRaw(
        portOf(to),
        'POST',
        `/sso/oidc/${account.providerId}/back-channel-logout`,
        {
          host: account.host,
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'cross-site',
          origin: account.oidc.issuer,
        },
        new URLSearchParams({ logout_token: token }).toString(),
      )
    ).status
  return { ...account, sub, person, logOut, token: logoutTokens(account.oidc) }
}

const logoutTokens =
  (oidc: OidcServer) =>
  (told: Record<string, unknown>, key?: Parameters<OidcServer['logoutToken']>[2]): Promise<string> =>
    oidc.logoutToken('rollcall', told, key)

describe('R42 the provider says that somebody signed out', () => {
  test('their session ends at once, and an open page within two seconds', async () => {
    const { sub, person, logOut, token } = await signedIn({ sid: 'session-1' })
    let page = ''
    let hasEnded = false
    const stream = request(
      {
        host: '127.0.0.1',
        port: portOf(otherNode),
        path: '/api/v1/live',
        headers: { host: person.host, cookie: `session=${person.token}` },
      },
      (response) => {
        response.on('data', (part: Buffer) => (page += part.toString()))
        response.on('close', () => (hasEnded = true))
      },
    )
    stream.end()
    await until('the page is open', () => page.includes('retry'))
    expect(await logOut(await token({ sub, sid: 'session-1' }))).toBe(200)
    expect(await person.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    await until('the page ended', () => hasEnded, 2_000)
    expect(page).toContain('"code":"not_signed_in"')
  })

  test('by the session alone, or the person alone; another session of theirs there goes on, and so does one by password', async () => {
    const { sub, person, learner, signIn: again, session, logOut, token } = await signedIn({ sid: 'one' })
    const browser = aBrowser()
    await again({ sub, sid: 'two' }, browser)
    const other = learner.with(session(browser)!).at(node)
    expect(await logOut(await token({ sid: 'one' }))).toBe(200)
    expect(await person.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    await other.call(getMe, {})
    expect(await logOut(await token({ sub }))).toBe(200)
    expect(await other.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    await learner.call(getMe, {})
  })

  test('nothing of another person, of another provider or of another account ends', async () => {
    const [one, other] = [await signedIn({ sid: 'same' }), await signedIn({ sid: 'same' })]
    expect(await one.logOut(await one.token({ sub: randomUUID(), sid: 'unknown' }))).toBe(200)
    await one.person.call(getMe, {})
    expect(await one.logOut(await one.token({ sid: 'same' }))).toBe(200)
    await other.person.call(getMe, {})
  })

  test('a token counts once, on whatever node', async () => {
    const { sub, logOut, token } = await signedIn()
    const told = await token({ sub })
    expect(await logOut(told)).toBe(200)
    expect(await logOut(told, otherNode)).toBe(400)
  })

  test('what is no logout token of this provider for us, just now, ends nothing', async () => {
    const { sub, person, oidc, logOut, token } = await signedIn()
    const now = Math.floor(Date.now() / 1000)
    const wrong = [
      token({ sub, iss: 'https://other.example.org' }),
      token({ sub, aud: 'another' }),
      token({ sub, iat: now - 3_600 }),
      token({ sub, iat: now + 3_600 }),
      token({ sub, exp: now - 3_600 }),
      token({ sub, events: {} }),
      token({ sub, events: undefined }),
      token({ sub, nonce: 'x' }),
      token({ sub, jti: undefined }),
      token({}),
      token({ sub }, { key: oidc.otherKey() }),
      Promise.resolve(
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
      ),
      Promise.resolve(''),
    ]
    expect(await Promise.all(wrong.map(async (one) => logOut(await one)))).toEqual(wrong.map(() => 400))
    await person.call(getMe, {})
  })

  test('a sign-out by somebody else’s page is refused: only what another site has to send is let in', async () => {
    const { person } = await signedIn()
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example.org' }
    expect((await person.send(signOut, {}, headers)).body).toMatchObject({ code: 'other_site' })
    const { status } = await sendRaw(
      portOf(node),
      'POST',
      `/sso/saml/${randomUUID()}/acs`,
      {
        host: person.host,
        'content-type': 'application/json',
      },
      '{}',
    )
    expect(status).toBe(415)
  })
})

describe('connecting an identity under My account', () => {
  async function connecting() {
    const account = await anOidcAccount()
    const browser = aBrowser()
    const learner = account.learner.at(node)
    const begin = async (person = learner) => {
      const { headers, body } = await person.send(connectIdentity, { providerId: account.providerId })
      const [, flow] = /sign-in=([^;]+)/.exec(String(headers['set-cookie']))!
      browser.setCookie(account.host, 'sign-in', flow!)
      return browser.follow((body as { url: string }).url, account.isCallback)
    }
    return { ...account, browser, learner, begin }
  }

  test('makes it theirs, whatever its address, and they sign in by it from then on', async () => {
    const { learner, begin, browser, oidc, signIn: enter, session, providerId } = await connecting()
    const claims = { sub: randomUUID(), email: 'other@example.org', email_verified: false }
    oidc.person = claims
    expect((await browser.go(await begin())).to!.pathname).toBe('/me')
    const { items, others } = await learner.call(listMyIdentities, {})
    expect(items).toMatchObject([{ providerName: 'Example', email: 'other@example.org' }])
    expect(others).toEqual([])
    await enter(claims, browser)
    expect(await learner.with(session(browser)!).call(getMe, {})).toMatchObject({ id: learner.id })
    expect(await outcomesOf(providerId)).toEqual(['connected', 'signed_in'])

    const byIt = learner.with(session(browser)!).at(node)
    await learner.call(disconnectIdentity, { identityId: items[0]!.id })
    expect(await byIt.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect(whyIn(await enter(claims, browser))).toBe('not_connected')
  })

  test('R40 is refused for an identity that is somebody else’s, and for a second one', async () => {
    const { begin, browser, oidc, owner, learner, providerId } = await connecting()
    oidc.person = { sub: await connected(providerId, owner) }
    expect(whyIn((await browser.go(await begin())).to!)).toBe('identity_taken')
    await connected(providerId, learner)
    oidc.person = { sub: randomUUID() }
    expect(whyIn((await browser.go(await begin())).to!)).toBe('identity_taken')
  })

  test('R9 is over when the session or the access has ended meanwhile', async () => {
    const { begin, browser, oidc, learner, admin } = await connecting()
    oidc.person = { sub: randomUUID() }
    const first = await begin()
    await learner.call(signOut, {})
    expect(whyIn((await browser.go(first)).to!)).toBe('sign_in_over')

    const second = await connecting()
    const callback = await second.begin()
    await second.admin.call(deactivateUsers, { users: { ids: [second.learner.id] } })
    expect(whyIn((await second.browser.go(callback)).to!)).toBe('sign_in_over')
    await second.admin.call(activateUsers, { users: { ids: [second.learner.id] } })
    expect(admin).toBeDefined()
    const { items } = await second.owner.at(node).call(listIdentityProviders, {})
    expect(items[0]!.people).toBe(0)
  })

  test('comes to nothing in a browser in which it did not begin', async () => {
    const { begin, oidc, learner } = await connecting()
    oidc.person = { sub: randomUUID() }
    const callback = await begin()
    expect(whyIn((await aBrowser().go(callback)).to!)).toBe('sign_in_over')
    expect((await learner.call(listMyIdentities, {})).items).toEqual([])
  })
})

describe('by single sign-on alone', () => {
  async function only() {
    const account = await anOidcAccount()
    await givePasswords(account.accountId)
    const admin = account.admin.at(node)
    await admin.call(editSingleSignOn, { onlySingleSignOn: true })
    const by = (person: Person, typed = password) =>
      person
        .with('')
        .send(signIn, { email: person.email, password: typed })
        .then(({ body }) => body)
    return { ...account, admin, by }
  }

  test('passwords let nobody in but the owner; a wrong one is answered alike for all', async () => {
    const { owner, admin, learner, by } = await only()
    expect(await by(learner)).toMatchObject({ code: 'only_by_single_sign_on' })
    expect(await by(admin)).toMatchObject({ code: 'only_by_single_sign_on' })
    expect(await by(owner)).toMatchObject({ id: owner.id })
    for (const person of [owner, admin, learner])
      expect(await by(person, 'a wrong password')).toMatchObject({ code: 'wrong_password' })
    expect(await learner.with('').call(getWelcome, {})).toMatchObject({
      onlySingleSignOn: true,
      providers: [{ kind: 'oidc', name: 'Example' }],
    })
  })

  test('sessions that a password opened end, but for the owner’s and the one at which it was said', async () => {
    const { owner, admin, learner } = await only()
    expect(await learner.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    await owner.call(getMe, {})
    await admin.call(getMe, {})
  })

  test('mailed links set no password, and mails lead to the sign-in page instead; the owner’s go on', async () => {
    const { accountId, owner, learner } = await only()
    const within = <T>(task: Parameters<typeof workFor<T>>[3]) => workFor(database, accountId, 'clock', task)
    for (const purpose of ['invitation', 'password_reset'] as const) {
      const { token } = await within((work) => mintLink(work, learner.id, purpose))
      const refusal = { code: 'only_by_single_sign_on' }
      expect(await learner.refused(checkLink, { token, purpose })).toMatchObject(refusal)
      expect(await learner.refused(useLink, { token, purpose, newPassword: password })).toMatchObject(refusal)
    }
    const mail = (userId: string) => ({ id: randomUUID(), userId, kind: 'password_reset' as const, about: {} })
    const composed = (person: Person) =>
      within((work) => compose(work, mail(person.id), config, { keepsSecrets: true }))
    expect((await composed(learner)).text).toMatch(/\/sign-in\n/)
    expect((await composed(learner)).text).not.toContain('token=')
    expect((await composed(owner)).text).toContain('/reset?token=')
    expect(await learner.call(askForReset, { email: learner.email })).toEqual({ done: true })
  })

  test('one provider stays on, and who owns the account now comes in by password', async () => {
    const { admin, owner, learner, providerId, by } = await only()
    const refusal = { code: 'needs_provider' }
    expect(await admin.refused(editOidcProvider, { providerId, isOn: false })).toMatchObject(refusal)
    expect(await admin.refused(deleteIdentityProvider, { providerId })).toMatchObject(refusal)
    await owner.call(transferOwnership, { userId: learner.id, currentPassword: password })
    expect(await by(learner)).toMatchObject({ id: learner.id })
    expect(await by(owner)).toMatchObject({ code: 'only_by_single_sign_on' })
    await admin.call(editSingleSignOn, { onlySingleSignOn: false })
    await admin.call(deleteIdentityProvider, { providerId })
    expect(await by(owner)).toMatchObject({ id: owner.id })
  })

  test('is not to be had without a provider', async () => {
    const { owner } = await anAccount()
    expect(await owner.refused(editSingleSignOn, { onlySingleSignOn: true })).toMatchObject({ code: 'needs_provider' })
  })
})

describe('the providers of an account', () => {
  test('the secret is in no answer', async () => {
    const { owner, admin, providerId, oidc } = await anOidcAccount()
    const answers = [
      await admin.call(listIdentityProviders, {}),
      await admin.at(node).call(editOidcProvider, { providerId, name: 'Renamed' }),
      await admin.at(node).call(testIdentityProvider, { providerId }),
      await owner.call(listProviderSignIns, { providerId }),
      await owner.with('').call(getWelcome, {}),
    ]
    expect(JSON.stringify(answers)).not.toContain(oidc.secret)
    expect(answers[0]).toMatchObject({ items: [{ hasSecret: true, name: 'Example' }] })
    expect(answers[2]).toEqual({ works: true, said: null })
  })

  test('a test says what is wrong', async () => {
    const { admin, providerId, oidc } = await anOidcAccount()
    oidc.answers = (_, response) => {
      response.writeHead(404).end()
      return true
    }
    const answer = await admin.at(node).call(testIdentityProvider, { providerId })
    expect(answer).toMatchObject({ works: false })
    expect(answer.said).toBeTruthy()
  })

  test('R41 none lies in a private network or goes without https, unless the operator allows it', async () => {
    const { owner } = await anAccount()
    const told = { name: 'Inside', clientId: 'rollcall', clientSecret: null }
    for (const issuer of ['http://127.0.0.1:8080', 'https://10.0.0.1', 'https://sso.internal', 'https://[::1]/'])
      expect(await owner.refused(addOidcProvider, { ...told, issuer })).toMatchObject({ code: 'private_address' })
    expect(await owner.refused(addOidcProvider, { ...told, issuer: 'http://login.example.org' })).toMatchObject({
      code: 'invalid_input',
    })
    // A name that leads inside is found out when it is asked.
    const { accountId, providerId, oidc, host } = await anOidcAccount({ clientId: randomUUID() })
    const { port } = new URL(oidc.issuer)
    await sql`update identity_providers set issuer = ${`http://127.0.0.1:${port}`} where account_id = ${accountId}`.execute(
      store,
    )
    const { headers } = await sendRaw(portOf(app), 'GET', `/sso/oidc/${providerId}/start`, { host })
    expect(headers['location']).toBe('/no-access?why=provider_failed')
  })

  test('deleting one ends the sessions that it opened', async () => {
    const { person, owner, providerId } = await signedIn()
    await owner.at(node).call(deleteIdentityProvider, { providerId })
    expect(await person.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
  })

  test('two do not have one name; what is no certificate is refused at its place', async () => {
    const { owner, oidc } = await anOidcAccount()
    const told = { name: 'Example', issuer: oidc.issuer, clientId: 'x', clientSecret: null }
    expect(await owner.at(node).refused(addOidcProvider, told)).toMatchObject({ code: 'name_taken' })
    const saml = { name: 'SAML', issuer: 'x', entryPoint: 'https://login.example.org/saml', certificates: ['none'] }
    expect(await owner.refused(addSamlProvider, saml)).toMatchObject({
      code: 'invalid_input',
      where: [{ at: 'certificates.0' }],
    })
  })

  test('J3 a person whom an administrator added is connected by their verified address, and keeps what they had', async () => {
    const { admin, providerId, signIn: enter, session, learner } = await anOidcAccount({ linksByEmail: true })
    const email = `${randomUUID()}@example.org`
    const person = { firstName: 'Ada', lastName: 'Added', email, role: 'author' as const }
    const { people } = await admin.call(addUsers, { people: [person] })
    const browser = aBrowser()
    await enter({ sub: randomUUID(), email, email_verified: true, given_name: 'Other' }, browser)
    expect(await learner.with(session(browser)!).call(getMe, {})).toMatchObject({
      id: people[0]!.userId,
      firstName: 'Ada',
      role: 'author',
    })
    expect(await outcomesOf(providerId)).toEqual(['linked'])
  })
})
