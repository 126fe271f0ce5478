import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { getUser } from '#contract/people.ts'
import {
  beginSetUpAtSignIn,
  changeSecondStepRule,
  confirmAuthenticator,
  endAuthenticator,
  endSecondStepOf,
  finishSetUpAtSignIn,
  finishSignIn,
  getSecondStep,
  getSecondStepRule,
  renewRecoveryCodes,
  startAuthenticator,
} from '#contract/second-step.ts'
import { changePassword, getMe, type PendingStep, signIn, useLink } from '#contract/sign-in.ts'
import { hashOf } from '#server/gate/credential.ts'
import { workFor } from '#server/gate/work.ts'
import { mintLink } from '#server/mail/mint-link.ts'
import { anAccount, aPerson, aSession, aToken, database, type Person, store } from '#tests/harness/account.ts'
import { password, visitor, withPassword } from '#tests/harness/password.ts'
import type { Reply } from '#tests/harness/send.ts'

let last = 0
const from = () => ({ 'x-forwarded-for': `198.51.100.${++last % 250}` })
const tokenIn = ({ headers }: Reply) => /session=([^;]+)/.exec(String(headers['set-cookie']))?.[1]

/** The code that an app shows, so many periods from now: the one before and the one after count, too. */
const codeOf = (secret: string, periods = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + periods * 30_000 })
const wrongCode = (secret: string) =>
  ['000000', '111111', '222222', '333333'].find((code) => ![-1, 0, 1, 2].some((at) => codeOf(secret, at) === code))!

async function turnOn(person: Person) {
  const { secret, address } = await person.call(startAuthenticator, { currentPassword: password })
  const { recoveryCodes } = await person.call(confirmAuthenticator, { code: codeOf(secret, -1) })
  return { secret, address, recoveryCodes }
}

async function begun(person: Person): Promise<PendingStep> {
  const reply = await visitor(person).send(signIn, { email: person.email, password }, from())
  expect(tokenIn(reply)).toBeUndefined()
  expect(reply).toMatchObject({ status: 200, body: { step: expect.any(String) } })
  return reply.body as PendingStep
}
const finishing = (person: Person, step: string, code: string) =>
  visitor(person).send(finishSignIn, { step, code }, from())

