import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import {
  addPasskey,
  beginPasskey,
  beginPasskeySignIn,
  listPasskeys,
  removePasskey,
  renamePasskey,
  signInWithPasskey,
} from '#contract/passkeys.ts'
import { getUser } from '#contract/people.ts'
import {
  beginSetUpAtSignIn,
  changeSecondStepRule,
  endSecondStepOf,
  finishSetUpAtSignIn,
  finishSignIn,
} from '#contract/second-step.ts'
import { getMe, type NextStep, type PendingStep, signIn, signOut, useLink } from '#contract/sign-in.ts'
import { hashOf } from '#server/gate/credential.ts'
import { holdOff, workFor } from '#server/gate/work.ts'
import { mintLink } from '#server/mail/mint-link.ts'
import {
  anAccount,
  aPool,
  aSession,
  database,
  letDatePass,
  type Person,
  somebodyWaits,
  store,
} from '#tests/harness/account.ts'
import { Authenticator } from '#tests/harness/authenticator.ts'
import { password, visitor, withPassword } from '#tests/harness/password.ts'
import type { Reply } from '#tests/harness/send.ts'

/** Somebody with a passkey, and a browser in which nobody is. */
async function withPasskey() {
  const account = await withPassword()
  const { learner } = account
  return { ...account, nobody: visitor(learner), phone: await Authenticator.of(learner, password) }
}

const tokenIn = ({ headers }: Reply) => /session=([^;]+)/.exec(String(headers['set-cookie']))?.[1]
const byPassword = (person: Person) => visitor(person).send(signIn, { email: person.email, password })

/** @returns the passkey as its person sees it */
const onlyOne = async (person: Person) => (await person.call(listPasskeys, {})).items[0]!

