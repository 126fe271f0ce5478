import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { getUser, listUsers } from '#contract/people.ts'
import { addProvisioningToken, linkPerson, listPeopleToLink, listScimCalls } from '#contract/provisioning.ts'
import { changeSeats } from '#contract/seats.ts'
import { getMe } from '#contract/sign-in.ts'
import { addToken, endToken, listTokens, tokenScopes } from '#contract/tokens.ts'
import { takeTurn, workFor } from '#server/gate/work.ts'
import { fillFromWaiting } from '#server/lifecycle/activate.ts'
import {
  aNode,
  aPerson,
  aSession,
  database,
  letDatePass,
  Person,
  somebodyWaits,
  store,
} from '#tests/harness/account.ts'
import { type IdentityProvider, provisioned } from '#tests/harness/identity-provider.ts'

const become = (active: unknown) => ({ op: 'Replace', path: 'active', value: active })
const aUser = () => ({
  userName: `${crypto.randomUUID()}@example.org`,
  name: { givenName: 'New', familyName: 'Person' },
})

describe('R15 T2 seats', () => {
  test('T3 a new person without a free seat is added all the same, waits for one, and the log says so', async () => {
    const { admin, idp, seatsUsed } = await provisioned({ seatLimit: 4 })
    expect(await idp.add()).toMatchObject({ active: true })
    const { status, body } = await idp.post('/Users', { ...aUser(), active: true })
    expect([status, body.active]).toEqual([201, false])
    expect(await admin.call(getUser, { userId: body.id })).toMatchObject({
      status: 'inactive',
      statusCause: 'seat_limit',
    })
    expect((await admin.call(listUsers, { status: 'waiting' })).items).toMatchObject([{ id: body.id }])
    expect((await admin.call(listScimCalls, {})).items[0]).toMatchObject({
      status: 201,
      whom: body.userName,
      detail: 'No seat is free: they wait for one.',
    })
    expect(await seatsUsed()).toBe(4)
  })

  test('T3 whoever is made inactive or deleted while they wait is not let in when a seat is free, and is told so once', async () => {
    const { accountId, owner, idp } = await provisioned({ seatLimit: 3 })
    await owner.call(changeSeats, { fillFromWaiting: true })
    const [one, two, three] = [await idp.add(), await idp.add(), await idp.add()]
    expect((await idp.patch(`/Users/${one.id}`, become('False'))).body).toEqual(one)
    expect((await idp.patch(`/Users/${one.id}`, become(false))).status).toBe(200)
    expect((await idp.send('DELETE', `/Users/${two.id}`)).status).toBe(204)
    expect(await new Person({ id: one.id, email: one.userName, host: owner.host }).events()).toMatchObject([
      { change: 'added', cause: 'seat_limit' },
      { change: 'deactivated', cause: 'provisioning', fromCause: 'seat_limit', fromStatus: 'inactive' },
    ])
    await owner.call(changeSeats, { limit: 9 })
    await workFor(database, accountId, 'clock', async (work) => (await takeTurn(work), fillFromWaiting(work)))
    const isIn = async ({ id }: { id: string }) => (await idp.get(`/Users/${id}`)).body.active
    expect([await isIn(one), await isIn(two), await isIn(three)]).toEqual([false, false, true])
  })

  test('T4 whoever is to come in without one is refused with 403, and nothing else of the request is done', async () => {
    const { idp, seatsUsed } = await provisioned({ seatLimit: 4 })
    const [first, waiting] = [await idp.add(), await idp.add()]
    const full = { status: 403, body: { status: '403', detail: expect.stringMatching(/^User limit reached \(4\)/) } }
    expect(
      await idp.patch(`/Users/${waiting.id}`, become('True'), { op: 'add', path: 'title', value: 'x' }),
    ).toMatchObject(full)
    expect(await idp.send('PUT', `/Users/${waiting.id}`, { ...waiting, title: 'x', active: true })).toMatchObject(full)
    expect((await idp.get(`/Users/${waiting.id}`)).body).toEqual(waiting)
    // T6: who leaves makes room in the same commit.
    await idp.patch(`/Users/${first.id}`, become('False'))
    expect((await idp.patch(`/Users/${waiting.id}`, become(true))).body.active).toBe(true)
    expect(await seatsUsed()).toBe(4)
  })

  test('R13 of twenty at once by two nodes, who are added and who come back, one takes the last seat', async () => {
    const { idp, seatsUsed, accountId } = await provisioned({ learners: 0 })
    const back = await Promise.all(Array.from({ length: 10 }, () => idp.add({ active: false })))
    await store.updateTable('accounts').set({ seatLimit: 3 }).where('id', '=', accountId).execute()
    const there = idp.at(await aNode())
    const answers = await Promise.all(
      back.flatMap(({ id }, place) => [
        (place % 2 ? idp : there).post('/Users', aUser()),
        (place % 2 ? there : idp).patch(`/Users/${id}`, become(true)),
      ]),
    )
    expect(answers.filter(({ body }) => body.active === true)).toHaveLength(1)
    expect(answers.filter(({ status }) => ![200, 201, 403].includes(status))).toEqual([])
    expect(await seatsUsed()).toBe(3)
  })

  test('T2 the last seat is taken but not yet committed: the next one waits, and then finds none', async () => {
    const { accountId, idp, seatsUsed } = await provisioned({ seatLimit: 4 })
    const first = await store.startTransaction().execute()
    await first.insertInto('users').values({ accountId, status: 'active' }).execute()
    const second = idp.post('/Users', aUser())
    await somebodyWaits()
    await first.commit().execute()
    expect((await second).body).toMatchObject({ active: false })
    expect(await seatsUsed()).toBe(4)
  })

  test('S1 whose date has passed is not active, though nothing has recorded it', async () => {
    const { admin, idp } = await provisioned()
    const one = await idp.add()
    await letDatePass(new Person({ id: one.id, email: one.userName, host: admin.host }))
    const { body } = await idp.get(`/Users/${one.id}`)
    expect(body.active).toBe(false)
    expect(body.meta.version).not.toBe(one.meta.version)
    expect((await idp.patch(`/Users/${one.id}`, become(true))).body.active).toBe(true)
  })
})

