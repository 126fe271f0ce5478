import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { afterAll, describe, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { getMail, listMails } from '#contract/mail.ts'
import { listPasskeys, removePasskey } from '#contract/passkeys.ts'
import { deleteUser, setPassword } from '#contract/people.ts'
import {
  confirmAuthenticator,
  endAuthenticator,
  endSecondStepOf,
  renewRecoveryCodes,
  startAuthenticator,
} from '#contract/second-step.ts'
import { changePassword, signIn, useLink } from '#contract/sign-in.ts'
import { workFor } from '#server/gate/work.ts'
import { anAccount, aPerson, aPool, config, database, type Person, store } from '#tests/harness/account.ts'
import { Authenticator } from '#tests/harness/authenticator.ts'
import { password, visitor, withPassword } from '#tests/harness/password.ts'
import { anOidcAccount } from '#tests/harness/single-sign-on.ts'
import { until } from '#tests/harness/until.ts'
import { startMail } from './deliver.ts'
import { mintLink } from './mint-link.ts'

const log = { warn() {}, error: (error: unknown) => console.error(error) }
// Without a mail server mail is kept, where it can be read.
const mailing = startMail(aPool({ max: 2 }), { ...config, smtpUrl: undefined }, log)
afterAll(() => mailing.stop())

const newPassword = 'another correct horse'

async function toldTo({ id }: Person): Promise<unknown[]> {
  const mails = await store
    .selectFrom('mails')
    .select('about')
    .where('userId', '=', id)
    .where('kind', '=', 'sign_in_changed')
    .orderBy('id')
    .execute()
  return mails.map(({ about }) => (about as { change: string }).change)
}

async function withAuthenticator(person: Person): Promise<void> {
  const { secret } = await person.call(startAuthenticator, { currentPassword: password })
  await person.call(confirmAuthenticator, { code: new TOTP({ secret: Secret.fromBase32(secret) }).generate() })
}

describe('whose sign-in was changed is told by mail', () => {
  test('of a password that they, or an administrator, set instead of theirs, in words and with the time', async () => {
    const { owner, learner } = await withPassword()
    await learner.call(changePassword, { currentPassword: password, newPassword })
    await owner.call(setPassword, { userId: learner.id, password: `${newPassword} again` })
    expect(await toldTo(learner)).toEqual(['password', 'password'])

    const mine = { userId: learner.id, kind: 'sign_in_changed' } as const
    await until('both are written', async () =>
      (await owner.call(listMails, mine)).items.every(({ state }) => state === 'kept'),
    )
    const { items } = await owner.call(listMails, mine)
    expect(await owner.call(getMail, { mailId: items[0]!.id })).toMatchObject({
      subject: 'Your sign-in to Acme was changed',
      body: expect.stringMatching(
        /Your password was changed\.[^]*This was on \w{3} \d+ \w{3} \d{4}, \d\d:\d\d \([^]*\/forgotten/,
      ),
    })
  })

  test('of passkeys that come and go, by their names', async () => {
    const { owner, learner } = await withPassword()
    await Authenticator.of(learner, password)
    const { items } = await learner.call(listPasskeys, {})
    await learner.call(removePasskey, { passkeyId: items[0]!.id, currentPassword: password })
    expect(await toldTo(learner)).toEqual(['passkey_added', 'passkey_removed'])
    const mine = { userId: learner.id, kind: 'sign_in_changed' } as const
    await until('both are written', async () =>
      (await owner.call(listMails, mine)).items.every(({ state }) => state === 'kept'),
    )
    const [removed] = (await owner.call(listMails, mine)).items
    expect(await owner.call(getMail, { mailId: removed!.id })).toMatchObject({
      body: expect.stringContaining(`The passkey “${items[0]!.name}” was removed.`),
    })
  })

  test('of an authenticator that is set up and ended, also by an administrator; not of one that was only begun', async () => {
    const { accountId, owner, learner } = await withPassword()
    const other = await aPerson(accountId, 'learner')
    await learner.call(startAuthenticator, { currentPassword: password })
    expect(await toldTo(learner)).toEqual([])
    await withAuthenticator(learner)
    await learner.call(endAuthenticator, { currentPassword: password })
    await withAuthenticator(learner)
    await owner.call(endSecondStepOf, { userId: learner.id })
    expect(await toldTo(learner)).toEqual([
      'second_step_set_up',
      'second_step_ended',
      'second_step_set_up',
      'second_step_ended',
    ])
    expect(await toldTo(other)).toEqual([])
  })

  test('of new recovery codes, and not of those that come with the authenticator', async () => {
    const { learner } = await withPassword()
    await withAuthenticator(learner)
    expect(await toldTo(learner)).toEqual(['second_step_set_up'])
    await learner.call(renewRecoveryCodes, { currentPassword: password })
    expect(await toldTo(learner)).toEqual(['second_step_set_up', 'recovery_codes'])
    await until('it is written', async () => {
      const mails = await store.selectFrom('mails').select('body').where('userId', '=', learner.id).execute()
      return mails.some(({ body }) => body?.includes('New recovery codes were made'))
    })
  })

  test('of an identity by which they can sign in from now on, and not of the one that is their first way in', async () => {
    const { owner, admin, learner, signIn: signInBy } = await anOidcAccount({ linksByEmail: true, name: 'Example' })
    await store.updateTable('credentials').set({ passwordHash: 'x' }).where('userId', '=', admin.id).execute()
    for (const { email } of [learner, admin])
      expect((await signInBy({ sub: randomUUID(), email, email_verified: true })).pathname).toBe('/home')
    expect([await toldTo(learner), await toldTo(admin)]).toEqual([[], ['identity_connected']])
    const theirs = { userId: admin.id, kind: 'sign_in_changed' } as const
    await until('it is written', async () => (await owner.call(listMails, theirs)).items[0]?.state === 'kept')
    const { items } = await owner.call(listMails, theirs)
    expect((await owner.call(getMail, { mailId: items[0]!.id })).body).toContain('A sign-in by “Example” was connected')
  })

  test('M1 not while they are out; S4 and nothing of it keeps them from being deleted', async () => {
    const { owner, learner } = await withPassword()
    await Authenticator.of(learner, password)
    await withAuthenticator(learner)
    await owner.call(deactivateUsers, { users: { ids: [learner.id] } })
    await owner.call(setPassword, { userId: learner.id, password: newPassword })
    const mine = { userId: learner.id, kind: 'sign_in_changed' } as const
    await until('all are settled', async () =>
      (await owner.call(listMails, mine)).items.every(({ state }) => state !== 'queued'),
    )
    expect((await owner.call(listMails, mine)).items[0]).toMatchObject({ state: 'not_sent', reason: 'user_inactive' })
    await owner.call(deleteUser, { userId: learner.id })
    expect(await toldTo(learner)).toEqual([])
  })

  test('of the first password, where somebody else has chosen it', async () => {
    const { owner, learner } = await anAccount()
    await owner.call(setPassword, { userId: learner.id, password: newPassword })
    expect(await toldTo(learner)).toEqual(['first_password'])
    const mine = { userId: learner.id, kind: 'sign_in_changed' } as const
    await until('it is written', async () =>
      (await owner.call(listMails, mine)).items.every(({ state }) => state === 'kept'),
    )
    const [mail] = (await owner.call(listMails, mine)).items
    expect(await owner.call(getMail, { mailId: mail!.id })).toMatchObject({
      body: expect.stringContaining('A password was set for you.'),
    })
  })

  test('not of the first password, which they have just chosen, nor of signing in', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const learner = await aPerson(accountId, 'learner')
    const { token } = await workFor(database, accountId, 'clock', (work) => mintLink(work, learner.id, 'invitation'))
    await visitor(learner).send(useLink, { token, purpose: 'invitation', newPassword })
    expect(await visitor(learner).send(signIn, { email: learner.email, password: newPassword })).toMatchObject({
      status: 200,
    })
    expect(await toldTo(learner)).toEqual([])
  })
})
