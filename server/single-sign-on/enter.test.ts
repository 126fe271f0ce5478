import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { getMe } from '#contract/sign-in.ts'
import { editOidcProvider } from '#contract/single-sign-on.ts'
import { letDatePass, type Person, somebodyWaits, store } from '#tests/harness/account.ts'
import { aBrowser, anOidcAccount, connected, node, outcomesOf, whyIn } from '#tests/harness/single-sign-on.ts'

const someone = () => ({ sub: randomUUID(), email: `${randomUUID()}@example.org`, email_verified: true })
const profileOf = (email: string) =>
  store
    .selectFrom('profiles')
    .innerJoin('users', 'users.id', 'profiles.userId')
    .selectAll()
    .where('email', '=', email)
    .executeTakeFirst()
const signInsOf = ({ id }: Person) => store.selectFrom('signIns').selectAll().where('userId', '=', id).execute()

describe('signing in by OpenID Connect', () => {
  test('R40 lets in the person who is connected with issuer and subject, to where they wanted to go', async () => {
    const { learner, providerId, signIn, session } = await anOidcAccount()
    const sub = await connected(providerId, learner)
    const browser = aBrowser()
    expect((await signIn({ sub, email: 'somebody.else@example.org' }, browser)).pathname).toBe('/home')
    expect(await learner.with(session(browser)!).call(getMe, {})).toMatchObject({ id: learner.id })
    expect(await signInsOf(learner)).toHaveLength(1)
    expect(await outcomesOf(providerId)).toEqual(['signed_in'])
  })

  test('R36 the first sign-in adds a learner where the provider is set so, and the next finds them', async () => {
    const { accountId, providerId, signIn, session, learner } = await anOidcAccount({ createsPeople: true })
    const claims = { ...someone(), given_name: 'Nia', family_name: 'New', role: 'owner', roles: ['administrator'] }
    const browser = aBrowser()
    expect((await signIn(claims, browser)).pathname).toBe('/home')
    expect(await profileOf(claims.email)).toMatchObject({
      accountId,
      firstName: 'Nia',
      lastName: 'New',
      role: 'learner',
      status: 'active',
      statusCause: 'provisioning',
    })
    const first = await learner.with(session(browser)!).call(getMe, {})
    await signIn({ ...claims, email: 'another@example.org' }, browser)
    expect(await learner.with(session(browser)!).call(getMe, {})).toEqual(first)
    expect(await outcomesOf(providerId)).toEqual(['created', 'signed_in'])
  })

  test.each([
    [{ name: 'Nia van New' }, 'Nia van', 'New'],
    [{ name: 'Nia' }, 'Nia', 'example.org'],
    [{ name: 'N. New', given_name: 'Nia', family_name: 'van New' }, 'Nia', 'van New'],
  ])('they are called what the provider calls them: %j', async (told, firstName, lastName) => {
    const { signIn } = await anOidcAccount({ createsPeople: true })
    const claims = { ...someone(), ...told }
    await signIn(claims)
    expect(await profileOf(claims.email)).toMatchObject({ firstName, lastName })
  })

  test('without that, nobody is added', async () => {
    const { signIn, session } = await anOidcAccount()
    const [claims, browser] = [someone(), aBrowser()]
    expect(whyIn(await signIn(claims, browser))).toBe('not_connected')
    expect(session(browser)).toBeUndefined()
    expect(await profileOf(claims.email)).toBeUndefined()
  })

  test('T3 R15 in a full account they are added inactive and wait, without a session, and come in when there is a seat', async () => {
    const { signIn, session, providerId, owner, accountId } = await anOidcAccount(
      { createsPeople: true },
      { seatLimit: 3 },
    )
    const [claims, browser] = [someone(), aBrowser()]
    expect(whyIn(await signIn(claims, browser))).toBe('waits_for_seat')
    expect(await profileOf(claims.email)).toMatchObject({ status: 'inactive', statusCause: 'seat_limit' })
    expect(whyIn(await signIn(claims, browser))).toBe('waits_for_seat')
    expect(session(browser)).toBeUndefined()
    await store.updateTable('accounts').set({ seatLimit: 4 }).where('id', '=', accountId).execute()
    const { id } = (await profileOf(claims.email))!
    await owner.call(activateUsers, { users: { ids: [id] } })
    expect((await signIn(claims, browser)).pathname).toBe('/home')
    expect(await outcomesOf(providerId)).toEqual(['waits_for_seat', 'waits_for_seat', 'signed_in'])
  })

  test('R13 T2 of ten first sign-ins at once for the last seat one is in, and the same one twice is one person', async () => {
    const { start, oidc, seatsUsed, isCallback } = await anOidcAccount({ createsPeople: true }, { seatLimit: 4 })
    const [twice, ...others] = Array.from({ length: 9 }, someone)
    const arrivals = []
    for (const claims of [twice!, twice!, ...others]) {
      const browser = aBrowser()
      const callback = await browser.follow(start, isCallback)
      oidc.people.set(callback.searchParams.get('code')!, claims)
      arrivals.push({ browser, callback })
    }
    const ends = await Promise.all(arrivals.map(async ({ browser, callback }) => (await browser.go(callback)).to!))
    expect(await seatsUsed()).toBe(4)
    expect(ends.filter((url) => whyIn(url) === null).length).toBeLessThanOrEqual(2)
    expect(await profileOf(twice!.email)).toBeDefined()
  })
})