/** Lets the identity provider manage somebody who was here before it. */
async function linked(idp: IdentityProvider, by: Person, whom: { id: string; email: string }): Promise<void> {
  await idp.post('/Users', { ...aUser(), userName: whom.email })
  await by.call(linkPerson, { userId: whom.id })
}

describe('R28 R36 what it may not', () => {
  test('S6 the owner is protected on every path, with 403 and a reason', async () => {
    const { owner, idp } = await provisioned()
    await linked(idp, owner, owner)
    const { body: one } = await idp.get(`/Users/${owner.id}`)
    for (const [method, body] of [
      ['PUT', { ...one, active: false }],
      ['PATCH', { Operations: [become('False')] }],
      ['PATCH', { Operations: [{ op: 'replace', value: { active: false } }] }],
      ['DELETE', undefined],
    ] as const)
      expect(await idp.send(method, `/Users/${owner.id}`, body)).toMatchObject({
        status: 403,
        body: { status: '403', detail: expect.stringContaining('owner is always active') },
      })
    // Nor is their profile that of somebody below (higher role).
    expect(await idp.patch(`/Users/${owner.id}`, { op: 'replace', path: 'title', value: 'x' })).toMatchObject({
      status: 403,
    })
    expect(await owner.row()).toMatchObject({ status: 'active', role: 'owner' })
    expect((await idp.get(`/Users/${owner.id}`)).body).toEqual(one)
  })

  test('nobody puts themselves out by a token of their own, and it puts out whomever its person may', async () => {
    const { accountId, owner, admin, idp } = await provisioned()
    const other = await aPerson(accountId, 'administrator')
    for (const one of [admin, other]) await linked(idp, owner, one)
    expect(await idp.patch(`/Users/${admin.id}`, become(false))).toMatchObject({ status: 403 })
    expect((await idp.patch(`/Users/${other.id}`, become(false))).body.active).toBe(false)
    expect(await other.events()).toMatchObject([
      { change: 'deactivated', cause: 'provisioning', byUserId: admin.id, toStatus: 'inactive' },
    ])
  })

  test('R36 no role is given, by no name for it', async () => {
    const { admin, idp } = await provisioned()
    const roles = {
      roles: [{ value: 'administrator' }],
      role: 'administrator',
      userType: 'administrator',
      'urn:rollcall:2.0:User': { role: 'owner' },
    }
    const one = await idp.add({ ...roles, entitlements: [{ value: 'owner' }] })
    await idp.send('PUT', `/Users/${one.id}`, { ...one, ...roles })
    await idp.patch(
      `/Users/${one.id}`,
      { op: 'add', path: 'roles', value: [{ value: 'owner' }] },
      { op: 'add', value: roles },
    )
    expect(await admin.call(getUser, { userId: one.id })).toMatchObject({ role: 'learner', managedDepartmentIds: [] })
  })
})

