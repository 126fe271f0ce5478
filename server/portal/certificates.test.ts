import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { editUser, getUser } from '#contract/people.ts'
import { getCertificate, listMyCertificates, listMyHistory, saveProgress, verifyCertificate } from '#contract/portal.ts'
import { anAccount, aPerson, Person, store } from '#tests/harness/account.ts'
import { aCourse, aPageModule, opened } from '#tests/harness/course.ts'

/** Somebody who has just completed a course that gives a certificate. */
async function certified({ certificateMonths = null as number | null } = {}) {
  const account = await aCourse([aPageModule], { givesCertificate: true, certificateMonths })
  const player = await opened(account.learner, account.module)
  const { certificateId } = await account.learner.call(saveProgress, { ...player, number: 1, seconds: 1, isDone: true })
  const { items } = await account.learner.call(listMyCertificates, {})
  return { ...account, certificateId: certificateId!, certificate: items[0]! }
}

/** Somebody at this host who is not signed in, who knocks from an address of their own. */
const anybody = (host: string) => new Person({ id: '', email: '', host })
const fromSomewhere = () => ({ 'x-forwarded-for': `10.${randomUUID().replaceAll(/\D/g, '').slice(0, 2)}.0.1` })

describe('a certificate', () => {
  test('is given once, with the names of that day, and its mail in the same commit', async () => {
    const { accountId, learner, owner, certificate, certificateId, courseId, module } = await certified()
    expect(certificate).toMatchObject({
      id: certificateId,
      code: expect.stringMatching(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/),
      courseTitle: 'Safety',
      personName: 'Lea0 Example',
      expiresOn: null,
      isValid: true,
    })
    await learner.call(saveProgress, { ...(await opened(learner, module)), number: 1, seconds: 1, isDone: true })
    await store.updateTable('courses').set({ title: 'Renamed' }).where('id', '=', courseId).execute()
    const { version } = await owner.call(getUser, { userId: learner.id })
    await owner.call(editUser, { userId: learner.id, version, lastName: 'Married' })
    expect(await learner.call(listMyCertificates, {})).toEqual({ items: [certificate] })
    const mails = await store.selectFrom('mails').select(['kind', 'about']).where('userId', '=', learner.id).execute()
    expect(mails).toEqual([{ kind: 'certificate', about: { certificateId, courseId } }])
    expect((await learner.call(listMyHistory, {})).items).toMatchObject([
      { courseTitle: 'Renamed', state: 'completed', progress: 100, isCurrent: true },
    ])
    expect(
      await store.selectFrom('certificates').selectAll().where('accountId', '=', accountId).execute(),
    ).toHaveLength(1)
  })

  test('is not given by a course that gives none', async () => {
    const { learner, module } = await aCourse([aPageModule])
    const player = await opened(learner, module)
    expect(await learner.call(saveProgress, { ...player, number: 1, seconds: 1, isDone: true })).toMatchObject({
      progress: 100,
      certificateId: null,
    })
  })

  test('is a PDF for its person and those who may see them, and nobody else', async () => {
    const { accountId, learner, owner, admin, author, certificateId } = await certified()
    const { status, headers, body } = await learner.send(getCertificate, { certificateId })
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/pdf',
      'private, no-store',
    ])
    expect(headers['content-disposition']).toContain("inline; filename*=UTF-8''Safety%20-%20Lea0%20Example.pdf")
    expect(body).toMatch(/^%PDF-1\.\d[\s\S]*%%EOF\s*$/)
    const stranger = await anAccount()
    for (const [person, expected] of [
      [owner, 200],
      [admin, 200],
      [author, 404],
      [await aPerson(accountId), 404],
      [await aPerson(accountId, 'department_administrator'), 404],
      [stranger.owner, 404],
    ] as const)
      expect((await person.send(getCertificate, { certificateId })).status).toBe(expected)
    await owner.call(deactivateUsers, { users: { ids: [learner.id] } })
    expect(await learner.refused(getCertificate, { certificateId })).toMatchObject({ code: 'account_inactive' })
  })

  test('can be drawn of very long and foreign names', async () => {
    const { learner, certificateId } = await certified()
    for (const personName of [
      'N'.repeat(400),
      'Žofie Łukasiewicz-Ёлкина',
      '🦺 \u202E\u0000'.replace('\u0000', ''),
      '名',
    ]) {
      await store
        .updateTable('certificates')
        .set({ personName, courseTitle: personName })
        .where('id', '=', certificateId)
        .execute()
      const { status, body } = await learner.send(getCertificate, { certificateId })
      expect([status, (body as string).match(/\/Type \/Page\b/g)?.length]).toEqual([200, 1])
    }
  })
})

describe('whoever has the code', () => {
  test('has it verified without signing in, also when its person is inactive, and learns nothing else', async () => {
    const { host, learner, owner, certificate } = await certified({ certificateMonths: 12 })
    const { id: _, ...printed } = certificate
    await owner.call(deactivateUsers, { users: { ids: [learner.id] } })
    const typed = [certificate.code, certificate.code.toLowerCase(), certificate.code.replaceAll('-', ' ')]
    for (const code of [...typed, certificate.code.replaceAll('0', 'O').replaceAll('1', 'l')])
      expect(await anybody(host).call(verifyCertificate, { code }, fromSomewhere())).toEqual({
        accountName: 'Acme',
        certificate: printed,
      })
  })

  test('learns that it is not valid any more', async () => {
    const { host, certificate } = await certified({ certificateMonths: 1 })
    await store.updateTable('certificates').set({ expiresOn: '2024-01-01' }).where('id', '=', certificate.id).execute()
    expect(await anybody(host).call(verifyCertificate, { code: certificate.code })).toMatchObject({
      certificate: { expiresOn: '2024-01-01', isValid: false },
    })
  })

  test('of another account (A1), of none, or that nobody has, learns nothing', async () => {
    const { certificate, host } = await certified()
    const { host: elsewhere } = await anAccount()
    expect(await anybody(elsewhere).refused(verifyCertificate, { code: certificate.code })).toMatchObject({
      status: 404,
      code: 'no_such_certificate',
    })
    for (const code of ['0000-0000-0000-0000', "' or 1=1 --", '%', '\u0000'])
      expect((await anybody(host).send(verifyCertificate, { code })).status).toBe(404)
    expect(await anybody('nobody.test').refused(verifyCertificate, { code: certificate.code })).toMatchObject({
      code: 'no_account_here',
    })
  })

  test('may not try without end from one address; others may', async () => {
    const { host, certificate } = await certified()
    const from = { 'x-forwarded-for': '192.0.2.7' }
    const replies = await Promise.all(
      Array.from({ length: 105 }, () => anybody(host).send(verifyCertificate, { code: '0000' }, from)),
    )
    expect(replies.filter((reply) => reply.status === 404)).toHaveLength(100)
    const refused = await anybody(host).send(verifyCertificate, { code: certificate.code }, from)
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const elsewhere = { 'x-forwarded-for': '192.0.2.8' }
    expect((await anybody(host).send(verifyCertificate, { code: certificate.code }, elsewhere)).status).toBe(200)
  })
})
