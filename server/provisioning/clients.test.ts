import { describe, expect, test } from 'vitest'
import { addDepartment } from '#contract/departments.ts'
import { addGroup } from '#contract/groups.ts'
import { getUser } from '#contract/people.ts'
import { listScimCalls } from '#contract/provisioning.ts'
import { somebodyWaits, store } from '#tests/harness/account.ts'
import {
  aManagedCrowd,
  enterprise,
  type IdentityProvider,
  provisioned,
  type Said,
  userSchema,
} from '#tests/harness/identity-provider.ts'

const { admin, idp } = await provisioned()
await admin.call(addDepartment, { name: 'Sales' })

const aUserName = () => `${crypto.randomUUID()}@example.org`

/** What Entra ID and Okta send to change somebody, word by word, and what becomes of them. */
const changes: [string, object[], object][] = [
  ['Entra: False as text', [{ op: 'Replace', path: 'active', value: 'False' }], { active: false }],
  ['Entra: false by the newer flag', [{ op: 'replace', path: 'active', value: false }], { active: false }],
  ['Entra: Add for what is there', [{ op: 'Add', path: 'active', value: 'False' }], { active: false }],
  ['Okta: an object without a path', [{ op: 'replace', value: { active: false } }], { active: false }],
  [
    'Okta: an object without a path, with its id',
    [{ op: 'replace', value: { id: 'x', active: false } }],
    { active: false },
  ],
  ['an object at the path', [{ op: 'replace', path: 'active', value: { active: 'false' } }], { active: false }],
  ['a value within a list', [{ op: 'Replace', path: 'active', value: [{ value: 'False' }] }], { active: false }],
  ['FALSE', [{ op: 'REPLACE', path: 'ACTIVE', value: 'FALSE' }], { active: false }],
  ['by the whole name', [{ op: 'replace', path: `${userSchema}:active`, value: 'False' }], { active: false }],
  ['nothing said of active', [{ op: 'Replace', path: 'title', value: 'Chief' }], { active: true, title: 'Chief' }],
  ['active taken away', [{ op: 'Remove', path: 'active' }], { active: true }],
  [
    'Entra: several at once',
    [
      { op: 'Add', path: 'title', value: 'Lead' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'several@example.org' },
      { op: 'Replace', path: 'name.familyName', value: 'Smith' },
      { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '5' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '6' },
      { op: 'Replace', path: 'phoneNumbers[type eq "fax"].value', value: '7' },
      { op: 'Add', path: `${enterprise}:department`, value: 'Sales' },
      { op: 'Add', path: `${enterprise}:employeeNumber`, value: '42' },
      { op: 'Add', path: `${enterprise}:manager`, value: [{ $ref: '../Users/1', value: '1' }] },
      { op: 'Replace', path: 'addresses[type eq "work"].formatted', value: 'Here' },
    ],
    {
      title: 'Lead',
      emails: [{ value: 'several@example.org' }],
      name: { familyName: 'Smith' },
      phoneNumbers: [{ value: '5', type: 'work' }],
      [enterprise]: { department: 'Sales' },
    },
  ],
  [
    'Entra: names with dots in an object without a path',
    [
      {
        op: 'Replace',
        value: {
          'name.givenName': 'Ann',
          'emails[type eq "work"].value': 'dots@example.org',
          [`${enterprise}:department`]: 'Sales',
          active: 'False',
        },
      },
    ],
    {
      name: { givenName: 'Ann' },
      emails: [{ value: 'dots@example.org' }],
      [enterprise]: { department: 'Sales' },
      active: false,
    },
  ],
  [
    'Okta: the whole profile',
    [
      {
        op: 'replace',
        value: {
          name: { givenName: 'Ann', familyName: 'Lee' },
          emails: [{ primary: true, value: 'okta@example.org', type: 'work' }],
        },
      },
    ],
    { name: { formatted: 'Ann Lee' }, emails: [{ value: 'okta@example.org' }] },
  ],
  [
    'a list as the first of the values',
    [{ op: 'add', path: 'emails', value: [{ value: 'list@example.org', type: 'work' }] }],
    { emails: [{ value: 'list@example.org' }] },
  ],
  [
    'a value that is empty',
    [
      { op: 'Add', path: 'title', value: 'x' },
      { op: 'Replace', path: 'title', value: '' },
    ],
    { active: true },
  ],
]

