import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers, undoOperation } from '#contract/lifecycle.ts'
import { editTemplate, getMail, listMails, listTemplates } from '#contract/mail.ts'
import { addUsers } from '#contract/people.ts'
import {
  anAccount,
  aCrowd,
  aPerson,
  aPool,
  aToken,
  config,
  Person,
  somebodyWaits,
  store,
} from '#tests/harness/account.ts'
import { linkIn, MailServer } from '#tests/harness/smtp.ts'
import { until } from '#tests/harness/until.ts'
import type { Repeating } from '#server/repeat.ts'
import { startMail } from './deliver.ts'

const log = { warn() {}, error: (error: unknown) => console.error(error) }
const server = await new MailServer().start()
const started: Repeating[] = []
afterAll(async () => {
  await Promise.all(started.map((one) => one.stop()))
  await server.stop()
})

/** A node that hands mail over: to the server of this file, or, without one, to the mail log. */
function aDeliverer(smtpUrl: string | undefined = server.url): Repeating {
  const mailing = startMail(aPool({ max: 6 }), { ...config, smtpUrl, mailFrom: 'learn@acme.test' }, log)
  started.push(mailing)
  return mailing
}

const mailsOf = (accountId: string) =>
  store.selectFrom('mails').selectAll().where('accountId', '=', accountId).orderBy('id').execute()
const settled = (accountId: string, howMany = 1) =>
  until(
    'all mail is settled',
    async () => {
      const mails = await mailsOf(accountId)
      return mails.length >= howMany && mails.every((mail) => mail.nextAttemptAt === null)
    },
    30_000,
  )
const queue = (accountId: string, userIds: readonly string[]) =>
  sql`insert into mails (account_id, user_id, kind) select ${accountId}, unnest(${userIds}::uuid[]), 'welcome_back'`.execute(
    store,
  )
const tryNow = (accountId: string) =>
  sql`update mails set next_attempt_at = statement_timestamp() where account_id = ${accountId} and next_attempt_at is not null`.execute(
    store,
  )

