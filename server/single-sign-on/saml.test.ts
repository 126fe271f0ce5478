import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { getMe } from '#contract/sign-in.ts'
import { addSamlProvider, editSamlProvider, readSamlMetadata, testIdentityProvider } from '#contract/single-sign-on.ts'
import { anAccount, type Person, store } from '#tests/harness/account.ts'
import type { Browser } from '#tests/harness/browser.ts'
import { aSigner } from '#tests/harness/certificate.ts'
import { SamlServer, wrapped } from '#tests/harness/saml.ts'
import { aBrowser, connected, node, otherNode, outcomesOf, portOf, whyIn } from '#tests/harness/single-sign-on.ts'

const idp = await new SamlServer().start()
afterAll(() => idp.stop())

type Told = Parameters<SamlServer['xml']>[1]

/** An account with a SAML provider, and somebody who is connected with it. */
async function aSamlAccount(told: { createsPeople?: boolean; linksByEmail?: boolean } = {}) {
  const account = await anAccount()
  const { owner, host, learner } = account
  const provider = {
    name: 'Example',
    issuer: idp.issuer,
    entryPoint: idp.entryPoint,
    certificates: [idp.signer.certificate],
  }
  const { id: providerId } = await owner.call(addSamlProvider, { ...provider, ...told })
  const subject = await connected(providerId, learner)
  const start = `http://${host}/sso/saml/${providerId}/start`
  const ask = async (browser: Browser) => idp.read((await browser.go(start)).to!)
  const post = async (browser: Browser, asked: { acs: string; relayState: string }, xml: string) => {
    const form = { SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: asked.relayState }
    const headers = { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'cross-site' }
    return (await browser.go(asked.acs, { form, headers })).to!
  }
  return {
    ...account,
    providerId,
    subject,
    ask,
    post,
    session: (browser: Browser) => browser.cookie(host, 'session'),
    async signIn(said: Told = {}, browser = aBrowser()): Promise<URL> {
      const asked = await ask(browser)
      return post(browser, asked, idp.xml(asked, { subject, ...said }))
    },
  }
}

const inTheFuture = (minutes: number) => new Date(Date.now() + minutes * 60_000)

