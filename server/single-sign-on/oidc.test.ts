import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { editOidcProvider, listIdentityProviders, listProviderSignIns } from '#contract/single-sign-on.ts'
import { buildApp } from '#server/app.ts'
import { anAccount, aPerson, config, database, storage, store } from '#tests/harness/account.ts'
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

const someone = () => ({ sub: randomUUID(), email: `${randomUUID()}@example.org`, email_verified: true })

describe('R40 what comes back', () => {
  test.each<[string, Parameters<typeof Object.assign>[1]]>([
    ['with another nonce', { lie: () => ({ nonce: 'another' }) }],
    ['without a nonce', { lie: () => ({ nonce: undefined }) }],
    ['of another issuer', { lie: () => ({ iss: 'https://other.example.org' }) }],
    ['for another client', { lie: () => ({ aud: 'another' }) }],
    ['for several, not authorized for us', { lie: () => ({ aud: ['rollcall', 'another'], azp: 'another' }) }],
    ['when it has expired', { lie: () => ({ exp: Math.floor(Date.now() / 1000) - 3_600 }) }],
    ['without an expiry', { lie: () => ({ exp: undefined }) }],
    ['signed by another key', { usesOtherKey: true }],
  ])('%s lets nobody in', async (_, lie) => {
    const { learner, providerId, signIn, session, oidc } = await anOidcAccount()
    const sub = await connected(providerId, learner)
    Object.assign(oidc, lie)
    const browser = aBrowser()
    expect(whyIn(await signIn({ sub }, browser))).toBe('provider_failed')
    expect(session(browser)).toBeUndefined()
    expect(await outcomesOf(providerId)).toEqual(['provider_failed'])
  })

  test('is taken once, on whatever node, and with the code of this browser alone (PKCE)', async () => {
    const { learner, providerId, start, oidc, isCallback } = await anOidcAccount()
    oidc.person = { sub: await connected(providerId, learner) }
    const browser = aBrowser()
    const callback = await browser.follow(start, isCallback)
    const stolen = await aBrowser().follow(start, isCallback)
    const mixed = new URL(callback)
    mixed.searchParams.set('code', stolen.searchParams.get('code')!)
    expect(whyIn((await browser.go(mixed)).to!)).toBe('provider_failed')
    const again = await browser.follow(start, isCallback)
    expect((await browser.go(again)).to!.pathname).toBe('/')
    expect(whyIn((await browser.at(portOf(otherNode)).go(again)).to!)).toBe('sign_in_over')
  })

  test('in another browser lets nobody in there, and takes nothing away from the right one', async () => {
    const { learner, providerId, start, oidc, isCallback, session } = await anOidcAccount()
    oidc.person = { sub: await connected(providerId, learner) }
    const [browser, other] = [aBrowser(), aBrowser()]
    const callback = await browser.follow(start, isCallback)
    await other.follow(start, isCallback)
    expect(whyIn((await other.go(callback)).to!)).toBe('sign_in_over')
    expect(whyIn((await aBrowser().go(callback)).to!)).toBe('sign_in_over')
    expect(session(other)).toBeUndefined()
    expect((await browser.go(callback)).to!.pathname).toBe('/')
  })

  test('with a changed or no state, or after ten minutes, lets nobody in', async () => {
    const { start, isCallback } = await anOidcAccount()
    const browser = aBrowser()
    const callback = await browser.follow(start, isCallback)
    for (const state of ['', 'x'.repeat(43)]) {
      const changed = new URL(callback)
      changed.searchParams.set('state', state)
      expect(whyIn((await browser.go(changed)).to!)).toBe('sign_in_over')
    }
    await store.updateTable('signInFlows').set({ begunAt: '2026-01-01' }).execute()
    expect(whyIn((await browser.go(callback)).to!)).toBe('sign_in_over')
  })

  test('A1 at another account is nothing, even with a provider of the same client there', async () => {
    const [one, other] = [await anOidcAccount({ createsPeople: true }), await anOidcAccount({ createsPeople: true })]
    one.oidc.person = someone()
    const browser = aBrowser()
    const callback = await browser.follow(one.start, one.isCallback)
    browser.setCookie(other.host, 'sign-in', browser.cookie(one.host, 'sign-in')!)
    const query = callback.search
    const own = `${other.origin}/sso/oidc/${other.providerId}/callback${query}`
    expect(whyIn((await browser.go(own)).to!)).toBe('sign_in_over')
    const foreign = `${other.origin}/sso/oidc/${one.providerId}/callback${query}`
    expect(whyIn((await browser.go(foreign)).to!)).toBe('not_found')
  })

  test('to a provider that was turned off meanwhile lets nobody in', async () => {
    const { learner, owner, providerId, start, oidc, isCallback } = await anOidcAccount()
    oidc.person = { sub: await connected(providerId, learner) }
    const browser = aBrowser()
    const callback = await browser.follow(start, isCallback)
    await owner.at(node).call(editOidcProvider, { providerId, isOn: false })
    expect(whyIn((await browser.go(callback)).to!)).toBe('not_found')
  })

  test('R40 of a provider that was made another’s lets in nobody who was connected before', async () => {
    const { learner, owner, providerId, signIn } = await anOidcAccount()
    const sub = await connected(providerId, learner)
    await store
      .updateTable('identities')
      .set({ issuer: 'https://before.example.org' })
      .where('subject', '=', sub)
      .execute()
    expect(whyIn(await signIn({ sub }))).toBe('not_connected')
    const { items } = await owner.at(node).call(listIdentityProviders, {})
    expect(items[0]).toMatchObject({ people: 0, lastRefusal: 'not_connected' })
  })

  test('a no of the provider itself is told as one', async () => {
    const { start, isCallback, providerId } = await anOidcAccount()
    const browser = aBrowser()
    const callback = await browser.follow(start, isCallback)
    callback.searchParams.delete('code')
    callback.searchParams.set('error', 'access_denied')
    expect(whyIn((await browser.go(callback)).to!)).toBe('provider_refused')
    expect(await outcomesOf(providerId)).toEqual(['provider_refused'])
  })

  test.each([
    ['//elsewhere.example.org/'],
    ['https://elsewhere.example.org/'],
    ['/\\elsewhere.example.org'],
    ['/.//elsewhere.example.org'],
    ['javascript:alert(1)'],
    ['/sso/oidc/x/start'],
  ])('leads to %s as little as a link would', async (next) => {
    const { learner, providerId, start, oidc, isCallback } = await anOidcAccount()
    oidc.person = { sub: await connected(providerId, learner) }
    const browser = aBrowser()
    const callback = await browser.follow(`${start}?next=${encodeURIComponent(next)}`, isCallback)
    const { to, url } = await browser.go(callback)
    expect([to!.origin, to!.pathname]).toEqual([url.origin, '/'])
  })
})

