import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { editUser, getUser, setPassword } from '#contract/people.ts'
import { askForReset, changePassword, checkLink, getMe, signIn, unsubscribe, useLink } from '#contract/sign-in.ts'
import { workFor } from '#server/gate/work.ts'
import { mintLink, type Purpose } from '#server/mail/mint-link.ts'
import { anAccount, database, type Person, store } from '#tests/harness/account.ts'
import { password, withPassword } from '#tests/harness/password.ts'

const newPassword = 'a password of my own'
const purposes = ['invitation', 'password_reset'] as const

/** A link as a mail of this kind would hold it. @returns its token */
const aLink = (accountId: string, { id }: Person, purpose: Purpose): Promise<string> =>
  workFor(database, accountId, 'clock', async (work) => (await mintLink(work, id, purpose)).token)
const tokenOf = ({ headers }: { headers: Record<string, unknown> }) =>
  /session=([^;]+)/.exec(String(headers['set-cookie']))![1]!
const events = (person: Person) =>
  store.selectFrom('lifecycleEvents').select('change').where('userId', '=', person.id).orderBy('id').execute()

describe('a mailed link', () => {
  test.each(purposes)(
    'of the purpose %s sets a password once, signs in, and ends other sessions (R11)',
    async (purpose) => {
      const { accountId, learner } = await anAccount()
      const token = await aLink(accountId, learner, purpose)
      expect(await learner.call(checkLink, { token, purpose })).toEqual({ email: learner.email, firstName: 'Lea0' })
      const reply = await learner.send(useLink, { token, purpose, newPassword })
      expect(reply).toMatchObject({ status: 200, body: { id: learner.id } })
      expect(await learner.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
      expect(await learner.with(tokenOf(reply)).call(getMe, {})).toMatchObject({ id: learner.id })
      expect(await learner.refused(useLink, { token, purpose, newPassword })).toMatchObject({
        code: 'link_not_valid',
        status: 410,
      })
      expect(await learner.call(signIn, { email: learner.email, password: newPassword })).toMatchObject({
        id: learner.id,
      })
    },
  )

  test('R11 opens nothing of another purpose', async () => {
    const { accountId, learner } = await anAccount()
    const refused = { code: 'link_not_valid', status: 410 }
    for (const minted of [...purposes, 'unsubscribe'] as const) {
      const token = await aLink(accountId, learner, minted)
      for (const used of purposes.filter((purpose) => purpose !== minted)) {
        expect(await learner.refused(checkLink, { token, purpose: used })).toMatchObject(refused)
        expect(await learner.refused(useLink, { token, purpose: used, newPassword })).toMatchObject(refused)
      }
    }
    const reset = await aLink(accountId, learner, 'password_reset')
    expect(await learner.refused(unsubscribe, { token: reset })).toMatchObject(refused)
    // It was the purpose that made the difference.
    await learner.call(checkLink, { token: reset, purpose: 'password_reset' })
    await learner.call(unsubscribe, { token: await aLink(accountId, learner, 'unsubscribe') })
  })

  test.each(purposes)(
    'R4 R5 of the purpose %s dies with the access, is recorded as refused once, and does not revive',
    async (purpose) => {
      const { accountId, owner, learner } = await anAccount()
      const token = await aLink(accountId, learner, purpose)
      await owner.call(deactivateUsers, { users: { ids: [learner.id] } })
      expect(await learner.refused(useLink, { token, purpose, newPassword })).toMatchObject({
        code: 'link_not_valid',
        status: 410,
      })
      expect((await events(learner)).at(-1)).toMatchObject({ change: 'sign_in_refused' })
      // Nor does it fill the history, one after the other or at once.
      await Promise.all(Array.from({ length: 12 }, () => learner.refused(useLink, { token, purpose, newPassword })))
      expect((await events(learner)).filter(({ change }) => change === 'sign_in_refused')).toHaveLength(1)
      await owner.call(activateUsers, { users: { ids: [learner.id] } })
      expect(await learner.refused(useLink, { token, purpose, newPassword })).toMatchObject({ code: 'link_not_valid' })
      // A new one works.
      await learner.call(useLink, { token: await aLink(accountId, learner, purpose), purpose, newPassword })
    },
  )

  test('S1 dies when the date passes, with nothing running that records it', async () => {
    const { accountId, learner } = await anAccount()
    const token = await aLink(accountId, learner, 'password_reset')
    await sql`update users set deactivation_date = '2024-01-01', deactivate_at = '2024-01-01T23:59:00Z' where id = ${learner.id}`.execute(
      store,
    )
    expect(await learner.refused(checkLink, { token, purpose: 'password_reset' })).toMatchObject({
      code: 'link_not_valid',
    })
  })

  test('is too old after its time', async () => {
    const { accountId, learner } = await anAccount()
    const token = await aLink(accountId, learner, 'password_reset')
    await sql`update links set expires_at = statement_timestamp() where account_id = ${accountId}`.execute(store)
    expect(await learner.refused(useLink, { token, purpose: 'password_reset', newPassword })).toMatchObject({
      code: 'link_not_valid',
    })
  })

  test('R11 used by eight at once is used by one', async () => {
    const { accountId, learner } = await anAccount()
    const token = await aLink(accountId, learner, 'invitation')
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        learner.send(useLink, { token, purpose: 'invitation', newPassword: `${newPassword} ${n}` }),
      ),
    )
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 410, 410, 410, 410, 410, 410, 410,
    ])
  })

  describe.each(purposes)('R4 R11 of the purpose %s is over', (purpose) => {
    const other = purposes.find((one) => one !== purpose)!
    const ending: Record<string, (scene: Awaited<ReturnType<typeof withPassword>>) => Promise<unknown>> = {
      'when its person has another address': async ({ admin, learner }) => {
        const { version } = await admin.call(getUser, { userId: learner.id })
        await admin.call(editUser, { userId: learner.id, version, email: `right-${learner.id}@example.org` })
      },
      'when an administrator sets a password': ({ admin, learner }) =>
        admin.call(setPassword, { userId: learner.id, password: newPassword }),
      'when its person changes the password': ({ learner }) =>
        learner.call(changePassword, { currentPassword: password, newPassword }),
      'when another link was used': async ({ accountId, learner }) =>
        learner.call(useLink, { token: await aLink(accountId, learner, other), purpose: other, newPassword }),
    }
    test.each(Object.keys(ending))('%s', async (which) => {
      const scene = await withPassword()
      const { accountId, admin, learner, people } = scene
      const [token, ofAnother] = [await aLink(accountId, learner, purpose), await aLink(accountId, people[1]!, purpose)]
      const { version } = await admin.call(getUser, { userId: learner.id })
      await admin.call(editUser, { userId: learner.id, version, email: learner.email.toUpperCase(), jobTitle: 'Pilot' })
      await learner.call(signIn, { email: learner.email, password })
      await learner.call(checkLink, { token, purpose })
      await ending[which]!(scene)
      const refused = { code: 'link_not_valid', status: 410 }
      expect(await learner.refused(checkLink, { token, purpose })).toMatchObject(refused)
      expect(await learner.refused(useLink, { token, purpose, newPassword })).toMatchObject(refused)
      await learner.call(checkLink, { token: ofAnother, purpose })
    })
  })

  test('A1 opens nothing at another host', async () => {
    const [here, elsewhere] = [await anAccount(), await anAccount()]
    const token = await aLink(here.accountId, here.learner, 'invitation')
    expect(await elsewhere.learner.refused(useLink, { token, purpose: 'invitation', newPassword })).toMatchObject({
      code: 'link_not_valid',
    })
  })

  test('R4 to end reminders works for whoever is out, and does nothing else', async () => {
    const { accountId, owner, learner } = await anAccount()
    const token = await aLink(accountId, learner, 'unsubscribe')
    await owner.call(deactivateUsers, { users: { ids: [learner.id] } })
    const before = await learner.row()
    await learner.call(unsubscribe, { token })
    expect(
      await store.selectFrom('mailRefusals').select('userId').where('accountId', '=', accountId).execute(),
    ).toEqual([{ userId: learner.id }])
    expect(await learner.row()).toEqual(before)
  })
})

