import { describe, expect, test } from 'vitest'
import {
  checkSetupLink,
  editAccount,
  getAccount,
  listTimeZones,
  previewZone,
  setUp,
  transferOwnership,
} from '#contract/accounts.ts'
import { deactivateUsers, previewChange } from '#contract/lifecycle.ts'
import { countUsers } from '#contract/people.ts'
import { getSeats } from '#contract/seats.ts'
import { hashPassword } from '#server/gate/passwords.ts'
import { anAccount, database, letDatePass, Person, store } from '#tests/harness/account.ts'
import { setupLink } from './setup-link.ts'

const password = 'correct horse battery staple'
const told = {
  accountName: 'Acme',
  firstName: 'Olga',
  lastName: 'Owner',
  email: 'olga@example.org',
  password,
  timeZone: 'Europe/Berlin',
  seatLimit: null,
  addSamples: false,
}
const nobody = new Person({ id: '', email: '', host: 'anywhere.test' })
const tokenOf = (link: string | null): string => link!.slice('/setup?token='.length)

// These come first: they need an installation without accounts.
describe('setting up', () => {
  test('a link that nobody printed opens nothing', async () => {
    expect(await nobody.refused(setUp, { ...told, token: 'made-up' })).toMatchObject({
      status: 403,
      code: 'setup_closed',
    })
    expect(await nobody.refused(checkSetupLink, { token: 'made-up' })).toMatchObject({ code: 'setup_closed' })
  })

  test('wrong input is told by field, creates nothing, and leaves the link good', async () => {
    const token = tokenOf(await setupLink(database))
    const refused = await nobody.refused(setUp, {
      ...told,
      token,
      email: 'no address',
      password: 'short',
      accountName: ' ',
    })
    expect((refused['where'] as { at: string }[]).map(({ at }) => at).sort()).toEqual([
      'accountName',
      'email',
      'password',
    ])
    expect(await nobody.refused(setUp, { ...told, token, timeZone: 'Mars/Olympus' })).toMatchObject({
      status: 422,
      code: 'unknown_time_zone',
    })
    expect(await nobody.call(checkSetupLink, { token })).toEqual({ done: true })
    expect(await store.selectFrom('accounts').select('id').execute()).toEqual([])
  })

  test('of ten who set up at once, with links of two nodes, one succeeds, and the links are used up', async () => {
    const tokens = [tokenOf(await setupLink(database)), tokenOf(await setupLink(database))]
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        nobody.send(setUp, { ...told, email: `olga${n}@example.org`, token: tokens[n % 2]! }),
      ),
    )
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ body }) => (body as { code?: string }).code === 'setup_closed')).toHaveLength(9)
    expect(await store.selectFrom('accounts').select('name').execute()).toEqual([{ name: 'Acme' }])
    expect(await setupLink(database)).toBeNull()
    expect(replies.find(({ status }) => status === 200)!.headers['set-cookie']).toBeDefined()
    await store.updateTable('accounts').set({ host: 'first.test' }).execute()
  })

  test('T3 samples beyond the seat limit wait; everybody is counted', async () => {
    await store.deleteFrom('sessions').execute()
    for (const table of ['lifecycleEvents', 'credentials', 'profiles', 'users', 'accounts'] as const)
      await store.deleteFrom(table).execute()
    const { headers } = await nobody.send(setUp, {
      ...told,
      token: tokenOf(await setupLink(database)),
      seatLimit: 100,
      addSamples: true,
    })
    const owner = new Person({
      id: '',
      email: '',
      host: nobody.host,
      token: /session=([^;]+)/.exec(String(headers['set-cookie']))![1],
    })
    const counts = await owner.call(countUsers, {})
    expect(counts.all).toBe(251)
    expect(counts.waiting).toBe(151)
    expect(counts.leaving).toBeGreaterThan(2)
    expect(await owner.call(getSeats, {})).toMatchObject({ limit: 100, used: counts.active })
    await store.updateTable('accounts').set({ host: 'samples.test' }).execute()
  })
})