describe('somebody who is inactive', () => {
  test('R8 gets no session and keeps their profile; the history has the refusal, and no sign-in', async () => {
    const { admin, learner, providerId, signIn, session } = await anOidcAccount({
      createsPeople: true,
      linksByEmail: true,
    })
    const sub = await connected(providerId, learner)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const before = await profileOf(learner.email)
    const browser = aBrowser()
    const claims = { sub, email: 'new@example.org', email_verified: true, given_name: 'Other' }
    expect(whyIn(await signIn(claims, browser))).toBe('account_inactive')
    expect(session(browser)).toBeUndefined()
    expect(await profileOf(learner.email)).toEqual(before)
    expect(await signInsOf(learner)).toEqual([])
    const last = (await learner.events()).at(-1)
    expect(last).toMatchObject({ change: 'sign_in_refused', reason: 'Single sign-on' })
    expect(await learner.row()).toMatchObject({ status: 'inactive' })
  })

  test('R8 S1 whose date has passed is refused, with nothing running that records it', async () => {
    const { learner, providerId, signIn } = await anOidcAccount()
    const sub = await connected(providerId, learner)
    await letDatePass(learner)
    expect(whyIn(await signIn({ sub }))).toBe('account_inactive')
  })

  test('R8 is not connected by a verified e-mail either', async () => {
    const { admin, learner, signIn } = await anOidcAccount({ linksByEmail: true, createsPeople: true })
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(whyIn(await signIn({ ...someone(), email: learner.email }))).toBe('account_inactive')
    expect(await store.selectFrom('identities').select('id').where('userId', '=', learner.id).execute()).toEqual([])
  })

  test('R9 who is deactivated between the way there and the way back does not get in', async () => {
    const { admin, learner, providerId, start, oidc, isCallback, session } = await anOidcAccount()
    oidc.person = { sub: await connected(providerId, learner) }
    const browser = aBrowser()
    const callback = await browser.follow(start, isCallback)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(whyIn((await browser.go(callback)).to!)).toBe('account_inactive')
    expect(session(browser)).toBeUndefined()
  })

  test('R9 S3 a deactivation that is under way when they come back is waited for', async () => {
    const { learner, providerId, start, oidc, isCallback, session } = await anOidcAccount()
    oidc.person = { sub: await connected(providerId, learner) }
    const browser = aBrowser()
    const callback = await browser.follow(start, isCallback)
    const arrived = await store.transaction().execute(async (db) => {
      await sql`select pg_advisory_xact_lock(user_lock(${learner.id}))`.execute(db)
      await db.updateTable('users').set({ status: 'inactive' }).where('id', '=', learner.id).execute()
      const arriving = browser.go(callback)
      await somebodyWaits()
      return { arriving }
    })
    expect(whyIn((await arrived.arriving).to!)).toBe('account_inactive')
    expect(session(browser)).toBeUndefined()
  })

  test('R5 S5 their session from before stays dead when they are back; a new sign-in lets them in', async () => {
    const { admin, learner, providerId, signIn, session } = await anOidcAccount()
    const sub = await connected(providerId, learner)
    const browser = aBrowser()
    await signIn({ sub }, browser)
    const old = learner.with(session(browser)!)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(await old.refused(getMe, {})).toMatchObject({ code: 'account_inactive' })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect(await old.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect((await signIn({ sub }, browser)).pathname).toBe('/home')
    expect(await learner.with(session(browser)!).call(getMe, {})).toMatchObject({ id: learner.id })
  })

  test('H1 cannot fill the history at will', async () => {
    const { admin, learner, providerId, signIn } = await anOidcAccount()
    const sub = await connected(providerId, learner)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const ends = []
    for (let n = 0; n < 12; n++) ends.push(whyIn(await signIn({ sub })))
    expect(ends.at(-1)).toBe('too_many_attempts')
    expect((await learner.events()).filter(({ change }) => change === 'sign_in_refused')).toHaveLength(10)
  })
})

describe('R40 an e-mail address', () => {
  const both = { createsPeople: true, linksByEmail: true }

  test.each([
    ['that is not verified', { email_verified: false }],
    ['of which nothing is said', {}],
    ['verified in words alone', { email_verified: 'true' }],
  ])('%s connects and adds nobody', async (_, said) => {
    const { learner, signIn } = await anOidcAccount(both)
    expect(whyIn(await signIn({ sub: randomUUID(), email: learner.email, ...said }))).toBe('not_connected')
    const email = `${randomUUID()}@example.org`
    expect(whyIn(await signIn({ sub: randomUUID(), email, ...said }))).toBe('not_connected')
    expect(await profileOf(email)).toBeUndefined()
  })

  test('that is verified connects only where an administrator switched that on', async () => {
    const { admin, learner, providerId, signIn, session } = await anOidcAccount()
    const [claims, browser] = [{ ...someone(), email: learner.email.toUpperCase() }, aBrowser()]
    expect(whyIn(await signIn(claims, browser))).toBe('not_connected')
    await admin.at(node).call(editOidcProvider, { providerId, linksByEmail: true })
    expect((await signIn(claims, browser)).pathname).toBe('/home')
    expect(await learner.with(session(browser)!).call(getMe, {})).toMatchObject({ id: learner.id })
    expect(await outcomesOf(providerId)).toEqual(['not_connected', 'linked'])
  })

  test('that was given to somebody else there does not make them the person who had it', async () => {
    const { learner, providerId, signIn } = await anOidcAccount(both)
    await connected(providerId, learner)
    expect(whyIn(await signIn({ ...someone(), email: learner.email }))).toBe('not_connected')
  })

  test('R36 never makes anybody the owner', async () => {
    const { owner, signIn } = await anOidcAccount(both)
    expect(whyIn(await signIn({ ...someone(), email: owner.email }))).toBe('not_connected')
  })

  test('of another domain than the provider is set to connects and adds nobody', async () => {
    const { signIn } = await anOidcAccount({ ...both, domain: 'acme.test' })
    expect(whyIn(await signIn({ ...someone(), email: `${randomUUID()}@not-acme.test` }))).toBe('not_connected')
    expect((await signIn({ ...someone(), email: `${randomUUID()}@acme.test` })).pathname).toBe('/home')
  })

  test('of which nothing is said counts where an administrator says that the organisation gives them out; a no stays one', async () => {
    const { signIn } = await anOidcAccount({ ...both, trustsEmail: true })
    const person = () => ({ sub: randomUUID(), email: `${randomUUID()}@example.org` })
    expect(whyIn(await signIn({ ...person(), email_verified: false }))).toBe('not_connected')
    expect((await signIn(person())).pathname).toBe('/home')
  })
})