describe('handing over', () => {
  test('M1 R43 of 1,000 queued mails to people who were deactivated since, none reaches the mail server, and each says why', async () => {
    const { accountId, owner } = await anAccount({ learners: 0 })
    const ids = await aCrowd(accountId, 1000)
    await queue(accountId, ids)
    await owner.call(deactivateUsers, { users: { filter: { role: ['learner'] } } })
    const before = server.mails.length
    const mailing = aDeliverer()
    await settled(accountId, 1000)
    await mailing.stop()
    expect(server.mails.length).toBe(before)
    const mails = await mailsOf(accountId)
    expect(mails).toHaveLength(1000)
    expect(new Set(mails.map(({ state, reason }) => `${state} ${reason}`))).toEqual(new Set(['not_sent user_inactive']))
  })

  test('M1 the same mails to the same people reach it while they are in', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const [id] = await aCrowd(accountId, 1)
    await queue(accountId, [id!])
    const mailing = aDeliverer()
    await settled(accountId)
    await mailing.stop()
    expect(server.to(`${id}@example.org`)).toHaveLength(1)
    const [mail] = await mailsOf(accountId)
    expect(mail).toMatchObject({ state: 'sent', toEmail: `${id}@example.org`, subject: 'You are back at Acme' })
  })

  test('R44 after a lost answer a mail comes once more, with the same Message-ID, and no third time', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const [id] = await aCrowd(accountId, 1)
    server.behaviour = 'loses its answer'
    await queue(accountId, [id!])
    const mailing = aDeliverer()
    await until('it failed once', async () => (await mailsOf(accountId))[0]!.reason !== null, 30_000)
    await tryNow(accountId)
    await settled(accountId)
    await mailing.stop()
    const copies = server.to(`${id}@example.org`)
    expect(copies).toHaveLength(2)
    expect(new Set(copies.map((copy) => copy.messageId))).toEqual(
      new Set([`<${(await mailsOf(accountId))[0]!.id}@acme.test>`]),
    )
  })

  test('R44 a node that dies with a mail in its hands loses nothing: another hands it over when the lease is over', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const [id] = await aCrowd(accountId, 1)
    await queue(accountId, [id!])
    // As a node leaves it that took the mail and was killed.
    await sql`update mails set attempts = 1, next_attempt_at = statement_timestamp() + interval '2 minutes' where account_id = ${accountId}`.execute(
      store,
    )
    const mailing = aDeliverer()
    await tryNow(accountId)
    await settled(accountId)
    await mailing.stop()
    expect(server.to(`${id}@example.org`)).toHaveLength(1)
  })

  test('R23 five nodes at once hand each mail over once', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const ids = await aCrowd(accountId, 60)
    await queue(accountId, ids)
    const before = server.mails.length
    const nodes = Array.from({ length: 5 }, () => aDeliverer())
    await settled(accountId, 60)
    await Promise.all(nodes.map((node) => node.stop()))
    expect(server.mails.length - before).toBe(60)
  })

  test('a server that puts mail off, or is away, is tried again; one that refuses the mailbox is not', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const [first, second] = await aCrowd(accountId, 2)
    server.behaviour = 'puts it off'
    await queue(accountId, [first!])
    const mailing = aDeliverer()
    await until('it was put off', async () => /451|later/.test((await mailsOf(accountId))[0]!.reason ?? ''), 30_000)
    expect((await mailsOf(accountId))[0]).toMatchObject({ state: 'queued' })
    server.behaviour = 'takes it'
    await tryNow(accountId)
    await settled(accountId)
    expect(server.to(`${first}@example.org`)).toHaveLength(1)

    server.behaviour = 'refuses the recipient'
    await queue(accountId, [second!])
    await settled(accountId, 2)
    server.behaviour = 'takes it'
    expect((await mailsOf(accountId))[1]).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('No such mailbox'),
    })
    await mailing.stop()
  })

  test('R44 a server that refuses whoever sends refuses all mail, which waits until that is mended', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const [id] = await aCrowd(accountId, 1)
    server.behaviour = 'refuses the sender'
    await queue(accountId, [id!])
    const mailing = aDeliverer()
    await until('it was refused', async () => /550/.test((await mailsOf(accountId))[0]!.reason ?? ''), 30_000)
    expect(await mailsOf(accountId)).toMatchObject([{ state: 'queued', nextAttemptAt: expect.any(String) }])
    server.behaviour = 'takes it'
    await tryNow(accountId)
    await settled(accountId)
    await mailing.stop()
    expect(server.to(`${id}@example.org`)).toHaveLength(1)
  })

  test('R44 mails that cannot be written keep nobody else’s waiting, and are tried again', async () => {
    const [one, other] = [await anAccount({ learners: 0 }), await anAccount({ learners: 0 })]
    const [id] = await aCrowd(other.accountId, 1)
    // As a newer node has queued them, of something that this one does not know.
    await sql`
      insert into mails (account_id, user_id, kind, about, next_attempt_at)
      select ${one.accountId}, ${one.owner.id}, 'sign_in_changed', '{"change": "unknown"}', statement_timestamp() - interval '1 hour'
      from generate_series(1, 120)
    `.execute(store)
    await queue(other.accountId, [id!])
    const errors: unknown[] = []
    const told = { warn() {}, error: (error: unknown) => errors.push(error) }
    const mailing = startMail(aPool({ max: 6 }), { ...config, smtpUrl: server.url, mailFrom: 'learn@acme.test' }, told)
    await settled(other.accountId)
    await mailing.stop()
    expect(server.to(`${id}@example.org`)).toHaveLength(1)
    expect(errors.length).toBeGreaterThan(0)
    const put = (await mailsOf(one.accountId)).filter(({ attempts }) => attempts === 1)
    expect(put[0]).toMatchObject({ state: 'queued', nextAttemptAt: expect.any(String) })
    expect(put[0]!.reason).toContain('log of the server')
    expect(Date.parse(put[0]!.nextAttemptAt!)).toBeGreaterThan(Date.now())
    await store.deleteFrom('mails').where('accountId', '=', one.accountId).execute()
  })

  test('A1 leads everybody to the host of their own account, whatever the address of the installation is', async () => {
    const accounts = [await anAccount(), await anAccount()]
    const mailing = startMail(
      aPool({ max: 6 }),
      { ...config, smtpUrl: server.url, mailFrom: 'learn@acme.test', baseUrl: 'https://learn.example.org:8443' },
      log,
    )
    for (const { accountId, learner } of accounts) await queue(accountId, [learner.id])
    for (const { accountId } of accounts) await settled(accountId)
    await mailing.stop()
    expect(accounts.map(({ learner }) => linkIn(server.to(learner.email)[0]!))).toEqual(
      accounts.map(({ host }) => `https://${host}:8443/sign-in`),
    )
  })

  test('R36 R11 what lets somebody in is not in the mail log either where an account puts it into a subject', async () => {
    const { accountId, owner, admin } = await anAccount({ learners: 0 })
    const { body } = (await admin.call(listTemplates, {})).items.find(({ kind }) => kind === 'password_reset')!
    await admin.call(editTemplate, { kind: 'password_reset', subject: 'New password: {{link}}', body })
    for (const smtpUrl of [server.url, undefined]) {
      await queue(accountId, [owner.id])
      await sql`update mails set kind = 'password_reset' where account_id = ${accountId}`.execute(store)
      const mailing = startMail(aPool({ max: 6 }), { ...config, smtpUrl, mailFrom: 'learn@acme.test' }, log)
      await settled(accountId)
      await mailing.stop()
    }
    expect(server.to(owner.email)[0]!.subject).toMatch(/^New password: .*token=[\w-]{43}$/)
    const { items } = await admin.call(listMails, {})
    expect(items.map(({ state }) => state)).toEqual(['kept', 'sent'])
    for (const { subject } of items) expect(subject).toMatch(/token=…$/)
  })

  test('R36 without a mail server it is kept with its link, which nobody reads who might not set that password either, and no token', async () => {
    const { accountId, owner, admin } = await anAccount({ learners: 0 })
    await queue(accountId, [owner.id])
    await sql`update mails set kind = 'password_reset' where account_id = ${accountId}`.execute(store)
    await admin.call(addUsers, {
      people: [{ firstName: 'New', lastName: 'Comer', email: 'new@comer.test', invite: true }],
    })
    const mailing = startMail(aPool({ max: 6 }), { ...config, smtpUrl: undefined }, log)
    await settled(accountId, 2)
    await mailing.stop()
    const { items, hasMailServer } = await admin.call(listMails, {})
    expect(hasMailServer).toBe(false)
    const read = (kind: string) => admin.call(getMail, { mailId: items.find((mail) => mail.kind === kind)!.id })
    expect((await read('invitation')).body).toMatch(/\/invitation\?token=[\w-]{43}/)
    expect((await read('password_reset')).body).toBeNull()
    const authorization = `Bearer ${await aToken(accountId, admin.id, { scopes: ['account_read'] })}`
    const script = new Person({ id: admin.id, email: admin.email, host: admin.host })
    for (const { id: mailId } of items)
      expect((await script.call(getMail, { mailId }, { authorization })).body).toBeNull()
  })

  test('R35 R11 while an address is changed no link goes to the one before', async () => {
    const { accountId, learner } = await anAccount()
    await sql`insert into mails (account_id, user_id, kind) values (${accountId}, ${learner.id}, 'password_reset')`.execute(
      store,
    )
    const changing = await store.startTransaction().execute()
    const toEmail = `right-${learner.id}@example.org`
    await changing.updateTable('profiles').set({ email: toEmail }).where('userId', '=', learner.id).execute()
    const mailing = aDeliverer()
    await somebodyWaits()
    await changing.commit().execute()
    await settled(accountId)
    await mailing.stop()
    expect(server.to(learner.email)).toEqual([])
    expect(server.to(toEmail)).toHaveLength(1)
    expect(await mailsOf(accountId)).toMatchObject([{ state: 'sent', toEmail }])
  })

  test('R35 nothing in a name becomes a header or another recipient', async () => {
    const { accountId } = await anAccount({ learners: 0 })
    const person = await aPerson(accountId, 'learner', { firstName: 'Lea' })
    await sql`update profiles set first_name = 'Lea, eve@evil.test;', last_name = 'a:b@evil.test' where user_id = ${person.id}`.execute(
      store,
    )
    await sql`update accounts set name = 'Acme <eve@evil.test>, x' where id = ${accountId}`.execute(store)
    await queue(accountId, [person.id])
    const mailing = aDeliverer()
    await settled(accountId)
    await mailing.stop()
    const [mail] = server.to(person.email)
    expect([mail!.to].flat().flatMap((one) => one!.value.map((to) => to.address))).toEqual([person.email])
    expect(mail!.from!.value.map((from) => from.address)).toEqual(['learn@acme.test'])
  })
})

