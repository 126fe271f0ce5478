import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { setPassword } from '#contract/people.ts'
import {
  changePassword,
  endSession,
  getMe,
  getPassword,
  getWelcome,
  listSessions,
  signIn,
  signOut,
  signOutEverywhere,
} from '#contract/sign-in.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { aNode, anAccount, app, aSession, letDatePass, Person, store } from '#tests/harness/account.ts'

const password = 'correct horse battery staple'
const hash = await hashPassword(password)

async function withPassword(options: Parameters<typeof anAccount>[0] = {}) {
  const account = await anAccount(options)
  await store
    .updateTable('credentials')
    .set({ passwordHash: hash })
    .where('accountId', '=', account.accountId)
    .execute()
  return account
}
/** Somebody at the sign-in page, without a session. */
const visitor = (person: Person) => new Person({ id: person.id, email: person.email, host: person.host })
let last = 0
const from = (): { 'x-forwarded-for': string } => ({
  'x-forwarded-for': `198.51.${Math.floor(++last / 250)}.${last % 250}`,
})
const tokenIn = (headers: Record<string, string | string[] | undefined>): string | undefined =>
  /session=([^;]+)/.exec(String(headers['set-cookie']))?.[1]

describe('signing in', () => {
  test('J1 the right password opens a session, kept from scripts and from other sites', async () => {
    const { learner } = await withPassword()
    const { status, headers, body } = await visitor(learner).send(
      signIn,
      { email: ` ${learner.email.toUpperCase()} `, password },
      from(),
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: learner.id })
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/)
    const signedIn = new Person({
      id: learner.id,
      email: learner.email,
      host: learner.host,
      token: tokenIn(headers),
    })
    expect(await signedIn.call(getMe, {})).toMatchObject({ id: learner.id, account: { name: 'Acme' } })
  })

  test('R11 only the hash of the token is stored', async () => {
    const { learner } = await withPassword()
    const { headers } = await visitor(learner).send(signIn, { email: learner.email, password }, from())
    const sessions = await store.selectFrom('sessions').selectAll().where('userId', '=', learner.id).execute()
    expect(JSON.stringify(sessions)).not.toContain(tokenIn(headers))
  })

  test('C5.56 a wrong password, an unknown address and somebody without a password are answered alike', async () => {
    const { accountId, learner, admin } = await withPassword()
    await store
      .updateTable('credentials')
      .set({ passwordHash: null })
      .where('accountId', '=', accountId)
      .where('userId', '=', admin.id)
      .execute()
    const answers = await Promise.all(
      [
        { email: learner.email, password: 'not it at all' },
        { email: 'nobody@example.org', password },
        { email: admin.email, password },
      ].map((typed) => visitor(learner).send(signIn, typed, from())),
    )
    for (const { status, body } of answers) {
      expect(status).toBe(401)
      expect(body).toEqual(answers[0]!.body)
    }
  })

  test('S2 H1 an inactive person, and one whose date has passed, get in nowhere; it is told after the right password, and recorded', async () => {
    const { admin, people } = await withPassword({ learners: 2 })
    await admin.call(deactivateUsers, { users: { ids: [people[0]!.id] } })
    await letDatePass(people[1]!)
    for (const person of people) {
      expect(
        await visitor(person).send(signIn, { email: person.email, password: 'not it at all' }, from()),
      ).toMatchObject({ body: { code: 'wrong_password' } })
      const { status, headers, body } = await visitor(person).send(signIn, { email: person.email, password }, from())
      expect({ status, body }).toMatchObject({ status: 401, body: { code: 'account_inactive' } })
      expect(headers['set-cookie']).toBeUndefined()
      expect((await person.events()).filter(({ change }) => change === 'sign_in_refused')).toHaveLength(1)
    }
  })

  test('S5 a reactivated person signs in with the password of before', async () => {
    const { admin, learner } = await withPassword()
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    await admin.call(activateUsers, { users: { ids: [learner.id] } })
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, from())).status).toBe(200)
  })

  test('A1 the same address and password open nothing in another account', async () => {
    const { learner } = await withPassword()
    const elsewhere = await withPassword()
    const there = new Person({ id: learner.id, email: learner.email, host: elsewhere.host })
    expect((await there.send(signIn, { email: learner.email, password }, from())).body).toMatchObject({
      code: 'wrong_password',
    })
    const { body } = await new Person({ id: '', email: '', host: 'nobody.test' }).send(
      signIn,
      { email: learner.email, password },
      from(),
    )
    expect(body).toMatchObject({ code: 'no_account_here' })
  })
})

