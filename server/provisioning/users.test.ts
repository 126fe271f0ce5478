import { describe, expect, test } from 'vitest'
import { addDepartment } from '#contract/departments.ts'
import { getUser } from '#contract/people.ts'
import { store } from '#tests/harness/account.ts'
import { enterprise, provisioned, refused, type Said, userSchema } from '#tests/harness/identity-provider.ts'

const { idp, admin } = await provisioned()

const barbara = {
  schemas: [userSchema, enterprise],
  externalId: '701984',
  userName: 'Barbara@Example.org',
  name: { formatted: 'Ms. Barbara J Jensen', familyName: 'Jensen', givenName: 'Barbara' },
  displayName: 'Babs',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  active: true,
  emails: [
    { value: 'babs@home.example.org', type: 'home', primary: true },
    { value: 'barbara@example.org', type: 'work' },
  ],
  phoneNumbers: [
    { value: '555-4444', type: 'mobile' },
    { value: '555-5555', type: 'work' },
  ],
  [enterprise]: { department: 'sales', employeeNumber: '701984', manager: { value: '26118915' } },
}

describe('R37 a user', () => {
  test('is added and answered with 201, their address and their version (RFC 7644, 3.3)', async () => {
    await admin.call(addDepartment, { name: 'Sales' })
    const { status, headers, body } = await idp.post('/Users', { ...barbara, id: 'mine', meta: { version: 'x' } })
    const location = `http://${idp.host}/scim/v2/Users/${body.id}`
    expect(status).toBe(201)
    expect(headers).toMatchObject({
      location,
      'content-type': 'application/scim+json; charset=utf-8',
      etag: body.meta.version,
    })
    expect(body).toEqual({
      schemas: [userSchema, enterprise],
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      externalId: '701984',
      userName: 'Barbara@Example.org',
      displayName: 'Babs',
      name: { formatted: 'Barbara Jensen', familyName: 'Jensen', givenName: 'Barbara' },
      title: 'Tour Guide',
      preferredLanguage: 'en',
      emails: [{ value: 'barbara@example.org', type: 'work', primary: true }],
      phoneNumbers: [{ value: '555-5555', type: 'work' }],
      active: true,
      [enterprise]: { department: 'Sales' },
      meta: {
        resourceType: 'User',
        created: expect.any(String),
        lastModified: expect.any(String),
        location,
        version: expect.stringMatching(/^W\/".+"$/),
      },
    })
    expect((await idp.get(`/Users/${body.id}`)).body).toEqual(body)
    expect(await admin.call(getUser, { userId: body.id })).toMatchObject({
      firstName: 'Barbara',
      lastName: 'Jensen',
      email: 'barbara@example.org',
      role: 'learner',
      jobTitle: 'Tour Guide',
      phone: '555-5555',
      language: 'en',
      department: { name: 'Sales' },
      statusCause: 'provisioning',
    })
  })

  test.each([
    ['a name that is missing', { name: undefined, displayName: 'Ann Mary Smith' }, ['Ann Mary', 'Smith']],
    ['half a name', { name: { givenName: 'Ann' }, displayName: 'Ann Smith' }, ['Ann', 'Smith']],
    ['a name in one piece', { name: { formatted: 'Ann Smith' } }, ['Ann', 'Smith']],
    ['one word', { name: {}, displayName: 'Madonna' }, ['Madonna', '–']],
  ])('with %s is called by what there is', async (_, told, [givenName, familyName]) => {
    expect((await idp.add(told)).name).toMatchObject({ givenName, familyName })
  })

  test('with nothing but a userName is called by that', async () => {
    expect(await idp.add({ userName: 'ann.smith@example.org', name: undefined })).toMatchObject({
      name: { givenName: 'ann', familyName: 'smith' },
      emails: [{ value: 'ann.smith@example.org' }],
    })
  })

  test('attributes are named in any case, and those that Rollcall does not know are not kept (R36, R38)', async () => {
    const secrets = {
      password: 'a secret of theirs',
      roles: [{ value: 'owner' }],
      nickName: 'B',
      x509Certificates: [{}],
    }
    const added = await idp.add({ USERNAME: undefined, DisplayName: 'Ann', 'urn:acme:2.0:User': { a: 1 }, ...secrets })
    expect(added.displayName).toBe('Ann')
    const { rows } = await store.executeQuery<Said>(
      store
        .selectFrom('profiles')
        .innerJoin('credentials', 'credentials.userId', 'profiles.userId')
        .selectAll()
        .where('profiles.userId', '=', added.id)
        .compile(),
    )
    expect(rows[0]).toMatchObject({ passwordHash: null, custom: {} })
    expect(JSON.stringify(rows)).not.toContain('secret')
    expect(await admin.call(getUser, { userId: added.id })).toMatchObject({ role: 'learner' })
  })

  test('an unknown department is left out, and the log says so', async () => {
    const added = await idp.add({ [enterprise]: { department: 'Nowhere' } })
    expect(added).not.toHaveProperty(enterprise)
    const call = await store
      .selectFrom('scimCalls')
      .selectAll()
      .where('whom', '=', added.userName)
      .executeTakeFirstOrThrow()
    expect(call).toMatchObject({
      method: 'POST',
      path: '/Users',
      status: 201,
      detail: 'There is no department called “Nowhere”.',
    })
  })

  test.each([
    ['no userName', { userName: undefined }, 400, 'invalidValue'],
    ['an empty userName', { userName: '' }, 400, 'mutability'],
    ['no address anywhere', { userName: 'ann' }, 400, 'invalidValue'],
    ['an address that is none', { emails: [{ value: 'x' }] }, 400, 'invalidValue'],
    ['active that is neither', { active: 'maybe' }, 400, 'invalidValue'],
    ['a title that is a number', { title: 7 }, 400, 'invalidValue'],
    ['an externalId that is a number', { externalId: 1 }, 400, 'invalidValue'],
    ['a name too long', { name: { givenName: 'x'.repeat(101), familyName: 'y' } }, 400, 'invalidValue'],
    ['NUL in a name', { name: { givenName: 'a\0', familyName: 'y' } }, 400, 'invalidValue'],
    ['half a character', { externalId: '\ud800' }, 400, 'invalidValue'],
  ])('with %s is refused', async (_, told, status, scimType) => {
    const body = {
      schemas: [userSchema],
      userName: 'wrong@example.org',
      name: { givenName: 'A', familyName: 'B' },
      ...told,
    }
    expect(await idp.post('/Users', body)).toMatchObject(refused(status, scimType))
  })

  test('userName, e-mail and externalId are each of one person of the account, capitals or not (RFC 7643, 4.1.1)', async () => {
    const [one, other] = [await idp.add({ externalId: 'same' }), await provisioned()]
    const again = (told: object) => idp.post('/Users', { userName: `${crypto.randomUUID()}@example.org`, ...told })
    expect(await again({ userName: one.userName.toUpperCase() })).toMatchObject(refused(409, 'uniqueness'))
    expect(await again({ emails: [{ value: one.userName.toUpperCase() }] })).toMatchObject(refused(409, 'uniqueness'))
    expect(await again({ externalId: 'same' })).toMatchObject(refused(409, 'uniqueness'))
    expect((await again({ externalId: 'SAME' })).status).toBe(201)
    const elsewhere = await other.idp.add({ externalId: 'same', userName: one.userName })
    expect(elsewhere.id).not.toBe(one.id)
    const second = await idp.add()
    expect(await idp.patch(`/Users/${second.id}`, { op: 'replace', value: { externalId: 'same' } })).toMatchObject(
      refused(409, 'uniqueness'),
    )
    expect(await idp.patch(`/Users/${second.id}`, { op: 'replace', value: { userName: one.userName } })).toMatchObject(
      refused(409, 'uniqueness'),
    )
  })

  test('externalId is a text of theirs: that of an id of ours means nobody (R38, CVE-2025-41115)', async () => {
    const victim = await idp.add()
    const added = await idp.add({ externalId: victim.id })
    expect(added.id).not.toBe(victim.id)
    expect((await idp.get(`/Users/${victim.id}`)).body.userName).toBe(victim.userName)
    for (const externalId of ['1', '1; drop table users', 'é\u2028', ' spaces '])
      expect((await idp.add({ externalId })).externalId).toBe(externalId)
  })

  test('is read by id alone, and whoever is not managed by the identity provider is not there (R39, A1)', async () => {
    const other = await provisioned()
    for (const id of [admin.id, (await other.idp.add()).id, crypto.randomUUID(), 'x', "'"])
      for (const [method, body] of [
        ['GET'],
        ['PUT', barbara],
        ['PATCH', { Operations: [{ op: 'replace', value: { active: false } }] }],
        ['DELETE'],
      ] as const)
        expect(await idp.send(method, `/Users/${id}`, body)).toMatchObject(refused(404))
    expect(await admin.row()).toMatchObject({ status: 'active' })
  })
})

