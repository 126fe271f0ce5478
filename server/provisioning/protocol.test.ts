import { describe, expect, test } from 'vitest'
import { addDepartment } from '#contract/departments.ts'
import { editUser, getUser } from '#contract/people.ts'
import { listScimCalls } from '#contract/provisioning.ts'
import { connect } from '#server/db/database.ts'
import { workFor } from '#server/gate/work.ts'
import { aNode, database, store } from '#tests/harness/account.ts'
import { enterprise, provisioned, refused, type Said, userSchema } from '#tests/harness/identity-provider.ts'
import { pruneCalls } from './calls.ts'

const { idp, admin, accountId } = await provisioned()
await admin.call(addDepartment, { name: 'Sales' })

describe('R37 versions (RFC 7644, 3.14)', () => {
  test('whoever has what there is gets 304, and a change of what was not seen 412', async () => {
    const one = await idp.add()
    const at = `/Users/${one.id}`
    const { version } = one.meta
    expect(await idp.get(at, { 'if-none-match': version })).toMatchObject({
      status: 304,
      headers: { etag: version },
      body: '',
    })
    expect((await idp.get(at, { 'if-none-match': '*' })).status).toBe(304)
    expect((await idp.get(at, { 'if-none-match': 'W/"x"' })).status).toBe(200)
    // Whatever changes them counts, also by somebody in Rollcall.
    const { version: ours } = await admin.call(getUser, { userId: one.id })
    await admin.call(editUser, { userId: one.id, version: ours, jobTitle: 'Chief' })
    const stale = { 'if-match': version }
    const [put, patch] = [one, { Operations: [{ op: 'replace', value: { active: false } }] }]
    for (const [method, body] of [
      ['PUT', put],
      ['PATCH', patch],
      ['DELETE', undefined],
    ] as const)
      expect(await idp.send(method, at, body, stale)).toMatchObject(refused(412))
    const now = (await idp.get(at)).body
    expect(now).toMatchObject({ active: true, title: 'Chief' })
    expect((await idp.send('PATCH', at, patch, { 'if-match': `W/"x", ${now.meta.version}` })).status).toBe(200)
    expect((await idp.send('DELETE', at, undefined, { 'if-match': '*' })).status).toBe(204)
  })

  test('the version of a person changes with their status, and stays when nothing changes', async () => {
    const one = await idp.add()
    const become = async (active: boolean) =>
      (await idp.patch(`/Users/${one.id}`, { op: 'replace', path: 'active', value: active })).headers['etag']
    expect(await become(true)).toBe(one.meta.version)
    expect(await become(false)).not.toBe(one.meta.version)
  })
})