describe('limits on guessing', () => {
  test('a person is guessed at ten times in a quarter of an hour, on all nodes together, and at once', async () => {
    const { learner } = await withPassword()
    const nodes = [app, await aNode()]
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        visitor(learner)
          .at(nodes[n % 2]!)
          .send(signIn, { email: learner.email, password: `guess number ${n}` }, from()),
      ),
    )
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(20)
    const { status, headers } = await visitor(learner).send(signIn, { email: learner.email, password }, from())
    expect(status).toBe(429)
    expect(Number(headers['retry-after'])).toBeGreaterThan(60)
  })

  test('R35 an address in other letters, which the database takes for the same, is no other person to guess at', async () => {
    const { learner } = await withPassword()
    await store.updateTable('profiles').set({ email: 'lisa.i@example.org' }).where('userId', '=', learner.id).execute()
    const spellings = ['lisa.i@example.org', 'L\u0130SA.i@example.org', 'lisa.\u0130@example.org', 'LISA.I@example.org']
    const statuses: number[] = []
    for (let n = 0; n < 12; n++) {
      const { status } = await visitor(learner).send(
        signIn,
        { email: spellings[n % 4]!, password: `guess ${n}` },
        from(),
      )
      statuses.push(status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
  })

  test('H1 whoever is inactive cannot fill the history by signing in over and over', async () => {
    const { admin, learner } = await withPassword()
    await admin.call(deactivateUsers, { users: { ids: [learner.id] } })
    const codes: unknown[] = []
    for (let n = 0; n < 12; n++) {
      const { body } = await visitor(learner).send(signIn, { email: learner.email, password }, from())
      codes.push((body as { code: string }).code)
    }
    expect(codes.filter((code) => code === 'account_inactive')).toHaveLength(10)
    expect(codes.slice(10)).toEqual(['too_many_attempts', 'too_many_attempts'])
    expect((await learner.events()).filter(({ change }) => change === 'sign_in_refused')).toHaveLength(10)
  })

  test('an address that is refused counts against nobody whom it names', async () => {
    const { accountId, learner } = await withPassword()
    const sameAddress = from()
    await store
      .insertInto('signInAttempts')
      .values({ accountId, subject: `address ${sameAddress['x-forwarded-for']}`, attempts: 100 })
      .execute()
    for (let n = 0; n < 11; n++)
      await visitor(learner).send(signIn, { email: learner.email, password: `guess ${n}` }, sameAddress)
    expect(
      await store.selectFrom('signInAttempts').select('subject').where('accountId', '=', accountId).execute(),
    ).toEqual([{ subject: `address ${sameAddress['x-forwarded-for']}` }])
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, from())).status).toBe(200)
  })

  test('an address guesses at nobody any more after a hundred, whoever it names', async () => {
    const { accountId, learner } = await withPassword()
    const sameAddress = from()
    await store
      .insertInto('signInAttempts')
      .values({ accountId, subject: `address ${sameAddress['x-forwarded-for']}`, attempts: 100 })
      .execute()
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, sameAddress)).status).toBe(429)
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, from())).status).toBe(200)
  })

  test('who shows that it is them begins anew; after a quarter of an hour everybody does', async () => {
    const { accountId, learner } = await withPassword()
    for (let n = 0; n < 9; n++)
      await visitor(learner).send(signIn, { email: learner.email, password: 'not it at all' }, from())
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, from())).status).toBe(200)
    const subject = `person e-mail ${learner.email}`
    await store
      .insertInto('signInAttempts')
      .values({ accountId, subject, attempts: 99, since: new Date(Date.now() - 16 * 60_000).toISOString() })
      .execute()
    expect((await visitor(learner).send(signIn, { email: learner.email, password }, from())).status).toBe(200)
  })
})