describe('a provider that does not do its part', () => {
  test('that refuses, answers something else or tells another issuer leads to a page that says so', async () => {
    for (const [status, body] of [
      [500, ''],
      [200, 'no JSON'],
      [200, '{"issuer":"https://other.example.org"}'],
      [302, ''],
    ] as const) {
      const { start, owner, oidc, providerId } = await anOidcAccount({ clientId: randomUUID() })
      oidc.answers = (path, response) => {
        if (!path.startsWith('/.well-known/')) return false
        response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' }).end(body)
        return true
      }
      expect(whyIn((await aBrowser().go(start)).to!)).toBe('provider_failed')
      const { items } = await owner.at(node).call(listProviderSignIns, { providerId })
      expect(items[0]).toMatchObject({ outcome: 'provider_failed', userName: null })
      expect(items[0]!.said).toBeTruthy()
    }
  })

  test('that hangs keeps nobody waiting for long', async () => {
    const { start, oidc } = await anOidcAccount({ clientId: randomUUID() })
    oidc.answers = () => true
    const begun = Date.now()
    expect(whyIn((await aBrowser().go(start)).to!)).toBe('provider_failed')
    expect(Date.now() - begun).toBeLessThan(7_000)
  })

  test('is not known, or another account’s: both are answered alike', async () => {
    const [{ origin }, other] = [await anOidcAccount(), await anOidcAccount()]
    for (const id of [randomUUID(), other.providerId, 'x'])
      expect(whyIn((await aBrowser().go(`${origin}/sso/oidc/${id}/start`)).to!)).toBe('not_found')
  })

  test('more than 500 sign-ins under way from one address are refused', async () => {
    const { accountId, start } = await anOidcAccount()
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    expect(whyIn((await aBrowser().go(start, { headers })).to!)).toBeNull()
    await store
      .updateTable('signInAttempts')
      .set({ attempts: 500 })
      .where('accountId', '=', accountId)
      .where('subject', '=', 'flow 203.0.113.9')
      .execute()
    expect(whyIn((await aBrowser().go(start, { headers })).to!)).toBe('too_many_attempts')
    expect(whyIn((await aBrowser().go(start)).to!)).toBeNull()
  })
})

test('an account without providers has none to start at', async () => {
  const { host, accountId } = await anAccount()
  await aPerson(accountId)
  const { to } = await aBrowser().go(`http://${host}/sso/saml/${randomUUID()}/start`)
  expect(whyIn(to!)).toBe('not_found')
})

test('over https what binds a sign-in to its browser comes along with another site’s form, and is for this host alone', async () => {
  const { host, providerId } = await anOidcAccount()
  const allowed = { identityProvidersMayBePrivate: true, baseUrl: 'https://learn.example.org' }
  const encrypted = await buildApp({ database, config: { ...config, ...allowed }, storage })
  await encrypted.listen({ host: '127.0.0.1', port: 0 })
  const { headers } = await sendRaw(portOf(encrypted), 'GET', `/sso/oidc/${providerId}/start`, { host })
  await encrypted.close()
  expect(String(headers['set-cookie'])).toMatch(
    /^__Host-sign-in=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=None$/,
  )
  const sentTo = new URL(String(headers['location']))
  expect(sentTo.searchParams.get('redirect_uri')).toBe(`https://${host}/sso/oidc/${providerId}/callback`)
  expect(sentTo.searchParams.get('code_challenge_method')).toBe('S256')
})