describe('R37 the rest of the door', () => {
  test('what is announced is told, each with its own address (RFC 7644, 4)', async () => {
    const { body: config } = await idp.get('/ServiceProviderConfig')
    expect(config).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken', name: expect.any(String), description: expect.any(String) }],
    })
    for (const [of, ids] of [
      ['/ResourceTypes', ['User', 'Group']],
      ['/Schemas', [userSchema, 'urn:ietf:params:scim:schemas:core:2.0:Group', enterprise]],
    ] as const) {
      const { body } = await idp.get(of)
      expect(body).toMatchObject({ totalResults: ids.length, itemsPerPage: ids.length, startIndex: 1 })
      expect(body.Resources.map(({ id }: Said) => id)).toEqual(ids)
      for (const one of body.Resources) {
        expect((await idp.get(`${of}/${one.id}`)).body).toEqual(one)
        expect(one.meta.location).toBe(`http://${idp.host}/scim/v2${of}/${one.id}`)
      }
      expect(await idp.get(`${of}/x`)).toMatchObject(refused(404))
      expect(await idp.get(`${of}?filter=id%20pr`)).toMatchObject(refused(403))
    }
  })

  test('a user says no more than the schemas announce', async () => {
    const { body: schemas } = await idp.get('/Schemas')
    const announced = new Map<string, string[]>(
      schemas.Resources.map(({ id, attributes }: Said) => [id, attributes.map(({ name }: Said) => name)]),
    )
    const one = await idp.add({
      externalId: crypto.randomUUID(),
      title: 'x',
      preferredLanguage: 'en',
      [enterprise]: { department: 'Sales' },
      phoneNumbers: [{ value: '5' }],
    })
    const common = ['schemas', 'id', 'externalId', 'meta', enterprise]
    expect(
      Object.keys(one).filter((name) => !common.includes(name) && !announced.get(userSchema)!.includes(name)),
    ).toEqual([])
    expect(Object.keys(one[enterprise])).toEqual(announced.get(enterprise))
  })

  test('/Me and /Bulk are not there and say so, by every method (RFC 7644, 3.11)', async () => {
    for (const path of ['/Me', '/Bulk', '/.search'])
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
        expect(await idp.send(method, path, method.startsWith('P') ? {} : undefined)).toMatchObject(refused(501))
    for (const path of ['/Nothing', '/constructor', '/Users/a/b', '/'])
      expect(await idp.get(path)).toMatchObject(refused(404))
    expect((await idp.send('HEAD', '/Users')).status).toBe(200)
  })

  test('bodies are JSON of either name, and of nothing else', async () => {
    const body = JSON.stringify({ userName: 'json@example.org', name: { givenName: 'A', familyName: 'B' } })
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      'application/json-patch+json',
    ])
      expect(await idp.post('/Users', body, { 'content-type': type })).toMatchObject(refused(415))
    for (const broken of ['{', '"x"', '[1]', 'null', '', '{"__proto__":{"active":false},"userName":"p@example.org"}'])
      expect(await idp.post('/Users', broken)).toMatchObject(refused(400, 'invalidSyntax'))
    expect((await idp.post('/Users', body, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201)
  })

  test('R12 without a database the answer is 503, in the words of SCIM', async () => {
    const gone = connect('postgres://nobody@127.0.0.1:1/nothing')
    const there = idp.at(await aNode(gone))
    expect(await there.get('/Users')).toMatchObject({ ...refused(503), headers: { 'retry-after': '2' } })
    expect(await there.post('/Users', {})).toMatchObject(refused(503))
    await gone.destroy()
  })

  test('S4 DELETE ends the access and keeps everything, and the same person comes back by active (row 87)', async () => {
    const one = await idp.add({ externalId: 'leaver', title: 'Guide' })
    expect(
      await idp.send('DELETE', `/Users/${one.id}`, undefined, { 'content-type': 'application/scim+json' }),
    ).toMatchObject({ status: 204, body: '' })
    expect((await idp.send('DELETE', `/Users/${one.id}`)).status).toBe(204)
    expect(await idp.found(`userName eq "${one.userName}"`)).toMatchObject([
      { id: one.id, active: false, title: 'Guide' },
    ])
    expect(await idp.post('/Users', { userName: one.userName })).toMatchObject(refused(409, 'uniqueness'))
    expect((await idp.patch(`/Users/${one.id}`, { op: 'Replace', path: 'active', value: 'True' })).body).toMatchObject({
      id: one.id,
      active: true,
    })
    const events = await store
      .selectFrom('lifecycleEvents')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('userId', '=', one.id)
      .orderBy('id')
      .execute()
    expect(events).toMatchObject(
      ['added', 'deactivated', 'activated'].map((change) => ({ change, cause: 'provisioning', byUserId: admin.id })),
    )
  })
})

test('the log holds the last calls, each with what it was answered, and nothing that was sent', async () => {
  const { accountId, admin, idp } = await provisioned()
  const one = await idp.add({ password: 'a secret of theirs' })
  await idp.patch(`/Users/${one.id}`, { op: 'replace', path: 'active', value: 'perhaps' })
  await idp.get('/Users?filter=userName%20eq%20%22x%22')
  const { items } = await admin.call(listScimCalls, {})
  expect(items).toMatchObject([
    { method: 'GET', path: '/Users?filter=userName%20eq%20%22x%22', status: 200, whom: null, tokenName: 'Entra ID' },
    { method: 'PATCH', status: 400, whom: one.userName, detail: 'active is true or false.' },
    { method: 'POST', path: '/Users', status: 201, whom: one.userName, detail: null },
  ])
  expect(JSON.stringify(await store.selectFrom('scimCalls').selectAll().execute())).not.toContain('secret')
  const { next } = await admin.call(listScimCalls, { limit: 2 })
  expect((await admin.call(listScimCalls, { limit: 2, cursor: next! })).items).toEqual(items.slice(2))
  const { tokenId } = await store
    .selectFrom('scimCalls')
    .select('tokenId')
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  await store
    .insertInto('scimCalls')
    .values(Array.from({ length: 600 }, () => ({ accountId, tokenId, method: 'GET', path: '/', status: 200 })))
    .execute()
  await workFor(database, accountId, 'clock', pruneCalls)
  const left = await store.selectFrom('scimCalls').select('path').where('accountId', '=', accountId).execute()
  expect(left).toEqual(Array.from({ length: 500 }, () => ({ path: '/' })))
})