describe('sessions', () => {
  test('I see where I am signed in, and end one, or all', async () => {
    const { accountId, learner } = await withPassword()
    await aSession(accountId, learner.id)
    const other = new Person({
      id: learner.id,
      email: learner.email,
      host: learner.host,
      token: await aSession(accountId, learner.id),
    })
    const { items } = await learner.call(listSessions, {})
    expect(items.map(({ isThisOne }) => isThisOne)).toEqual([true, false, false])
    const mine = (await other.call(listSessions, {})).items.find(({ isThisOne }) => isThisOne)!
    await learner.call(endSession, { sessionId: mine.id })
    expect(await other.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    await learner.call(signOutEverywhere, {})
    expect(await learner.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
  })

  test('A1 nobody ends the session of somebody else', async () => {
    const { admin, learner } = await withPassword()
    const [theirs] = (await learner.call(listSessions, {})).items
    expect(await admin.refused(endSession, { sessionId: theirs!.id })).toMatchObject({ code: 'not_found' })
  })

  test('signing out ends this session and no other', async () => {
    const { accountId, learner } = await withPassword()
    const other = new Person({
      id: learner.id,
      email: learner.email,
      host: learner.host,
      token: await aSession(accountId, learner.id),
    })
    await learner.call(signOut, {})
    expect(await learner.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect(await other.call(getMe, {})).toMatchObject({ id: learner.id })
  })

  test('a changed password ends my other sessions; one set by an administrator ends all', async () => {
    const { accountId, admin, learner } = await withPassword()
    const other = new Person({
      id: learner.id,
      email: learner.email,
      host: learner.host,
      token: await aSession(accountId, learner.id),
    })
    expect(
      await learner.refused(changePassword, { currentPassword: 'not it at all', newPassword: 'another good password' }),
    ).toMatchObject({
      code: 'wrong_current_password',
      where: [{ at: 'currentPassword' }],
    })
    await learner.call(changePassword, { currentPassword: password, newPassword: 'another good password' })
    expect(await other.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
    expect(await learner.call(getMe, {})).toMatchObject({ id: learner.id })
    await admin.call(setPassword, { userId: learner.id, password: 'chosen by the administrator' })
    expect(await learner.refused(getMe, {})).toMatchObject({ code: 'not_signed_in' })
  })

  test('whether there is a password is told, and whether it lets its person in', async () => {
    const { accountId, owner, learner } = await withPassword()
    expect(await learner.call(getPassword, {})).toEqual({ isSet: true, isOn: true })
    await store.updateTable('credentials').set({ passwordHash: null }).where('userId', '=', learner.id).execute()
    expect(await learner.call(getPassword, {})).toEqual({ isSet: false, isOn: true })
    await store.updateTable('accounts').set({ onlySingleSignOn: true }).where('id', '=', accountId).execute()
    expect(await learner.call(getPassword, {})).toEqual({ isSet: false, isOn: false })
    expect(await owner.call(getPassword, {})).toEqual({ isSet: true, isOn: true })
  })

  test('the current password is guessed ten times, not more', async () => {
    const { learner } = await withPassword()
    for (let n = 0; n < 10; n++)
      await learner.refused(changePassword, { currentPassword: `guess ${n}`, newPassword: 'another good password' })
    expect(
      await learner.refused(changePassword, { currentPassword: password, newPassword: 'another good password' }),
    ).toMatchObject({ code: 'too_many_attempts' })
  })

  test('R26 the current password is guessed no more often with a key for each guess', async () => {
    const { learner } = await withPassword()
    const guess = (currentPassword: string, key: string) =>
      learner.send(
        changePassword,
        { currentPassword, newPassword: 'another good password' },
        { 'idempotency-key': key },
      )
    for (let n = 0; n < 10; n++) expect((await guess(`guess ${n}`, `key-${n}`)).status).toBe(422)
    expect((await guess(password, 'key-10')).status).toBe(429)
  })

  test('R26 a refused change leaves its key free', async () => {
    const { learner } = await withPassword()
    const key = { 'idempotency-key': 'the-same' }
    const newPassword = 'another good password'
    expect((await learner.send(changePassword, { currentPassword: 'not it', newPassword }, key)).status).toBe(422)
    expect((await learner.send(changePassword, { currentPassword: password, newPassword }, key)).status).toBe(200)
  })
})

test('somebody who signs in at several places at once gets in at each', async () => {
  const { learner } = await withPassword()
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => visitor(learner).send(signIn, { email: learner.email, password }, from())),
  )
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200))
})

test('the welcome says what stands at an address', async () => {
  const { learner } = await anAccount()
  expect(await visitor(learner).call(getWelcome, {})).toEqual({
    state: 'account',
    accountName: 'Acme',
    providers: [],
    onlySingleSignOn: false,
  })
})