describe('R39 the token', () => {
  test('is made by whoever manages the account, ends, is shown once, and is ended at once', async () => {
    const { owner, admin, learner, idp } = await provisioned()
    expect(await learner.refused(addProvisioningToken, { name: 'x' })).toMatchObject({ code: 'not_allowed' })
    const { id, token } = await owner.call(addProvisioningToken, { name: 'Okta', days: 30 })
    const listed = (await admin.call(listTokens, {})).items
    expect(listed).toMatchObject([
      { id, kind: 'account', scopes: ['provisioning'], name: 'Okta', lastUsedAt: null, expiresAt: expect.any(String) },
      { name: 'Entra ID' },
    ])
    expect(JSON.stringify([listed, await store.selectFrom('apiTokens').selectAll().execute()])).not.toContain(token)
    const bearer = { authorization: `Bearer ${token}` }
    expect((await idp.get('/Users', bearer)).status).toBe(200)
    expect((await admin.call(listTokens, {})).items[0]!.lastUsedAt).not.toBeNull()
    await admin.call(endToken, { tokenId: id })
    expect((await idp.get('/Users', bearer)).status).toBe(401)
    await store.updateTable('apiTokens').set({ expiresAt: '2026-01-01' }).where('name', '=', 'Entra ID').execute()
    expect((await idp.get('/Users')).status).toBe(401)
  })

  test('opens nothing of the API, and no other token or session opens this', async () => {
    const { accountId, admin, idp } = await provisioned()
    const withIt = { authorization: `Bearer ${idp.token}` }
    const { id, email, host } = admin
    const program = new Person({ id, email, host })
    for (const endpoint of [getMe, listUsers])
      expect(await program.send(endpoint, {}, withIt)).toMatchObject({ status: 403, body: { code: 'outside_scope' } })
    expect(await program.send(addProvisioningToken, { name: 'x' }, withIt)).toMatchObject({
      status: 403,
      body: { code: 'not_by_token' },
    })

    const { token } = await admin.call(addToken, { name: 'HR', kind: 'account', scopes: [...tokenScopes] })
    expect(await idp.get('/Users', { authorization: `Bearer ${token}` })).toMatchObject({
      status: 403,
      body: { status: '403', detail: expect.stringContaining('Settings → Provisioning') },
    })
    const cookie = { cookie: `session=${await aSession(accountId, admin.id)}` }
    expect(await admin.refused(addToken, { name: 'x', scopes: ['provisioning' as 'people_read'] })).toMatchObject({
      code: 'invalid_input',
    })
    for (const headers of [
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: 'Bearer ' },
      { authorization: `Basic ${btoa(`x:${idp.token}`)}` },
      { authorization: `Token ${idp.token}` },
      { authorization: idp.token },
      { authorization: `Bearer ${idp.token}x` },
      { authorization: 'Bearer undefined' },
      { authorization: '', ...cookie },
      { authorization: `Bearer ${await aSession(accountId, admin.id)}` },
    ])
      expect(await idp.get('/Users', headers)).toMatchObject({
        status: 401,
        headers: {
          'www-authenticate': expect.stringContaining('Bearer'),
          'content-type': expect.stringContaining('scim+json'),
        },
        body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' },
      })
  })

  test('A1 is of one account', async () => {
    const [one, other] = [await provisioned(), await provisioned()]
    expect((await one.idp.get('/Users', { authorization: `Bearer ${other.idp.token}` })).status).toBe(401)
    await other.idp.add()
    expect((await one.idp.get('/Users')).body).toMatchObject({ totalResults: 0 })
  })

  test('S2 S5 is refused while its person is out, which is recorded once, and works again when they are back', async () => {
    const { owner, admin, idp } = await provisioned()
    await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
    for (let tried = 0; tried < 3; tried++)
      expect(await idp.post('/Users', aUser())).toMatchObject({
        status: 401,
        body: { status: '401', detail: expect.stringContaining('inactive') },
      })
    expect((await admin.events()).filter(({ change }) => change === 'sign_in_refused')).toHaveLength(1)
    expect((await owner.call(listTokens, {})).items).toMatchObject([{ state: 'person_inactive' }])
    await owner.call(activateUsers, { users: { ids: [admin.id] } })
    expect((await idp.post('/Users', aUser())).status).toBe(201)
  })

  test('S3 waits for its turn behind the end of its person’s access, and then changes nobody', async () => {
    const { accountId, admin, idp } = await provisioned()
    const one = await idp.add()
    const ending = await store.startTransaction().execute()
    await sql`select pg_advisory_xact_lock(turn_lock(${accountId}))`.execute(ending)
    await ending.updateTable('users').set({ status: 'inactive' }).where('id', '=', admin.id).execute()
    const late = idp.patch(`/Users/${one.id}`, become(false))
    await somebodyWaits()
    await ending.commit().execute()
    expect(await late).toMatchObject({ status: 401 })
    expect(await store.selectFrom('users').select('status').where('id', '=', one.id).execute()).toEqual([
      { status: 'active' },
    ])
  })

  test('its person may not manage the account any more: it opens nothing', async () => {
    const { admin, idp } = await provisioned()
    await store.updateTable('users').set({ role: 'author' }).where('id', '=', admin.id).execute()
    expect(await idp.get('/Users')).toMatchObject({ status: 403, body: { status: '403' } })
  })
})