describe('signing in by SAML', () => {
  test('R40 lets in the person who is connected with issuer and subject', async () => {
    const { signIn, session, learner, providerId } = await aSamlAccount()
    const browser = aBrowser()
    expect((await signIn({}, browser)).pathname).toBe('/')
    expect(await learner.with(session(browser)!).call(getMe, {})).toMatchObject({ id: learner.id })
    expect(await outcomesOf(providerId)).toEqual(['signed_in'])
  })

  test('R36 adds a learner where the provider is set so, by the attributes that providers send', async () => {
    const { signIn, accountId } = await aSamlAccount({ createsPeople: true })
    const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/'
    const [first, second] = [`${randomUUID()}@example.org`, `${randomUUID()}@example.org`]
    await signIn({
      subject: randomUUID(),
      attributes: { [`${claims}emailaddress`]: first, [`${claims}givenname`]: 'Eni', [`${claims}surname`]: 'Entra' },
    })
    await signIn({ subject: second, format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' })
    const profiles = await store
      .selectFrom('profiles')
      .innerJoin('users', 'users.id', 'profiles.userId')
      .select(['email', 'firstName', 'lastName', 'role', 'status'])
      .where('profiles.accountId', '=', accountId)
      .where('email', 'in', [first, second])
      .execute()
    expect(profiles).toHaveLength(2)
    expect(profiles.find(({ email }) => email === first)).toEqual({
      email: first,
      firstName: 'Eni',
      lastName: 'Entra',
      role: 'learner',
      status: 'active',
    })
  })

  test('R40 connects by e-mail where an administrator switched that on, and not otherwise', async () => {
    const [off, on] = [await aSamlAccount(), await aSamlAccount({ linksByEmail: true })]
    const said = ({ email }: Person) => ({ subject: randomUUID(), attributes: { email } })
    expect(whyIn(await off.signIn(said(off.admin)))).toBe('not_connected')
    expect((await on.signIn(said(on.admin))).pathname).toBe('/')
    expect(whyIn(await on.signIn(said(on.owner)))).toBe('not_connected')
  })

  test('R8 R9 who is deactivated before, or between the way there and back, does not get in', async () => {
    const { admin, learner, subject, ask, post, signIn, session } = await aSamlAccount()
    const browser = aBrowser()
    const asked = await ask(browser)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(whyIn(await post(browser, asked, idp.xml(asked, { subject })))).toBe('account_inactive')
    expect(whyIn(await signIn({}, browser))).toBe('account_inactive')
    expect(session(browser)).toBeUndefined()
    const changes = (await learner.events()).map(({ change }) => change)
    expect(changes).toEqual(['deactivated', 'sign_in_refused', 'sign_in_refused'])
  })

  test('R5 S5 their session from before stays dead when they are back', async () => {
    const { admin, learner, signIn, session } = await aSamlAccount()
    const browser = aBrowser()
    await signIn({}, browser)
    const old = learner.with(session(browser)!)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await old.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect((await signIn({}, browser)).pathname).toBe('/')
  })
})

describe('R40 an answer', () => {
  const stranger = aSigner()

  test.each<[string, Told]>([
    ['that nobody signed', { signs: [] }],
    ['whose assertion alone is signed', { signs: ['assertion'] }],
    ['that is signed, but not its assertion', { signs: ['response'] }],
    ['signed by somebody else', { by: stranger }],
    ['signed by SHA-1', { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }],
    ['of another issuer', { issuer: 'urn:example:other' }],
    ['for another audience', { audience: 'https://other.example.org' }],
    ['for no audience', { audience: null }],
    ['for another recipient', { recipient: 'https://other.example.org/acs' }],
    ['for another destination', { destination: 'https://other.example.org/acs' }],
    ['to another request', { inResponseTo: `_${randomUUID()}` }],
    ['whose subject is confirmed for another request', { confirmedFor: `_${randomUUID()}` }],
    ['that is over', { from: inTheFuture(-20), until: inTheFuture(-10) }],
    ['that is not yet', { from: inTheFuture(10), until: inTheFuture(20) }],
    ['that was made long ago', { from: inTheFuture(-60), until: inTheFuture(60) }],
    ['whose subject is another each time', { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }],
  ])('%s lets nobody in', async (_, said) => {
    const { signIn, session, providerId } = await aSamlAccount()
    const browser = aBrowser()
    expect(whyIn(await signIn(said, browser))).toBe('provider_failed')
    expect(session(browser)).toBeUndefined()
    expect(await outcomesOf(providerId)).toEqual(['provider_failed'])
  })

  test.each(
    Object.keys(
      wrapped(idp.xml({ id: '_1', acs: 'x', audience: 'x', relayState: '' }, { subject: 'mallory' }), 'mallory', 'lea'),
    ),
  )('%s lets nobody in as somebody else', async (variant) => {
    const { ask, post, subject, session, providerId, admin } = await aSamlAccount()
    const mallory = await connected(providerId, admin)
    const browser = aBrowser()
    const asked = await ask(browser)
    const forged = wrapped(idp.xml(asked, { subject: mallory }), mallory, subject)[variant]!
    expect(forged).toContain(subject)
    expect(whyIn(await post(browser, asked, forged))).toBe('provider_failed')
    expect(session(browser)).toBeUndefined()
  })

  test('whose subject is cut short by a comment names who was signed for, and nobody else', async () => {
    const { ask, post, subject } = await aSamlAccount()
    const browser = aBrowser()
    const asked = await ask(browser)
    const xml = idp.xml(asked, { subject: `${subject}.evil` }).replace(`${subject}.evil`, `${subject}<!---->.evil`)
    expect(whyIn(await post(browser, asked, xml))).toBe('not_connected')
  })

  test.each<[string, (xml: string) => string]>([
    ['in other quotes', (xml) => xml.replaceAll(/"([^"]*#rsa-sha1)"/g, "'$1'")],
    ['in other signs', (xml) => xml.replaceAll('#rsa-sha1', '#rsa-sha&#49;')],
  ])('signed by SHA-1, named %s, lets nobody in', async (_, change) => {
    const { ask, post, subject } = await aSamlAccount()
    const browser = aBrowser()
    const asked = await ask(browser)
    const xml = idp.xml(asked, { subject, algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })
    expect(whyIn(await post(browser, asked, change(xml)))).toBe('provider_failed')
  })

  test('that declares entities, or is no XML, is refused', async () => {
    const { ask, post, subject } = await aSamlAccount()
    const browser = aBrowser()
    for (const change of [
      (xml: string) => `<!DOCTYPE x [<!ENTITY who "lea">]>${xml}`,
      () => '<samlp:Response',
      () => '',
      (xml: string) => xml.slice(0, -20),
    ]) {
      const asked = await ask(browser)
      expect(whyIn(await post(browser, asked, change(idp.xml(asked, { subject }))))).toBe('provider_failed')
    }
  })

  test('is taken once, on whatever node, and in its own browser', async () => {
    const { ask, post, subject, session } = await aSamlAccount()
    const [browser, other] = [aBrowser(), aBrowser()]
    const asked = await ask(browser)
    const xml = idp.xml(asked, { subject })
    expect(whyIn(await post(other, asked, xml))).toBe('sign_in_over')
    expect((await post(browser, asked, xml)).pathname).toBe('/')
    expect(whyIn(await post(browser, asked, xml))).toBe('sign_in_over')
    expect(whyIn(await post(browser.at(portOf(otherNode)), asked, xml))).toBe('sign_in_over')
    // Nor as the answer to a request of somebody else's.
    const theirs = await ask(other)
    expect(whyIn(await post(other, theirs, xml))).toBe('provider_failed')
    expect(session(other)).toBeUndefined()
  })

  test('of which two nodes are told at once lets one in', async () => {
    const { ask, post, subject, learner } = await aSamlAccount()
    const browser = aBrowser()
    const asked = await ask(browser)
    const xml = idp.xml(asked, { subject })
    const ends = await Promise.all(
      [node, otherNode, node, otherNode].map((one) => post(browser.at(portOf(one)), asked, xml)),
    )
    expect(ends.map((end) => whyIn(end) ?? 'in').toSorted()).toEqual(['in', ...Array(3).fill('sign_in_over')])
    expect(await store.selectFrom('signIns').selectAll().where('userId', '=', learner.id).execute()).toHaveLength(1)
  })

  test('A1 to one account is none to another', async () => {
    const [one, other] = [await aSamlAccount(), await aSamlAccount()]
    const browser = aBrowser()
    const asked = await one.ask(browser)
    const xml = idp.xml(asked, { subject: other.subject })
    browser.setCookie(other.host, 'sign-in', browser.cookie(one.host, 'sign-in')!)
    const acs = asked.acs.replace(one.host, other.host).replace(one.providerId, other.providerId)
    expect(whyIn(await other.post(browser, { ...asked, acs }, xml))).toBe('sign_in_over')
  })
})

describe('the settings of a SAML provider', () => {
  test('come from its metadata; ours say where answers go, and that assertions are to be signed', async () => {
    const { owner, providerId, host } = await aSamlAccount()
    expect(await owner.call(readSamlMetadata, { metadata: idp.metadata })).toEqual({
      issuer: idp.issuer,
      entryPoint: idp.entryPoint,
      certificates: [idp.signer.certificate],
    })
    for (const metadata of ['<html></html>', '<a', 'no address', idp.metadata.replace('<md:Single', '<md:Other')])
      expect(await owner.refused(readSamlMetadata, { metadata })).toMatchObject({ code: 'not_metadata' })
    expect(await owner.refused(readSamlMetadata, { metadata: 'http://127.0.0.1/' })).toMatchObject({
      code: 'private_address',
    })
    const { body } = await aBrowser().go(`http://${host}/sso/saml/${providerId}/metadata`)
    expect(body).toContain(`Location="http://${host}/sso/saml/${providerId}/acs"`)
    expect(body).toContain('WantAssertionsSigned="true"')
    expect(await owner.at(node).call(testIdentityProvider, { providerId })).toEqual({ works: true, said: null })
  })

  test('R36 with another certificate by an administrator let the owner in no more, until they connect anew', async () => {
    const { admin, owner, providerId, signIn, subject } = await aSamlAccount()
    const ofOwner = await connected(providerId, owner)
    const mine = aSigner()
    await admin.call(editSamlProvider, { providerId, certificates: [idp.signer.certificate, mine.certificate] })
    expect(whyIn(await signIn({ subject: ofOwner, by: mine }))).toBe('not_connected')
    expect((await signIn({ subject, by: mine })).pathname).toBe('/')
    expect((await signIn({ subject })).pathname).toBe('/')
  })
})