describe('a passkey', () => {
  test('is added after the password, named, seen, and signs in without typing anything', async () => {
    const { learner } = await withPassword()
    const nobody = visitor(learner)
    expect(await learner.refused(beginPasskey, { currentPassword: 'not it' })).toMatchObject({
      code: 'wrong_current_password',
    })
    const options = await learner.call(beginPasskey, { currentPassword: password })
    expect(options).toMatchObject({
      rp: { id: learner.host, name: 'Acme' },
      user: { name: learner.email },
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    const phone = new Authenticator(`http://${learner.host}`)
    const added = await learner.call(addPasskey, { name: ' Phone ', credential: phone.make(options) })
    expect(added).toMatchObject({ name: 'Phone', host: learner.host, lastUsedAt: null })

    // Many count no signatures: theirs are all the 0th.
    const reply = await phone.enter(nobody, { counter: 0 })
    expect(reply).toMatchObject({ status: 200, body: { id: learner.id } })
    expect(await nobody.with(tokenIn(reply)!).call(getMe, {})).toMatchObject({ id: learner.id })
    expect((await phone.enter(nobody)).status).toBe(200)

    expect(await learner.call(renamePasskey, { passkeyId: added.id, name: 'Old phone' })).toMatchObject({
      name: 'Old phone',
    })
    expect(await learner.call(listPasskeys, {})).toMatchObject({
      items: [{ id: added.id, name: 'Old phone', lastUsedAt: expect.any(String) }],
      areOn: true,
    })
    // No device makes a second one for them.
    expect(await learner.call(beginPasskey, { currentPassword: password })).toMatchObject({
      excludeCredentials: [{ type: 'public-key', id: phone.id }],
    })
    const signIns = await store.selectFrom('signIns').selectAll().where('userId', '=', learner.id).execute()
    expect(signIns).toHaveLength(2)
  })

  test.each([
    ['of another origin', { origin: 'https://elsewhere.test' }],
    ['of the same host at another port', (host: string) => ({ origin: `http://${host}:8443` })],
    ['over another protocol', (host: string) => ({ origin: `https://${host}` })],
    ['for another host', { rpId: 'elsewhere.test' }],
    ['for the domain above', { rpId: 'test' }],
    ['without a finger, a face or a PIN', { isVerified: false }],
    ['whose signatures are counted back', { counter: 1 }],
    ['of somebody else', { userHandle: 'AAECAwQFBgcICQoLDA0ODw' }],
    ['that was made, not shown', { type: 'webauthn.create' }],
  ])('R11 %s lets nobody in', async (_, told) => {
    const { nobody, phone, learner } = await withPasskey()
    expect((await phone.enter(nobody)).status).toBe(200)
    const otherwise = typeof told === 'function' ? told(learner.host) : told
    const reply = await phone.enter(nobody, otherwise)
    expect(reply).toMatchObject({ status: 401, body: { code: 'passkey_refused' } })
    expect(tokenIn(reply)).toBeUndefined()
    expect((await phone.enter(nobody)).status).toBe(200)
  })

  test('that was signed by another key, or is known to nobody, lets nobody in', async () => {
    const { nobody, phone } = await withPasskey()
    const [other, options] = [new Authenticator(`http://${nobody.host}`), await nobody.call(beginPasskeySignIn, {})]
    const { signature } = other.show(options).response
    const mine = phone.show(options)
    const forged = { ...mine, response: { ...mine.response, signature } }
    expect(await nobody.refused(signInWithPasskey, { credential: forged })).toMatchObject({ code: 'passkey_refused' })
    expect((await other.enter(nobody)).body).toMatchObject({ code: 'passkey_refused' })
    const nothing = { id: phone.id, response: { ...mine.response, clientDataJSON: 'AAAA' } }
    expect(await nobody.refused(signInWithPasskey, { credential: nothing })).toMatchObject({ code: 'step_over' })
  })

  test('works behind a proxy that speaks https, at the address that the browser sees', async () => {
    const { learner } = await withPassword()
    const proxied = { 'x-forwarded-proto': 'https' }
    const phone = new Authenticator(`https://${learner.host}`)
    const credential = phone.make(await learner.call(beginPasskey, { currentPassword: password }, proxied))
    expect((await learner.send(addPasskey, { name: 'Phone', credential })).body).toMatchObject({
      code: 'passkey_refused',
    })
    const again = phone.make(await learner.call(beginPasskey, { currentPassword: password }, proxied))
    await learner.call(addPasskey, { name: 'Phone', credential: again }, proxied)
    expect((await phone.enter(visitor(learner), {}, proxied)).status).toBe(200)
    expect((await phone.enter(visitor(learner))).body).toMatchObject({ code: 'passkey_refused' })
  })

  test('is added as it should be, once, and no more than twenty', async () => {
    const { accountId, learner, people } = await withPassword()
    const begun = () => learner.call(beginPasskey, { currentPassword: password })
    const phone = new Authenticator(`http://${learner.host}`)
    const adding = async (otherwise: Parameters<Authenticator['make']>[1]) =>
      learner.refused(addPasskey, { name: 'Phone', credential: phone.make(await begun(), otherwise) })
    for (const otherwise of [{ origin: 'https://elsewhere.test' }, { rpId: 'test' }, { isVerified: false }])
      expect(await adding(otherwise)).toMatchObject({ code: 'passkey_refused' })
    await learner.call(addPasskey, { name: 'Phone', credential: phone.make(await begun()) })
    expect(await adding({})).toMatchObject({ code: 'passkey_known' })
    const theirs = phone.make(await people[1]!.call(beginPasskey, { currentPassword: password }))
    expect(await people[1]!.refused(addPasskey, { name: 'Phone', credential: theirs })).toMatchObject({
      code: 'passkey_known',
    })
    await sql`
      insert into passkeys (account_id, user_id, credential_id, public_key, counter, host, name)
      select ${accountId}, ${learner.id}, 'AAAA' || n, '', 0, ${learner.host}, 'Key' from generate_series(2, 19) as n
    `.execute(store)
    const last = await begun()
    await Authenticator.of(learner, password)
    expect(await learner.refused(beginPasskey, { currentPassword: password })).toMatchObject({
      code: 'too_many_passkeys',
    })
    const late = new Authenticator(`http://${learner.host}`).make(last)
    expect(await learner.refused(addPasskey, { name: 'Phone', credential: late })).toMatchObject({
      code: 'too_many_passkeys',
    })
  })

  test('R10 is tried ten times in a quarter of an hour', async () => {
    const { nobody, phone } = await withPasskey()
    for (let attempt = 0; attempt < 10; attempt++)
      expect((await phone.enter(nobody, { isVerified: false })).body).toMatchObject({ code: 'passkey_refused' })
    expect(await phone.enter(nobody)).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } })
  })
})