describe('what causes mail', () => {
  test('S5 whoever comes back is told how to sign in; whoever never had a password gets an invitation', async () => {
    const { accountId, owner, learner } = await anAccount()
    const [crowd] = await aCrowd(accountId, 1)
    await store.updateTable('credentials').set({ passwordHash: 'x' }).where('userId', '=', learner.id).execute()
    await owner.call(deactivateUsers, { users: { ids: [learner.id, crowd!] } })
    await owner.call(activateUsers, { users: { ids: [learner.id, crowd!] } })
    expect((await mailsOf(accountId)).map(({ userId, kind }) => ({ userId, kind }))).toEqual(
      expect.arrayContaining([
        { userId: learner.id, kind: 'welcome_back' },
        { userId: crowd, kind: 'invitation' },
      ]),
    )
  })

  test('B5 whoever is back by an undo is told nothing: nothing told them that they were out', async () => {
    const { accountId, owner, people } = await anAccount({ learners: 2 })
    const { operation } = await owner.call(deactivateUsers, { users: { ids: people.map(({ id }) => id) } })
    await owner.call(undoOperation, { operationId: operation.id })
    expect(await people[0]!.row()).toMatchObject({ status: 'active' })
    expect(await mailsOf(accountId)).toEqual([])
  })

  test('C3.28 whoever waits for a seat is invited when they are let in, not before', async () => {
    const { accountId, owner } = await anAccount({ seatLimit: 2, learners: 0 })
    const { people } = await owner.call(addUsers, {
      people: [{ firstName: 'New', lastName: 'Comer', email: 'new@comer.test', invite: true }],
    })
    expect(people).toMatchObject([{ status: 'inactive' }])
    expect(await mailsOf(accountId)).toEqual([])
    await store.updateTable('accounts').set({ seatLimit: 3 }).where('id', '=', accountId).execute()
    await owner.call(activateUsers, { users: { ids: [people[0]!.userId] } })
    expect(await mailsOf(accountId)).toMatchObject([{ userId: people[0]!.userId, kind: 'invitation' }])
  })
})