describe('R39 people who were here before', () => {
  test('are not taken over by their e-mail: an administrator links them, and until then they do not exist for it', async () => {
    const { owner, admin, learner, idp } = await provisioned()
    const told = {
      userName: learner.email.toUpperCase(),
      externalId: 'hr-7',
      name: { givenName: 'Taken', familyName: 'Over' },
      active: false,
    }
    const before = await admin.call(getUser, { userId: learner.id })
    expect(await idp.post('/Users', told)).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness', detail: expect.stringContaining('administrator') },
    })
    expect(await idp.found(`userName eq "${learner.email}" or emails eq "${learner.email}"`)).toEqual([])
    expect((await idp.patch(`/Users/${learner.id}`, become(false))).status).toBe(404)
    expect(await admin.call(getUser, { userId: learner.id })).toEqual(before)

    expect(await admin.call(listPeopleToLink, {})).toMatchObject({
      items: [{ userId: learner.id, email: learner.email, userName: told.userName, externalId: 'hr-7' }],
    })
    expect(await learner.refused(linkPerson, { userId: learner.id })).toMatchObject({ code: 'not_allowed' })
    expect(await admin.refused(linkPerson, { userId: admin.id })).toMatchObject({ code: 'not_found' })
    await owner.call(linkPerson, { userId: learner.id })
    expect(await admin.call(listPeopleToLink, {})).toEqual({ items: [] })
    const [found] = await idp.found('externalId eq "hr-7"')
    expect(found).toMatchObject({ id: learner.id, active: true, name: { familyName: 'Example' } })
    expect((await idp.patch(`/Users/${learner.id}`, become('False'))).body.active).toBe(false)
  })

  test('R36 whoever is above is linked by nobody below', async () => {
    const { owner, admin, idp } = await provisioned()
    await idp.post('/Users', { ...aUser(), userName: owner.email })
    expect(await admin.refused(linkPerson, { userId: owner.id })).toMatchObject({ code: 'higher_role' })
    expect((await admin.call(listPeopleToLink, {})).items).toHaveLength(1)
  })

  test('cannot be linked under a name that another has', async () => {
    const { admin, learner, idp } = await provisioned()
    const one = await idp.add({ externalId: 'hr-7' })
    await idp.post('/Users', { userName: `x-${one.userName}`, externalId: 'hr-7', emails: [{ value: learner.email }] })
    expect(await admin.refused(linkPerson, { userId: learner.id })).toMatchObject({ code: 'external_id_taken' })
    await idp.post('/Users', { userName: one.userName, externalId: 'hr-8', emails: [{ value: learner.email }] })
    expect(await admin.refused(linkPerson, { userId: learner.id })).toMatchObject({ code: 'user_name_taken' })
  })
})