describe('R37 PUT (RFC 7644, 3.5.1)', () => {
  test('replaces what is told and takes away what is not, except for who they are and whether they are in (R38)', async () => {
    const one = await idp.add({
      externalId: 'put',
      title: 'Guide',
      phoneNumbers: [{ value: '5', type: 'work' }],
      [enterprise]: { department: 'Sales' },
    })
    await idp.patch(`/Users/${one.id}`, { op: 'replace', path: 'active', value: false })
    const { status, body } = await idp.send('PUT', `/Users/${one.id}`, {
      schemas: [userSchema],
      id: 'other',
      userName: one.userName,
      name: { givenName: 'Ann', familyName: 'Smith' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: one.id, externalId: 'put', active: false, name: { formatted: 'Ann Smith' } })
    for (const gone of ['title', 'phoneNumbers', enterprise]) expect(body).not.toHaveProperty([gone])
    expect((await idp.send('PUT', `/Users/${one.id}`, body)).body).toEqual(body)
  })

  test('of what is refused nothing is written', async () => {
    const [one, two] = [await idp.add(), await idp.add()]
    const put = { ...one, title: 'Chief', active: false, emails: [{ value: two.userName, type: 'work' }] }
    expect(await idp.send('PUT', `/Users/${one.id}`, put)).toMatchObject(refused(409, 'uniqueness'))
    expect((await idp.get(`/Users/${one.id}`)).body).toEqual(one)
  })
})

describe('R37 PATCH (RFC 7644, 3.5.2)', () => {
  const ofWork = (value: string) => [{ value, type: 'work', primary: true }]

  test.each<[string, object[], object]>([
    ['replaces a value', [{ op: 'replace', path: 'title', value: 'Chief' }], { title: 'Chief' }],
    [
      'adds a value that was not there',
      [{ op: 'add', path: 'phoneNumbers', value: [{ value: '6', type: 'work' }] }],
      { phoneNumbers: [{ value: '6', type: 'work' }] },
    ],
    [
      'adds the parts of a complex value',
      [{ op: 'add', path: 'name', value: { familyName: 'Smith' } }],
      { name: { formatted: 'Barbara Smith', givenName: 'Barbara', familyName: 'Smith' } },
    ],
    [
      'replaces one part',
      [{ op: 'replace', path: 'name.givenName', value: 'Ann' }],
      { name: { givenName: 'Ann', familyName: 'Jensen' } },
    ],
    [
      'goes by the whole name of a schema',
      [{ op: 'replace', path: `${userSchema}:title`, value: 'Chief' }],
      { title: 'Chief' },
    ],
    [
      'goes to the extension',
      [{ op: 'add', path: `${enterprise}:department`, value: 'Sales' }],
      { [enterprise]: { department: 'Sales' } },
    ],
    [
      'takes the extension as one',
      [{ op: 'add', value: { [enterprise]: { department: 'Sales' } } }],
      { [enterprise]: { department: 'Sales' } },
    ],
    [
      'selects a value by a filter',
      [{ op: 'replace', path: 'emails[type eq "work" and value co "@"].value', value: 'new-a@example.org' }],
      { emails: ofWork('new-a@example.org') },
    ],
    [
      'selects a whole value',
      [{ op: 'replace', path: 'emails[primary eq true]', value: { type: 'work', value: 'new-b@example.org' } }],
      { emails: ofWork('new-b@example.org') },
    ],
    [
      'adds an address of another kind, beside which that of work stays',
      [
        { op: 'add', path: 'emails', value: [{ type: 'work', value: 'new-c@example.org' }] },
        { op: 'add', path: 'emails', value: [{ type: 'home', value: 'home@example.net', primary: true }] },
        { op: 'add', value: { emails: [{ type: 'other', value: 'other@example.net' }] } },
      ],
      { emails: ofWork('new-c@example.org') },
    ],
    [
      'does one operation upon the other',
      [
        { op: 'add', path: 'title', value: 'A' },
        { op: 'remove', path: 'title' },
        { op: 'add', path: 'displayName', value: 'B' },
      ],
      { displayName: 'B' },
    ],
  ])('%s', async (_, operations, becomes) => {
    const one = await idp.add()
    const { status, body } = await idp.patch(`/Users/${one.id}`, ...operations)
    expect(status).toBe(200)
    expect(body).toMatchObject(becomes)
    expect(body).not.toHaveProperty('title', 'A')
  })

  test('removes', async () => {
    const one = await idp.add({
      title: 'Guide',
      displayName: 'X',
      phoneNumbers: [{ value: '5', type: 'work' }],
      [enterprise]: { department: 'Sales' },
    })
    const remove = ['title', 'displayName', 'phoneNumbers[type eq "work"]', enterprise].map((path) => ({
      op: 'remove',
      path,
    }))
    const { body } = await idp.patch(`/Users/${one.id}`, ...remove)
    for (const gone of ['title', 'phoneNumbers', enterprise]) expect(body).not.toHaveProperty([gone])
    expect(body.displayName).toBe('Barbara Jensen')
    expect(await idp.patch(`/Users/${one.id}`, { op: 'remove', path: 'phoneNumbers[type eq "work"]' })).toMatchObject({
      status: 200,
    })
  })

  test.each<[string, object, number, string | undefined]>([
    ['an op that is none', { op: 'move', path: 'title', value: 'x' }, 400, 'invalidSyntax'],
    ['a path that is none', { op: 'replace', path: '..', value: 'x' }, 400, 'invalidPath'],
    ['a filter that is none', { op: 'replace', path: 'emails[type eq].value', value: 'x' }, 400, 'invalidPath'],
    [
      'a filter that nothing matches',
      { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '1' },
      400,
      'noTarget',
    ],
    ['remove without a path', { op: 'remove' }, 400, 'noTarget'],
    ['what is read only', { op: 'replace', path: 'id', value: 'x' }, 400, 'mutability'],
    ['the groups of a user', { op: 'add', path: 'groups', value: [{ value: 'x' }] }, 400, 'mutability'],
    ['remove of what is required', { op: 'remove', path: 'userName' }, 400, 'mutability'],
    ['no value', { op: 'add', path: 'title' }, 400, 'invalidValue'],
    ['a value without path that is no object', { op: 'add', value: 'x' }, 400, 'invalidValue'],
    ['a wrong value', { op: 'replace', path: 'active', value: 'perhaps' }, 400, 'invalidValue'],
  ])('refuses %s, and with it all the rest', async (_, operation, status, scimType) => {
    const one = await idp.add()
    const answer = await idp.patch(`/Users/${one.id}`, { op: 'replace', path: 'title', value: 'Chief' }, operation)
    expect(answer).toMatchObject(refused(status, scimType))
    expect((await idp.get(`/Users/${one.id}`)).body).toEqual(one)
  })

  test('needs its schema and operations', async () => {
    const one = await idp.add()
    for (const body of [
      {},
      { Operations: [] },
      { Operations: 'x' },
      { schemas: [userSchema], Operations: [{ op: 'replace', value: { title: 'x' } }] },
      '[]',
      '{',
      'null',
    ])
      expect(await idp.send('PATCH', `/Users/${one.id}`, body)).toMatchObject(refused(400, 'invalidSyntax'))
  })

  test('an address that was the userName goes with it, and no other', async () => {
    const [one, two] = [await idp.add(), await idp.add({ emails: [{ value: `${crypto.randomUUID()}@example.org` }] })]
    const userName = `${crypto.randomUUID()}@example.org`
    expect(
      (await idp.patch(`/Users/${one.id}`, { op: 'replace', path: 'userName', value: userName })).body.emails,
    ).toMatchObject([{ value: userName }])
    expect((await idp.patch(`/Users/${two.id}`, { op: 'replace', path: 'userName', value: 'ann' })).body).toMatchObject(
      { userName: 'ann', emails: two.emails },
    )
  })
})