describe('R11 what is to be signed', () => {
  test('counts once, also for eight at once', async () => {
    const { nobody, phone } = await withPasskey()
    const credential = phone.show(await nobody.call(beginPasskeySignIn, {}))
    const replies = await Promise.all(Array.from({ length: 8 }, () => nobody.send(signInWithPasskey, { credential })))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await nobody.refused(signInWithPasskey, { credential })).toMatchObject({ code: 'step_over' })
  })

  test('is used up by what is refused, over after five minutes, and of its own purpose, session and account', async () => {
    const { accountId, learner, nobody, phone } = await withPasskey()
    const show = (options: Parameters<Authenticator['show']>[0], otherwise = {}) =>
      nobody.send(signInWithPasskey, { credential: phone.show(options, otherwise) })
    const begun = () => nobody.call(beginPasskeySignIn, {})
    const used = await begun()
    expect((await show(used, { isVerified: false })).body).toMatchObject({ code: 'passkey_refused' })
    expect((await show(used)).body).toMatchObject({ code: 'step_over' })

    await sql`update users set let_in_since = let_in_since - interval '1 hour' where id = ${learner.id}`.execute(store)
    const [late, inTime] = [await begun(), await begun()]
    const made = ({ challenge }: typeof late, minutesAgo: number) =>
      sql`
        update passkey_challenges set begun_at = begun_at - make_interval(mins => ${minutesAgo})
        where challenge_hash = ${hashOf(challenge)}
      `.execute(store)
    await made(late, 5)
    await made(inTime, 4)
    expect((await show(late)).body).toMatchObject({ code: 'step_over' })
    expect((await show(inTime)).status).toBe(200)

    const adding = await learner.call(beginPasskey, { currentPassword: password })
    expect((await show({ ...late, challenge: adding.challenge })).body).toMatchObject({ code: 'step_over' })
    const other = new Authenticator(`http://${learner.host}`)
    const elsewhere = learner.with(await aSession(accountId, learner.id))
    const named = (options: typeof adding) => ({ name: 'Phone', credential: other.make(options) })
    expect(await elsewhere.refused(addPasskey, named(adding))).toMatchObject({ code: 'step_over' })
    expect(await learner.refused(addPasskey, named({ ...adding, challenge: (await begun()).challenge }))).toMatchObject(
      {
        code: 'step_over',
      },
    )
    expect((await show({ ...late, challenge: 'x'.repeat(43) })).body).toMatchObject({ code: 'step_over' })
    expect((await show(await visitor((await anAccount()).learner).call(beginPasskeySignIn, {}))).body).toMatchObject({
      code: 'step_over',
    })
    expect((await show(await begun())).status).toBe(200)
    await learner.call(addPasskey, named(adding))
  })
})