describe('R37 R38 what identity providers send', () => {
  test.each(changes)('%s', async (_, operations, becomes) => {
    const one = await idp.add()
    const { status, body } = await idp.patch(`/Users/${one.id}`, ...operations)
    expect({ status, body }).toMatchObject({ status: 200, body: becomes })
    expect((await idp.get(`/Users/${one.id}`)).body).toEqual(body)
  })

  test.each([[true], [false], ['True'], ['False'], ['true'], ['false']])(
    'R38 a POST and a PUT with active %j',
    async (active) => {
      const expected = String(active).toLowerCase() === 'true'
      const one = await idp.add({ active })
      expect(one.active).toBe(expected)
      const other = await idp.add({ active: !expected })
      expect((await idp.send('PUT', `/Users/${other.id}`, { ...other, active })).body.active).toBe(expected)
    },
  )

  test('R38 nothing said of active: a new person is in, another stays as they are', async () => {
    const { active: _, ...one } = await idp.add()
    await idp.patch(`/Users/${one.id}`, { op: 'replace', value: { active: false } })
    expect((await idp.send('PUT', `/Users/${one.id}`, one)).body.active).toBe(false)
    expect(await idp.add({ active: null })).toMatchObject({ active: true })
  })

  test('the round of Entra ID: looks, adds, changes, disables, enables, and deletes for good', async () => {
    const userName = aUserName()
    expect(await idp.found('userName eq "non-existent-0b1"')).toEqual([])
    expect(await idp.found(`userName eq "${userName}"`)).toEqual([])
    const { body: one } = await idp.post('/Users', {
      schemas: [userSchema, enterprise],
      externalId: `entra-${userName}`,
      userName,
      active: true,
      addresses: [{ primary: false, type: 'work', country: 'X' }],
      displayName: 'lennay',
      emails: [{ primary: true, type: 'work', value: userName }],
      meta: { resourceType: 'User' },
      name: { familyName: 'Casper', givenName: 'Hoyt', formatted: 'Hoyt Casper' },
      phoneNumbers: [{ primary: true, type: 'work', value: '50-518-9' }],
      preferredLanguage: 'zz-ZZ',
      roles: [{ primary: false, value: '{"displayName":"Administrator"}' }],
      [enterprise]: { department: 'Sales', manager: {} },
    })
    expect(await idp.found(`externalId eq "entra-${userName}"`)).toEqual([one])
    expect(await idp.found(`USERNAME EQ "${userName.toUpperCase()}"`)).toEqual([one])
    const group = await idp.addGroup({ externalId: `g-${userName}`, members: [] })
    expect(
      await idp.found(`displayName eq "${group.displayName}"`, '/Groups?excludedAttributes=members&'),
    ).toMatchObject([{ id: group.id }])
    const add = { op: 'Add', path: 'members', value: [{ $ref: null, value: one.id }] }
    expect(await idp.patch(`/Groups/${group.id}`, add)).toMatchObject({ status: 204, body: '' })
    expect((await idp.get(`/Groups/${group.id}?excludedAttributes=members`)).body).not.toHaveProperty('members')
    const disable = { op: 'Replace', path: 'active', value: 'False' }
    expect((await idp.patch(`/Users/${one.id}`, disable)).body).toMatchObject({
      active: false,
      groups: [{ value: group.id }],
    })
    expect((await idp.patch(`/Users/${one.id}`, { ...disable, value: 'True' })).body.active).toBe(true)
    const remove = { op: 'Remove', path: `members[value eq "${one.id}"]` }
    expect((await idp.patch(`/Groups/${group.id}`, remove)).status).toBe(204)
    expect((await idp.get(`/Groups/${group.id}`)).body).not.toHaveProperty('members')
    expect((await idp.send('DELETE', `/Groups/${group.id}`)).status).toBe(204)
    expect((await idp.send('DELETE', `/Users/${one.id}`)).status).toBe(204)
    expect(await idp.found(`userName eq "${userName}"`)).toMatchObject([{ id: one.id, active: false }])
  })

  test('the round of Okta: tests, imports by pages, adds, puts, pushes a group, deactivates and takes back', async () => {
    expect(await idp.get('/Users?startIndex=1&count=2')).toMatchObject({
      status: 200,
      body: { startIndex: 1, itemsPerPage: 2 },
    })
    const userName = aUserName()
    expect(await idp.found(`userName eq "${userName}"`)).toEqual([])
    const { body: one } = await idp.post('/Users', {
      schemas: [userSchema],
      userName,
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: userName, type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    })
    expect(one).toMatchObject({ userName, active: true })
    expect(await idp.post('/Users', one)).toMatchObject({
      status: 409,
      body: { status: '409', scimType: 'uniqueness' },
    })
    const put = { ...one, name: { givenName: 'Another', familyName: 'User' }, displayName: 'Another User' }
    expect((await idp.send('PUT', `/Users/${one.id}`, put)).body).toMatchObject({ name: { formatted: 'Another User' } })
    const { body: group } = await idp.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Pushed',
      members: [{ value: one.id, display: userName }],
    })
    const replace = (value: object) => idp.patch(`/Groups/${group.id}`, { op: 'replace', value })
    expect((await replace({ id: group.id, displayName: 'Pushed anew' })).status).toBe(204)
    expect((await idp.patch(`/Groups/${group.id}`, { op: 'replace', path: 'members', value: [] })).status).toBe(204)
    expect((await idp.get(`/Groups/${group.id}`)).body).toMatchObject({ displayName: 'Pushed anew' })
    expect((await idp.send('PUT', `/Users/${one.id}`, { ...put, active: false })).body.active).toBe(false)
    expect((await idp.patch(`/Users/${one.id}`, { op: 'replace', value: { active: true } })).body.active).toBe(true)
    expect(await idp.get(`/Users/${crypto.randomUUID()}`)).toMatchObject({
      status: 404,
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] },
    })
    expect(await idp.get('/Users', { authorization: 'Bearer wrong' })).toMatchObject({
      status: 401,
      body: { status: '401' },
    })
  })
})