describe('asking for a new password', () => {
  const mailsOf = (accountId: string) =>
    store.selectFrom('mails').select(['kind', 'userId']).where('accountId', '=', accountId).execute()

  test('R10 mails a link to who is in, and answers everybody alike', async () => {
    const { accountId, owner, people } = await anAccount({ learners: 2 })
    const [inside, outside] = people as [Person, Person]
    await owner.call(deactivateUsers, { users: { ids: [outside.id] } })
    await sql`delete from mails where account_id = ${accountId}`.execute(store)
    const ask = async (email: string) => {
      const { status, body } = await inside.send(askForReset, { email })
      return { status, body }
    }
    const answers = [
      await ask(inside.email.toUpperCase()),
      await ask(outside.email),
      await ask('nobody@example.org'),
      await ask('no address'),
    ]
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await mailsOf(accountId)).toEqual([{ kind: 'password_reset', userId: inside.id }])
  })

  test('R10 takes as long for an address that nobody has', async () => {
    const { people } = await anAccount({ learners: 40 })
    const outside = people.slice(20)
    await sql`update users set status = 'inactive' where id = any(${outside.map(({ id }) => id)}::uuid[])`.execute(
      store,
    )
    const timeOf = async (email: string, n: number) => {
      const since = performance.now()
      await people[0]!.send(askForReset, { email }, { 'x-forwarded-for': `10.1.${n}.1` })
      return performance.now() - since
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
    // In turn, so that a busy moment slows all of them; it has to be so three times to be a difference.
    const ratios: number[] = []
    for (let round = 0; round < 3; round++) {
      const times: Record<'inside' | 'outside' | 'nobody', number[]> = { inside: [], outside: [], nobody: [] }
      for (let n = 0; n < 20; n++) {
        times.inside.push(await timeOf(people[n]!.email, n))
        times.outside.push(await timeOf(outside[n]!.email, n))
        times.nobody.push(await timeOf(`${n}-${round}@nobody.test`, n))
      }
      ratios.push(median(times.inside) / median(times.nobody), median(times.outside) / median(times.nobody))
    }
    console.log(`R10 known and unknown addresses: ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`)
    expect(Math.min(...ratios)).toBeLessThan(1.2)
    expect(Math.max(...ratios)).toBeGreaterThan(0.8)
  })

  test('is counted like guessing', async () => {
    const { learner } = await anAccount()
    const codes = new Set<number>()
    for (let n = 0; n < 12; n++) codes.add((await learner.send(askForReset, { email: learner.email })).status)
    expect(codes).toEqual(new Set([200, 429]))
  })
})