describe('R37 lists (RFC 7644, 3.4.2)', async () => {
  const { idp: listing } = await provisioned()
  const people: Said[] = []
  for (const [given, family, title] of [
    ['Ann', 'Adams', 'Guide'],
    ['Bob', "O'Neil", undefined],
    ['cid', 'Clark', 'guide 100%'],
    ['Dan', 'D"ash\\', 'Chief'],
  ] as const)
    people.push(
      await listing.add({
        userName: `${given}@Example.org`,
        externalId: given,
        name: { givenName: given, familyName: family },
        title,
        active: given !== 'Dan',
      }),
    )
  const [ann, bob, cid, dan] = people
  const group = await listing.addGroup({ members: [{ value: ann.id }, { value: bob.id }] })
  const noon = new Date(Date.now() + 3_600_000).toISOString()

  test.each<[string, () => Said[]]>([
    ['userName eq "ANN@example.ORG"', () => [ann]],
    ['username Eq "ann@example.org"', () => [ann]],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "B"', () => [bob]],
    ['userName co "@EXAMPLE"', () => people],
    ['userName ew ".com"', () => []],
    ['userName ne "ann@example.org"', () => [bob, cid, dan]],
    ['externalId eq "Ann"', () => [ann]],
    ['externalId eq "ANN"', () => []],
    ['name.familyName eq "O\'Neil"', () => [bob]],
    ['name.familyName sw "D\\"ash"', () => [dan]],
    ['name.givenName gt "bz"', () => [cid, dan]],
    ['displayName eq "ann adams"', () => [ann]],
    ['title pr', () => [ann, cid, dan]],
    ['not (title pr)', () => [bob]],
    ['title eq null', () => [bob]],
    ['title ne "Guide"', () => [bob, cid, dan]],
    ['title co "100%"', () => [cid]],
    ['title co "_"', () => []],
    ['active eq true', () => [ann, bob, cid]],
    ['active eq "False"', () => [dan]],
    ['active ne true', () => [dan]],
    ['emails eq "ann@example.org"', () => [ann]],
    ['emails.value co "bob@"', () => [bob]],
    ['emails[type eq "work" and value sw "cid"]', () => [cid]],
    ['emails[type eq "home"]', () => []],
    ['groups.value eq "GROUP"', () => [ann, bob]],
    ['groups[value eq "GROUP"] and title pr', () => [ann]],
    ['groups pr', () => [ann, bob]],
    ['groups.value ne "GROUP"', () => [cid, dan]],
    ['id eq "ANN"', () => [ann]],
    ['id eq "x"', () => []],
    ['title eq "Chief" or title eq "Guide" and active eq true', () => [ann, dan]],
    ['(title eq "Chief" or title eq "Guide") and active eq true', () => [ann]],
    [`meta.created lt "${noon}" and meta.lastModified le "${noon}"`, () => people],
    ['meta.created gt "2099-01-01T00:00:00Z"', () => []],
    ['meta.resourceType eq "User"', () => people],
    ['phoneNumbers pr', () => []],
    [`${enterprise}:department eq "Sales"`, () => []],
    // Whatever is put into it is a value and nothing else.
    ["userName eq \"x' or '1'='1\"", () => []],
    ['title eq "\'; drop table scim_users; --"', () => []],
    ['userName eq "\\" or 1=1 --"', () => []],
    ['userName co "%"', () => []],
    ['title sw "$1"', () => []],
  ])('filter %s', async (filter, expected) => {
    const told = filter.replace('GROUP', group.id).replace(/^id eq "ANN"/, `id eq "${ann.id}"`)
    const found = await listing.found(told)
    expect(found.map(({ id }) => id)).toEqual(expected().map(({ id }) => id))
  })

  test.each([
    '',
    'userName',
    'userName eq',
    'userName eq "a" and',
    'userName foo "a"',
    '(userName eq "a"',
    'userName eq "a" userName eq "b"',
    "userName eq 'a'",
    'eq "a"',
    'password eq "x"',
    'password pr',
    'nickName eq "x"',
    'name eq "x"',
    'userName eq 1',
    'active gt true',
    'active eq "x"',
    'meta.created co "2020"',
    'meta.created gt "soon"',
    'meta.created gt "2020-99-99"',
    'constructor eq "x"',
    '__proto__ pr',
    'toString.value pr',
    'name.a.b eq "x"',
    'title gt null',
    'u.status eq "x"',
    'userName\'; drop table users; -- eq "x"',
    `${'('.repeat(900)}title pr${')'.repeat(900)} and`,
    `${'not '.repeat(100)}title pr`,
    `title eq "${'x'.repeat(3000)}"`,
    'urn:acme:1.0:User:x eq "1"',
  ])('filter %s is refused', async (filter) => {
    expect(await listing.get(`/Users?filter=${encodeURIComponent(filter)}`)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidFilter' },
    })
  })

  test('pages: from the place that was asked for, and no more than there are', async () => {
    const page = async (asked: string) => (await listing.get(`/Users?${asked}`)).body
    expect(await page('')).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 4,
      startIndex: 1,
      itemsPerPage: 4,
      Resources: people.map(({ id }) => ({ id })),
    })
    expect(await page('startIndex=2&count=2')).toMatchObject({
      totalResults: 4,
      startIndex: 2,
      itemsPerPage: 2,
      Resources: [{ id: bob.id }, { id: cid.id }],
    })
    expect(await page('startIndex=0&count=1')).toMatchObject({ startIndex: 1, Resources: [{ id: ann.id }] })
    for (const none of ['count=0', 'count=-5', 'startIndex=9'])
      expect(await page(none)).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] })
    expect(await page('count=100000')).toMatchObject({ itemsPerPage: 4 })
    for (const wrong of [
      'count=x',
      'startIndex=1.5',
      'startIndex=99999999999',
      'sortOrder=up',
      'sortBy=password',
      'filter=title%20pr&filter=title%20pr',
      'attributes=id&excludedAttributes=title',
    ])
      expect(await listing.get(`/Users?${wrong}`)).toMatchObject({ status: 400 })
  })

  test('sorted, those without a value last and in the other direction first', async () => {
    const sorted = async (asked: string) =>
      (await listing.get(`/Users?${asked}`)).body.Resources.map(({ externalId }: Said) => externalId)
    expect(await sorted('sortBy=name.givenName')).toEqual(['Ann', 'Bob', 'cid', 'Dan'])
    expect(await sorted('sortBy=userName&sortOrder=descending')).toEqual(['Dan', 'cid', 'Bob', 'Ann'])
    expect(await sorted('sortBy=title')).toEqual(['Dan', 'Ann', 'cid', 'Bob'])
    expect(await sorted('sortBy=title&sortOrder=descending')).toEqual(['Bob', 'cid', 'Ann', 'Dan'])
    expect(await sorted('sortBy=emails&count=1')).toEqual(['Ann'])
  })

  test('shows what was asked for, and always the id (RFC 7644, 3.9)', async () => {
    const shown = async (asked: string) => (await listing.get(`/Users/${ann.id}?${asked}`)).body
    const { schemas, id } = ann
    expect(await shown('attributes=userName,name.givenName')).toEqual({
      schemas,
      id,
      userName: ann.userName,
      name: { givenName: 'Ann' },
    })
    expect(await shown('attributes=EMAILS.value')).toEqual({ schemas, id, emails: [{ value: 'Ann@Example.org' }] })
    expect(await shown(`attributes=${userSchema}:title,nothing`)).toEqual({ schemas, id, title: 'Guide' })
    const { emails: _, name, ...rest } = await shown('')
    expect(await shown('excludedAttributes=id,emails,name.formatted')).toEqual({
      ...rest,
      name: { givenName: name.givenName, familyName: name.familyName },
    })
    expect(
      (await listing.post('/Users?attributes=userName', { userName: 'shown@example.org' })).body,
    ).not.toHaveProperty('name')
  })

  test('the same by POST to .search (RFC 7644, 3.4.3)', async () => {
    const { status, body } = await listing.post('/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'title pr',
      attributes: ['userName'],
      sortBy: 'userName',
      startIndex: 2,
      count: 1,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ totalResults: 3, startIndex: 2, Resources: [{ id: cid.id, userName: cid.userName }] })
    expect((await listing.post('/Groups/.search', { filter: `members[value eq "${ann.id}"]` })).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: group.id }],
    })
  })
})