describe('the account', () => {
  test('D4 another zone keeps the dates and moves the instants, and says whose', async () => {
    const { owner, learner } = await anAccount({ timeZone: 'Europe/Berlin' })
    await owner.call(deactivateUsers, { users: { ids: [learner.id] }, deactivationDate: '2031-06-01' })
    const preview = await owner.call(previewZone, { timeZone: 'Asia/Tokyo', deactivationTime: '18:00' })
    expect(preview).toMatchObject({
      count: 1,
      endAtOnce: 0,
      people: [
        {
          userId: learner.id,
          deactivationDate: '2031-06-01',
          from: '2031-06-01T21:59:00Z',
          to: '2031-06-01T09:00:00Z',
        },
      ],
    })
    expect((await learner.row()).deactivateAt).toBe('2031-06-01T21:59:00.000Z')

    const { version } = await owner.call(getAccount, {})
    const { account, moved } = await owner.call(editAccount, {
      version,
      timeZone: 'Asia/Tokyo',
      deactivationTime: '18:00',
    })
    expect(account).toMatchObject({ timeZone: 'Asia/Tokyo', deactivationTime: '18:00', version: version + 1 })
    expect(moved).toEqual(preview)
    expect(await learner.row()).toMatchObject({
      deactivationDate: '2031-06-01',
      deactivateAt: '2031-06-01T09:00:00.000Z',
    })
    expect((await learner.events()).at(-1)).toMatchObject({ change: 'date_moved', byUserId: owner.id })
  })

  test('R22 another zone lets nobody in again whose date has passed', async () => {
    const { owner, learner } = await anAccount({ timeZone: 'Pacific/Kiritimati' })
    await letDatePass(learner)
    const { version } = await owner.call(getAccount, {})
    await owner.call(editAccount, { version, timeZone: 'Pacific/Niue' })
    expect(await learner.row()).toMatchObject({ status: 'inactive', statusCause: 'schedule' })
  })

  test('of two who edit the settings at once the second is told, with what stands now', async () => {
    const { owner, admin } = await anAccount()
    const { version } = await owner.call(getAccount, {})
    await admin.call(editAccount, { version, name: 'Theirs' })
    expect(await owner.refused(editAccount, { version, name: 'Mine' })).toMatchObject({
      status: 409,
      code: 'stale_edit',
      current: { name: 'Theirs' },
    })
    // The database has the second; no mail and no browser can tell the time in it.
    for (const timeZone of ['Mars/Olympus', 'Factory'])
      expect(await owner.refused(editAccount, { version: version + 1, timeZone })).toMatchObject({
        code: 'unknown_time_zone',
      })
  })

  test('sets from how many people on a change is confirmed by their number', async () => {
    const { owner, admin, people } = await anAccount({ learners: 12 })
    const users = { ids: people.map(({ id }) => id) }
    const { version } = await owner.call(getAccount, {})
    for (const wrong of [{ massChangeCount: 0 }, { massChangePercent: 101 }, { massChangePercent: 12.5 }])
      expect(await owner.refused(editAccount, { version, ...wrong })).toMatchObject({ code: 'invalid_input' })
    const { account } = await owner.call(editAccount, { version, massChangeCount: 11 })
    expect(account).toMatchObject({ massChangeCount: 11, massChangePercent: 100 })
    expect(await admin.call(previewChange, { users, change: 'deactivate' })).toMatchObject({ needsConfirmCount: true })
    expect(await admin.refused(deactivateUsers, { users })).toMatchObject({ code: 'confirm_count', willChange: 12 })
    await owner.call(editAccount, { version: account.version, massChangeCount: 12 })
    expect(await admin.call(previewChange, { users, change: 'deactivate' })).toMatchObject({ needsConfirmCount: false })
    await admin.call(deactivateUsers, { users })
  })

  test('the zones offered are those that the database computes with', async () => {
    const { items } = await nobody.call(listTimeZones, {})
    expect(items).toContain('Europe/Berlin')
    expect(items).not.toContain('posix/Europe/Berlin')
  })
})

describe('ownership', () => {
  test('C3.44 it goes to an active person, by the owner with their password; the owner before becomes an administrator', async () => {
    const { accountId, owner, admin, people } = await anAccount({ learners: 2 })
    const [heir, gone] = people
    await store
      .updateTable('credentials')
      .set({ passwordHash: await hashPassword(password) })
      .where('accountId', '=', accountId)
      .execute()
    await admin.call(deactivateUsers, { users: { ids: [gone!.id] } })
    await admin.call(deactivateUsers, { users: { ids: [heir!.id] }, deactivationDate: '2031-06-01' })

    expect(await admin.refused(transferOwnership, { userId: heir!.id, currentPassword: password })).toMatchObject({
      code: 'not_allowed',
    })
    expect(await owner.refused(transferOwnership, { userId: heir!.id, currentPassword: 'not it' })).toMatchObject({
      code: 'wrong_current_password',
    })
    expect(await owner.refused(transferOwnership, { userId: gone!.id, currentPassword: password })).toMatchObject({
      code: 'not_an_active_user',
    })
    expect(
      await owner.refused(transferOwnership, { userId: crypto.randomUUID(), currentPassword: password }),
    ).toMatchObject({ code: 'not_found' })

    expect(await owner.call(transferOwnership, { userId: heir!.id, currentPassword: password })).toMatchObject({
      owner: { id: heir!.id },
    })
    expect(await heir!.row()).toMatchObject({ role: 'owner', status: 'active', deactivationDate: null })
    expect(await owner.row()).toMatchObject({ role: 'administrator', status: 'active' })
    // H1.
    expect((await heir!.events()).slice(-2)).toMatchObject([
      { change: 'date_cleared', byUserId: owner.id, fromDate: '2031-06-01', toDate: null },
      { change: 'owner_changed', byUserId: owner.id, fromDate: null, toDate: null },
    ])
  })

  test('S6 transferred to two at once, there is one owner', async () => {
    const { accountId, owner, people } = await anAccount({ learners: 2 })
    await store
      .updateTable('credentials')
      .set({ passwordHash: await hashPassword(password) })
      .where('accountId', '=', accountId)
      .execute()
    const replies = await Promise.all(
      people.map((heir) => owner.send(transferOwnership, { userId: heir.id, currentPassword: password })),
    )
    expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 403])
    const owners = await store
      .selectFrom('users')
      .select('id')
      .where('accountId', '=', accountId)
      .where('role', '=', 'owner')
      .execute()
    expect(owners).toHaveLength(1)
  })
})