describe('a second step', () => {
  test('is on once a code was shown; it ends the other sessions, and is asked for after the password', async () => {
    const { accountId, learner } = await withPassword()
    const other = learner.with(await aSession(accountId, learner.id))
    expect(await learner.refused(startAuthenticator, { currentPassword: 'not it' })).toMatchObject({
      code: 'wrong_current_password',
    })
    const { secret, address } = await learner.call(startAuthenticator, { currentPassword: password })
    expect(address).toMatch(/^otpauth:\/\/totp\/Acme:.*secret=[A-Z2-7]{32}&/)
    expect(await learner.refused(confirmAuthenticator, { code: wrongCode(secret) })).toMatchObject({
      code: 'wrong_code',
    })
    expect(await learner.call(getSecondStep, {})).toEqual({ since: null, recoveryCodesLeft: 0, isRequired: false })
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, from())).body).toMatchObject({
      id: learner.id,
    })

    const { recoveryCodes } = await learner.call(confirmAuthenticator, { code: codeOf(secret) })
    expect(new Set(recoveryCodes).size).toBe(10)
    expect(await other.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect(await learner.call(getSecondStep, {})).toMatchObject({ recoveryCodesLeft: 10, isRequired: false })
    const { step, nextStep } = await begun(learner)
    expect(nextStep).toBe('code')
    expect((await finishing(learner, step, wrongCode(secret))).body).toMatchObject({ code: 'wrong_code' })
    const reply = await finishing(learner, step, codeOf(secret, 1))
    expect(reply).toMatchObject({ status: 200, body: { id: learner.id } })
    expect(await learner.with(tokenIn(reply)!).call(getMe, {})).toMatchObject({ id: learner.id })
    expect((await finishing(learner, step, codeOf(secret, 1))).body).toMatchObject({ code: 'step_over' })
  })

  test('R11 no code counts twice, of the app or for recovery; none of before counts after new ones', async () => {
    const { learner } = await withPassword()
    const { secret, recoveryCodes } = await turnOn(learner)
    const now = codeOf(secret)
    expect((await finishing(learner, (await begun(learner)).step, now)).status).toBe(200)
    expect((await finishing(learner, (await begun(learner)).step, now)).body).toMatchObject({ code: 'wrong_code' })
    const typed = ` ${recoveryCodes[0]!.toUpperCase()} `
    expect((await finishing(learner, (await begun(learner)).step, typed)).status).toBe(200)
    expect((await finishing(learner, (await begun(learner)).step, typed)).body).toMatchObject({ code: 'wrong_code' })
    expect(await learner.call(getSecondStep, {})).toMatchObject({ recoveryCodesLeft: 9 })
    const renewed = await learner.call(renewRecoveryCodes, { currentPassword: password })
    const { step } = await begun(learner)
    expect((await finishing(learner, step, recoveryCodes[1]!)).body).toMatchObject({ code: 'wrong_code' })
    expect((await finishing(learner, step, renewed.recoveryCodes[1]!)).status).toBe(200)
    const stored = await store.selectFrom('recoveryCodes').selectAll().where('userId', '=', learner.id).execute()
    expect(stored.map(({ codeHash }) => codeHash)).toContainEqual(hashOf(renewed.recoveryCodes[2]!.replace('-', '')))
  })

  test('R9 S5 whoever is deactivated in between is not let in, it is recorded, and the step is over after their return', async () => {
    const { admin, learner } = await withPassword()
    const { secret } = await turnOn(learner)
    const { step } = await begun(learner)
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const refused = await finishing(learner, step, codeOf(secret))
    expect(refused).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
    expect(tokenIn(refused)).toBeUndefined()
    expect((await learner.events()).at(-1)).toMatchObject({ change: 'sign_in_refused' })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect((await finishing(learner, step, codeOf(secret))).body).toMatchObject({ code: 'step_over' })
    // S4: what they had is as it was.
    expect((await finishing(learner, (await begun(learner)).step, codeOf(secret))).status).toBe(200)
  })

  test('R11 a step is over after ten minutes and with the password it began with, and is nothing else and nobody else’s', async () => {
    const { accountId, learner, admin } = await withPassword()
    const { secret } = await turnOn(learner)
    const late = await begun(learner)
    await sql`update sign_in_steps set begun_at = begun_at - interval '10 minutes' where token_hash = ${hashOf(late.step)}`.execute(
      store,
    )
    expect((await finishing(learner, late.step, codeOf(secret))).body).toMatchObject({ code: 'step_over' })
    const { step } = await begun(learner)
    expect(await visitor(learner).with(step).refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect((await visitor(learner).send(getMe, {}, { authorization: `Bearer ${step}` })).status).toBe(401)
    const elsewhere = await anAccount()
    expect((await finishing(elsewhere.learner, step, codeOf(secret))).body).toMatchObject({ code: 'step_over' })
    for (const shown of [await aSession(accountId, learner.id), await aToken(accountId, learner.id), 'x'.repeat(43)])
      expect((await finishing(learner, shown, codeOf(secret))).body).toMatchObject({ code: 'step_over' })
    // It is no way to set another authenticator up.
    expect(await visitor(learner).refused(beginSetUpAtSignIn, { step })).toMatchObject({ code: 'step_over' })
    await learner.call(changePassword, { currentPassword: password, newPassword: 'another password of mine' })
    expect((await finishing(learner, step, codeOf(secret))).body).toMatchObject({ code: 'step_over' })
    expect(admin.id).not.toBe(learner.id)
  })

  test('R10 codes are not guessed: ten wrong ones, and the right one is refused, too', async () => {
    const { learner } = await withPassword()
    const { secret } = await turnOn(learner)
    const { step } = await begun(learner)
    for (let guess = 0; guess < 10; guess++)
      expect((await finishing(learner, step, wrongCode(secret))).body).toMatchObject({ code: 'wrong_code' })
    expect(await finishing(learner, step, codeOf(secret))).toMatchObject({
      status: 429,
      body: { code: 'too_many_attempts' },
    })
  })

  test('R10 nobody uses up the guesses of somebody else by what they type as an address', async () => {
    const { learner } = await withPassword()
    const { secret } = await turnOn(learner)
    for (let guess = 0; guess < 11; guess++) {
      const email = `code of ${learner.id}`
      await visitor(learner).send(signIn, { email, password: `guess number ${guess}` }, from())
    }
    const { step } = await begun(learner)
    expect((await finishing(learner, step, codeOf(secret))).status).toBe(200)
  })

  test('of eight with the same step and code one is let in', async () => {
    const { learner } = await withPassword()
    const { secret } = await turnOn(learner)
    const { step } = await begun(learner)
    const replies = await Promise.all(Array.from({ length: 8 }, () => finishing(learner, step, codeOf(secret))))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('where a role needs one, whoever has none sets it up before they are in', async () => {
    const { admin, learner, people } = await withPassword()
    expect(await learner.refused(changeSecondStepRule, { roles: ['learner'] })).toMatchObject({ code: 'not_allowed' })
    expect(await admin.call(changeSecondStepRule, { roles: ['learner', 'learner'] })).toEqual({ roles: ['learner'] })
    expect(await admin.call(getSecondStepRule, {})).toEqual({ roles: ['learner'] })
    expect(await learner.call(getSecondStep, {})).toMatchObject({ isRequired: true })
    const { step, nextStep } = await begun(learner)
    expect(nextStep).toBe('set_up')
    expect((await finishing(learner, step, '123456')).body).toMatchObject({ code: 'step_over' })
    const { secret } = await visitor(learner).call(beginSetUpAtSignIn, { step })
    expect(await visitor(learner).refused(finishSetUpAtSignIn, { step, code: wrongCode(secret) })).toMatchObject({
      code: 'wrong_code',
    })
    const reply = await visitor(learner).send(finishSetUpAtSignIn, { step, code: codeOf(secret) })
    expect(reply).toMatchObject({ status: 200, body: { me: { id: learner.id }, recoveryCodes: { length: 10 } } })
    expect(await learner.with(tokenIn(reply)!).call(getSecondStep, {})).toMatchObject({ isRequired: true })
    expect((await begun(learner)).nextStep).toBe('code')
    const other = await begun(people[1]!)
    await admin.call(deactivateUsers, { users: { ids: [people[1]!.id] } })
    expect(await visitor(people[1]!).refused(beginSetUpAtSignIn, { step: other.step })).toMatchObject({
      code: 'step_over',
    })
  })

  test('a mailed link sets the password, and is no way past it', async () => {
    const { accountId, learner } = await withPassword()
    const { secret } = await turnOn(learner)
    const { token } = await workFor(database, accountId, 'clock', (work) =>
      mintLink(work, learner.id, 'password_reset'),
    )
    const newPassword = 'a password of my own'
    const reply = await visitor(learner).send(useLink, { token, purpose: 'password_reset', newPassword })
    expect(reply).toMatchObject({ status: 200, body: { nextStep: 'code' } })
    expect(tokenIn(reply)).toBeUndefined()
    expect((await finishing(learner, (reply.body as PendingStep).step, codeOf(secret))).status).toBe(200)
  })

  test('is ended by its person with their password, and for somebody who has lost it by whoever may edit them', async () => {
    const { accountId, owner, admin, learner } = await withPassword()
    const head = await aPerson(accountId, 'department_administrator')
    await turnOn(learner)
    expect(await admin.call(getUser, { userId: learner.id })).toMatchObject({ hasSecondStep: true })
    expect(await head.refused(endSecondStepOf, { userId: learner.id })).toMatchObject({ code: 'not_found' })
    expect(await admin.refused(endSecondStepOf, { userId: owner.id })).toMatchObject({ code: 'higher_role' })
    expect(await admin.refused(endSecondStepOf, { userId: admin.id })).toMatchObject({ code: 'not_yourself' })
    const token = await aToken(accountId, admin.id)
    const byToken = await visitor(admin).send(
      endSecondStepOf,
      { userId: learner.id },
      { authorization: `Bearer ${token}` },
    )
    expect(byToken).toMatchObject({ status: 403, body: { code: 'not_by_token' } })
    const { step } = await begun(learner)
    await admin.call(endSecondStepOf, { userId: learner.id })
    expect((await finishing(learner, step, '123456')).body).toMatchObject({ code: 'step_over' })
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, from())).body).toMatchObject({
      id: learner.id,
    })
    await turnOn(learner)
    expect(await learner.refused(startAuthenticator, { currentPassword: password })).toMatchObject({
      code: 'second_step_is_on',
    })
    expect(await learner.refused(endAuthenticator, { currentPassword: 'not it' })).toMatchObject({
      code: 'wrong_current_password',
    })
    await learner.call(endAuthenticator, { currentPassword: password })
    expect(await learner.call(getSecondStep, {})).toMatchObject({ since: null, recoveryCodesLeft: 0 })
  })
})