describe('who may come in by it', () => {
  test('S2 R9 S5 nobody who is out, before or between; it is recorded, and works when they are back', async () => {
    const { admin, learner, nobody, phone } = await withPasskey()
    const users = { ids: [learner.id] }
    const before = phone.show(await nobody.call(beginPasskeySignIn, {}))
    const between = await nobody.call(beginPasskeySignIn, {})
    await admin.call(deactivateUsers, { users })
    const refused = await nobody.send(signInWithPasskey, { credential: before })
    expect(refused).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
    expect(tokenIn(refused)).toBeUndefined()
    expect((await learner.events()).at(-1)).toMatchObject({ change: 'sign_in_refused' })
    expect((await phone.enter(nobody)).body).toMatchObject({ code: 'account_inactive' })
    // Only after the right signature.
    expect((await phone.enter(nobody, { isVerified: false })).body).toMatchObject({ code: 'passkey_refused' })

    await admin.call(activateUsers, { users })
    const late = await nobody.send(signInWithPasskey, { credential: phone.show(between) })
    expect(late.body).toMatchObject({ code: 'step_over' })
    expect((await phone.enter(nobody)).status).toBe(200)
    await letDatePass(learner)
    expect((await phone.enter(nobody)).body).toMatchObject({ code: 'account_inactive' })
  })

  test('R9 S3 a deactivation that is under way is waited for', async () => {
    const { accountId, learner, nobody, phone } = await withPasskey()
    let reply: Promise<Reply>
    await workFor(aPool(), accountId, 'clock', async (work) => {
      await holdOff(work, [learner.id])
      reply = phone.enter(nobody)
      await somebodyWaits()
      await sql`update users set status = 'inactive', status_cause = 'administrator' where id = ${learner.id}`.execute(
        work.db,
      )
    })
    expect((await reply!).body).toMatchObject({ code: 'account_inactive' })
  })

  test('A1 nobody with a passkey of another account', async () => {
    const [{ nobody }, there] = [await withPasskey(), await withPasskey()]
    const here = { origin: `http://${nobody.host}`, rpId: nobody.host }
    expect((await there.phone.enter(nobody, here)).body).toMatchObject({ code: 'passkey_refused' })
    expect((await there.phone.enter(there.nobody)).status).toBe(200)
  })

  test('nobody with one that was removed; the sessions that it opened end with it, but for the one where that is done', async () => {
    const { accountId, learner, nobody, phone, people } = await withPasskey()
    const enter = async () => nobody.with(tokenIn(await phone.enter(nobody))!)
    const [lost, mine] = [await enter(), await enter()]
    const other = learner.with(await aSession(accountId, learner.id))
    const passkeyId = (await onlyOne(learner)).id
    expect(await mine.refused(removePasskey, { passkeyId, currentPassword: 'not it' })).toMatchObject({
      code: 'wrong_current_password',
    })
    const theirs = { passkeyId, currentPassword: password }
    expect(await people[1]!.refused(removePasskey, theirs)).toMatchObject({ code: 'not_found' })
    expect(await people[1]!.refused(renamePasskey, { passkeyId, name: 'Mine' })).toMatchObject({ code: 'not_found' })
    await mine.call(removePasskey, theirs)
    expect(await lost.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect(await mine.call(getMe, {})).toMatchObject({ id: learner.id })
    expect(await other.call(getMe, {})).toMatchObject({ id: learner.id })
    expect((await phone.enter(nobody)).body).toMatchObject({ code: 'passkey_refused' })
  })

  test('nobody whose password is off, except for the owner', async () => {
    const { accountId, learner, owner, nobody, phone } = await withPasskey()
    const ownersKey = await Authenticator.of(owner, password)
    await store.updateTable('accounts').set({ onlySingleSignOn: true }).where('id', '=', accountId).execute()
    expect((await phone.enter(nobody)).body).toMatchObject({ code: 'only_by_single_sign_on' })
    expect(await learner.refused(beginPasskey, { currentPassword: password })).toMatchObject({
      code: 'only_by_single_sign_on',
    })
    expect(await learner.call(listPasskeys, {})).toMatchObject({ items: [{ name: 'Phone' }], areOn: false })
    expect((await ownersKey.enter(visitor(owner))).status).toBe(200)
  })
})

describe('where a role needs a second step', () => {
  test('a passkey is one; who has the password alone gets in nowhere, and sets nothing up', async () => {
    const { accountId, admin, learner, nobody, phone } = await withPasskey()
    expect(tokenIn(await byPassword(learner))).toBeDefined()
    await admin.call(changeSecondStepRule, { roles: ['learner'] })
    const reply = await byPassword(learner)
    expect(reply).toMatchObject({ status: 200, body: { nextStep: 'passkey' } })
    expect(reply.body).not.toHaveProperty('step')
    expect(tokenIn(reply)).toBeUndefined()
    const { token } = await workFor(database, accountId, 'clock', (work) =>
      mintLink(work, learner.id, 'password_reset'),
    )
    const byLink = { token, purpose: 'password_reset' as const, newPassword: password }
    expect(await nobody.call(useLink, byLink)).toEqual({ nextStep: 'passkey' })
    expect((await phone.enter(nobody)).body).toMatchObject({ id: learner.id })
  })

  test('what was begun by password before there was a passkey sets nothing up any more', async () => {
    const { admin, learner } = await withPassword()
    await admin.call(changeSecondStepRule, { roles: ['learner'] })
    const thief = visitor(learner)
    const { step, nextStep } = (await byPassword(learner)).body as PendingStep
    expect(nextStep).toBe('set_up')
    await thief.call(beginSetUpAtSignIn, { step })
    const phone = await Authenticator.of(learner, password)
    const over = { code: 'step_over' }
    expect(await thief.refused(beginSetUpAtSignIn, { step })).toMatchObject(over)
    expect(await thief.refused(finishSetUpAtSignIn, { step, code: '123456' })).toMatchObject(over)
    expect(await thief.refused(finishSignIn, { step, code: '123456' })).toMatchObject(over)
    expect((await phone.enter(thief)).status).toBe(200)
  })

  test('whoever lost the device is helped by an administrator: passkeys and their sessions end as the second step does', async () => {
    const { accountId, admin, learner, nobody, phone } = await withPasskey()
    await admin.call(changeSecondStepRule, { roles: ['learner'] })
    const lost = nobody.with(tokenIn(await phone.enter(nobody))!)
    const other = learner.with(await aSession(accountId, learner.id))
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({ hasSecondStep: true })
    await admin.call(endSecondStepOf, { userId: learner.id })
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({ hasSecondStep: false })
    expect(await lost.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect((await phone.enter(nobody)).body).toMatchObject({ code: 'passkey_refused' })
    expect(((await byPassword(learner)).body as NextStep).nextStep).toBe('set_up')
    await other.call(signOut, {})
  })
})