const membersOf = async (idp: IdentityProvider, id: string): Promise<string[]> =>
  ((await idp.get(`/Groups/${id}`)).body.members ?? []).map(({ value }: Said) => value).sort()

describe('groups', () => {
  test('R37 are added, renamed, filled, replaced and deleted; their people stay (RFC 7644, 3.5.2)', async () => {
    const { accountId, admin, idp, learner } = await provisioned()
    const people: Said[] = []
    for (let n = 0; n < 4; n++) people.push(await idp.add())
    const ids = people.map(({ id }) => id as string).sort()
    const members = (...which: number[]) => which.map((place) => ({ value: ids[place] }))
    const group = await idp.addGroup({ displayName: 'Engineers', externalId: 'g1', members: members(0) })
    expect(group).toMatchObject({
      displayName: 'Engineers',
      externalId: 'g1',
      members: [{ value: ids[0], type: 'User', display: 'Barbara Jensen' }],
      meta: { resourceType: 'Group', version: expect.stringMatching(/^W\//) },
    })
    const at = `/Groups/${group.id}`
    const change = async (...operations: object[]) => {
      expect(await idp.patch(at, ...operations)).toMatchObject({
        status: 204,
        body: '',
        headers: { etag: expect.any(String) },
      })
      return membersOf(idp, group.id)
    }
    expect(await change({ op: 'Add', path: 'members', value: members(0, 1, 2) })).toEqual(ids.slice(0, 3))
    expect(await change({ op: 'remove', path: `members[value eq "${ids[0]}" or value eq "${ids[1]}"]` })).toEqual([
      ids[2],
    ])
    expect(await change({ op: 'Remove', path: 'members', value: members(2) })).toEqual([])
    expect(await change({ op: 'add', value: { members: members(3), displayName: 'Builders' } })).toEqual([ids[3]])
    expect(await change({ op: 'replace', path: 'members', value: members(0, 1) })).toEqual([ids[0], ids[1]])
    expect(
      await change(...[2, 3].map((place) => ({ op: 'add', path: 'members', value: { value: ids[place] } })), {
        op: 'remove',
        path: `members[value eq "${ids[0]}"]`,
      }),
    ).toEqual(ids.slice(1))
    expect(await change({ op: 'remove', path: 'members' })).toEqual([])
    // Whoever is not managed by it is not its to add, nor to take out.
    await store.insertInto('groupMembers').values({ accountId, groupId: group.id, userId: learner.id }).execute()
    expect(
      await change({ op: 'replace', path: 'members', value: [{ value: admin.id }, { value: 'x' }, ...members(1)] }),
    ).toEqual([ids[1]])
    expect((await admin.call(getUser, { userId: learner.id })).groups).toMatchObject([{ name: 'Builders' }])
    expect((await admin.call(listScimCalls, {})).items.find(({ detail }) => detail !== null)?.detail).toContain(
      '2 of the members',
    )
    expect(await idp.send('PUT', at, { displayName: 'Putters', members: members(3) })).toMatchObject({
      status: 200,
      body: { displayName: 'Putters', externalId: 'g1', members: [{ value: ids[3] }] },
    })
    expect(
      (
        await idp.send('PATCH', `${at}?attributes=displayName`, {
          Operations: [{ op: 'replace', path: 'displayName', value: 'Last' }],
        })
      ).body,
    ).toEqual({ schemas: group.schemas, id: group.id, displayName: 'Last' })
    expect((await idp.send('DELETE', at)).status).toBe(204)
    expect((await idp.get(at)).status).toBe(404)
    expect((await idp.get(`/Users/${ids[3]}`)).body).not.toHaveProperty('groups')
  })

  test('those made here are not seen, and their names are taken', async () => {
    const { admin, idp } = await provisioned()
    const ours = await admin.call(addGroup, { name: 'Ours' })
    expect((await idp.get('/Groups')).body).toMatchObject({ totalResults: 0, Resources: [] })
    expect((await idp.send('DELETE', `/Groups/${ours.id}`)).status).toBe(404)
    expect(await idp.post('/Groups', { displayName: 'Ours' })).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    })
    const group = await idp.addGroup({ externalId: 'g1' })
    expect(await idp.post('/Groups', { displayName: 'Another', externalId: 'g1' })).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    })
    for (const wrong of [
      {},
      { displayName: '' },
      { displayName: 'x', members: [{}] },
      { displayName: 'x', members: [7] },
      { displayName: 7 },
      { displayName: 'x', externalId: 1 },
    ])
      expect(await idp.post('/Groups', wrong)).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
    for (const [operation, scimType] of [
      [{ op: 'add', path: `members[value eq "x"]`, value: {} }, 'mutability'],
      [{ op: 'remove', path: 'members[display co "x"]' }, 'invalidFilter'],
      [{ op: 'remove', path: 'displayName' }, 'invalidValue'],
      [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    ] as const)
      expect(await idp.patch(`/Groups/${group.id}`, operation)).toMatchObject({ status: 400, body: { scimType } })
  })

  test('their version changes with whatever changes them, by whomever (RFC 7644, 3.14)', async () => {
    const { accountId, admin, idp, learner } = await provisioned()
    const group = await idp.addGroup()
    const version = async () => (await idp.get(`/Groups/${group.id}?excludedAttributes=members`)).headers['etag']
    const seen = [await version()]
    await idp.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: (await idp.add()).id }] })
    seen.push(await version())
    await store.insertInto('groupMembers').values({ accountId, groupId: group.id, userId: learner.id }).execute()
    seen.push(await version())
    await store.updateTable('groups').set({ name: 'Renamed' }).where('id', '=', group.id).execute()
    seen.push(await version())
    expect(new Set(seen).size).toBe(4)
    expect(
      (await idp.send('PUT', `/Groups/${group.id}`, { displayName: 'x' }, { 'if-match': String(seen[0]) })).status,
    ).toBe(412)
    expect((await idp.get(`/Groups/${group.id}`, { 'if-none-match': String(seen[3]) })).status).toBe(304)
    expect((await admin.call(listScimCalls, { which: 'refused' })).items).toMatchObject([
      { method: 'PUT', status: 412 },
    ])
  })

  test('of two who change the same version one is told, though it was not committed yet (RFC 7644, 3.14)', async () => {
    const { idp } = await provisioned()
    const group = await idp.addGroup()
    const first = await store.startTransaction().execute()
    await first.updateTable('groups').set({ name: 'First' }).where('id', '=', group.id).execute()
    const put = { displayName: 'Second' }
    const second = idp.send('PUT', `/Groups/${group.id}`, put, { 'if-match': group.meta.version })
    await somebodyWaits()
    await first.commit().execute()
    expect((await second).status).toBe(412)
    expect((await idp.get(`/Groups/${group.id}`)).body.displayName).toBe('First')
  })

  test('a large one is filled, replaced and emptied at once', async () => {
    const { accountId, idp } = await provisioned()
    const ids = await aManagedCrowd(accountId, 1_500)
    const group = await idp.addGroup({ members: ids.slice(0, 1_000).map((value) => ({ value })) })
    expect(group.members).toHaveLength(1_000)
    await idp.patch(`/Groups/${group.id}`, {
      op: 'replace',
      path: 'members',
      value: ids.slice(500).map((value) => ({ value })),
    })
    expect(await membersOf(idp, group.id)).toEqual(ids.slice(500).sort())
    expect((await idp.get('/Groups?excludedAttributes=members')).body.Resources[0]).not.toHaveProperty('members')
  })
})
