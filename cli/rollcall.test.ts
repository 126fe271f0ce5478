import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { addDepartment, moveToDepartment } from '#contract/departments.ts'
import { addGroup, changeMembers } from '#contract/groups.ts'
import { activateUsers, deactivateUsers } from '#contract/lifecycle.ts'
import { addToken, type tokenScopes } from '#contract/tokens.ts'
import { aCrowd, anAccount, app, config, store } from '#tests/harness/account.ts'
import { runRollcall } from '#tests/harness/command-line.ts'
import { csv, importsCarriedOn } from '#tests/harness/import.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The only account of this database answers at any address.
const { accountId, owner, admin, learner, people } = await anAccount({ learners: 3 })
const made = async (...scopes: (typeof tokenScopes)[number][]) =>
  (await admin.call(addToken, { name: 'Shell', scopes })).token
const token = await made('people_read', 'people_write', 'reports_read')
const { port } = app.server.address() as AddressInfo
const url = `http://127.0.0.1:${port}`

/** Runs the command line as its users do. */
const rollcall = (args: string[], { typed = '', env = {} }: { typed?: string; env?: Record<string, string> } = {}) =>
  runRollcall(args, { cwd: folder, typed, env: { ROLLCALL_URL: url, ROLLCALL_TOKEN: token, ...env } })

const limit = (seatLimit: number | null) =>
  store.updateTable('accounts').set({ seatLimit }).where('id', '=', accountId).execute()

test('tells whose token it is, the seats, and who is there, for people and for programs', async () => {
  expect(await rollcall(['whoami'])).toMatchObject({ code: 0, out: expect.stringContaining(admin.email), error: '' })
  expect(JSON.parse((await rollcall(['seats', '--json'])).out)).toMatchObject({ used: 5, limit: null })
  const { out } = await rollcall(['users', 'list', '--role', 'learner'])
  for (const { email } of people) expect(out).toContain(email)
  expect(out).not.toContain(owner.email)
  const listed = JSON.parse((await rollcall(['users', 'list', '--json'])).out) as unknown[]
  expect(listed).toHaveLength(5)
})

test('lists who is in a department or a group, by their names, and says which are not there', async () => {
  const { id: company } = await admin.call(addDepartment, { name: 'Company' })
  const { id: sales } = await admin.call(addDepartment, { name: 'Sales', parentId: company })
  const { id: north } = await admin.call(addDepartment, { name: 'North', parentId: sales })
  await admin.call(addDepartment, { name: 'North', parentId: company })
  const { id: group } = await admin.call(addGroup, { name: 'First aid' })
  const [inSales, inNorth, inGroup] = people
  await admin.call(moveToDepartment, { users: { ids: [inSales!.id] }, departmentId: sales })
  await admin.call(moveToDepartment, { users: { ids: [inNorth!.id] }, departmentId: north })
  await admin.call(changeMembers, { groupId: group, users: { ids: [inGroup!.id] }, change: 'add' })

  const found = async (...filter: string[]) =>
    (JSON.parse((await rollcall(['users', 'list', ...filter, '--json'])).out) as { id: string }[]).map(({ id }) => id)
  expect(new Set(await found('--department', 'sales'))).toEqual(new Set([inSales!.id, inNorth!.id]))
  expect(await found('--department', 'Sales > North')).toEqual([inNorth!.id])
  expect(await found('--department', 'Company/Sales/North', '--search', inNorth!.email)).toEqual([inNorth!.id])
  expect(await found('--group', 'first AID')).toEqual([inGroup!.id])
  expect(new Set(await found('--department', 'Sales > North', 'Company > North'))).toEqual(new Set([inNorth!.id]))
  const exported = await rollcall(['users', 'export', '--group', 'First aid'])
  expect(exported.out).toContain(inGroup!.email)
  expect(exported.out).not.toContain(inNorth!.email)

  const wrong = (...filter: string[]) => rollcall(['users', 'list', ...filter])
  expect(await wrong('--department', 'Nowhere')).toMatchObject({
    code: 1,
    error: expect.stringContaining('no department "Nowhere"'),
  })
  expect(await wrong('--department', 'North')).toMatchObject({
    code: 1,
    error: expect.stringContaining('"Company > Sales > North"'),
  })
  expect(await wrong('--group', 'Sales')).toMatchObject({ code: 1, error: expect.stringContaining('no group "Sales"') })
})

test('deactivates by e-mail, on a date and at once; tells before what would happen', async () => {
  const dry = await rollcall(['users', 'deactivate', learner.email, '--dry-run'])
  expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('1 of 1 would change') })
  expect(await learner.row()).toMatchObject({ status: 'active' })

  expect(await rollcall(['users', 'deactivate', learner.email, '--on', '2031-05-31'])).toMatchObject({ code: 0 })
  expect(await learner.row()).toMatchObject({ status: 'active', deactivationDate: '2031-05-31' })
  expect(await rollcall(['users', 'clear-date', learner.email])).toMatchObject({ code: 0 })
  expect(await learner.row()).toMatchObject({ deactivationDate: null })

  const typed = people.map(({ email }) => email.toUpperCase()).join('\n')
  const now = await rollcall(['users', 'deactivate', '-', '--reason', 'Left'], { typed })
  expect(now).toMatchObject({ code: 0, out: 'deactivate: 3 of 3 changed, 0 were so already, 0 refused.\n' })
  expect((await learner.events()).at(-1)).toMatchObject({ change: 'deactivated', reason: 'Left', byUserId: admin.id })
})

test('T4 activates as many as seats are free, only where it is told so', async () => {
  await limit(3)
  const emails = people.map(({ email }) => email)
  expect(await rollcall(['users', 'activate', ...emails])).toMatchObject({
    code: 1,
    error: expect.stringContaining('no free seat'),
  })
  expect(await rollcall(['users', 'activate', ...emails, '--fill'])).toMatchObject({
    code: 3,
    out: expect.stringContaining('1 of 3 changed'),
  })
  const added = await rollcall(['users', 'add', '--first-name', 'N', '--last-name', 'N', '--email', 'n@example.org'])
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('waits for a seat') })
  await limit(null)
})

test('changes nothing when somebody is not there, and names them', async () => {
  const ran = await rollcall(['users', 'deactivate', learner.email, 'nobody@example.org'])
  expect(ran).toMatchObject({ code: 1, error: 'Nobody here has: nobody@example.org. Nothing was changed.\n' })
})

test('says what the server refused, and at which field', async () => {
  expect(await rollcall(['users', 'deactivate', owner.email])).toMatchObject({
    code: 3,
    error: expect.stringContaining(owner.email),
  })
  const wrong = await rollcall(['users', 'add', '--first-name', 'N', '--last-name', 'N', '--email', 'no address'])
  expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining('people.0.email') })
  expect(await rollcall(['seats'], { env: { ROLLCALL_TOKEN: await made('reports_read') } })).toMatchObject({ code: 1 })
})

test('takes a report along as a file', async () => {
  expect(await rollcall(['export', 'people', '--output', 'people.csv'])).toMatchObject({ code: 0, out: '' })
  expect(readFileSync(join(folder, 'people.csv'), 'utf8')).toContain(admin.email)
  expect(await rollcall(['export', 'people', '--format', 'xlsx'])).toMatchObject({ code: 0 })
})

test('says what it does not understand, and that nobody answers', async () => {
  expect(await rollcall(['users', 'lst'])).toMatchObject({ code: 2, error: expect.stringContaining('mean list?') })
  expect(await rollcall(['users', 'list', '--status', 'gone'])).toMatchObject({ code: 2 })
  expect(await rollcall(['seats'], { env: { ROLLCALL_TOKEN: '' } })).toMatchObject({
    code: 2,
    error: expect.stringContaining('ROLLCALL_TOKEN'),
  })
  const nobody = await rollcall(['seats', '--json'], { env: { ROLLCALL_URL: 'http://127.0.0.1:1' } })
  expect([nobody.code, JSON.parse(nobody.error)]).toMatchObject([1, { code: 'unavailable' }])
  expect(await rollcall(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') })
})

describe('import and export', () => {
  const place = (name: string) => join(folder, name)
  const list = (...args: string[]) => rollcall(['users', 'import', ...args])

  test('shows what would come of each row, and changes nothing', async () => {
    writeFileSync(
      place('new.csv'),
      csv(
        ['E-mail', 'Given', 'Last name', 'Notes'],
        ['ines@example.org', 'Ines', 'Import', 'x'],
        ['no address', 'Otto', 'Import', 'y'],
      ),
    )
    const shown = await list('new.csv', '--map', 'given=firstName', '--dry-run', '--result', 'dry.csv')
    expect(shown).toMatchObject({ code: 3, error: '' })
    expect(shown.out).toMatch(/new.csv: 2 rows.*Given +firstName +Ines.*Notes +ignored.*1 {2}new, active.*1 {2}errors/s)
    expect(shown.out).toContain('Seats used: 3 before, 4 after, of unlimited.')
    expect(shown.out).toContain('row 3 (no address), email: Give an e-mail address')
    expect(readFileSync(place('dry.csv'), 'utf8')).toContain('no address')
    expect(await emails('ines')).toEqual([])
    // Nobody is here to say yes.
    expect(await list('new.csv')).toMatchObject({ code: 1, error: expect.stringContaining('--yes') })
    expect(await store.selectFrom('imports').select('id').where('accountId', '=', accountId).execute()).toEqual([])
    expect(readdirSync(join(config.dataDirectory, 'uploads'))).toEqual([])
  })

  test('runs to its end: what was matched before is remembered, refused rows are told and make it 3', async () => {
    importsCarriedOn()
    const ran = await list('new.csv', '--yes', '--json', '--result', 'result.xlsx')
    expect(ran).toMatchObject({ code: 3, error: '' })
    expect(JSON.parse(ran.out)).toMatchObject({
      import: { counts: { new_active: 1, error: 1 }, state: 'started' },
      errors: [{ number: 3 }],
      operation: { kind: 'import', changed: 1, refused: 1, state: 'finished' },
    })
    expect(readFileSync(place('result.xlsx')).subarray(0, 2).toString()).toBe('PK')
    expect(await emails('ines')).toEqual(['ines@example.org'])

    const { out } = await rollcall(['operations', 'list', '--kind', 'import', '--json'])
    const [{ id }] = JSON.parse(out) as [{ id: string }]
    expect(await rollcall(['operations', 'watch', id])).toMatchObject({ code: 3, out: expect.stringContaining('1 of') })
  })

  test.each(['csv', 'xlsx'])('what was exported as %s changes nothing when it is imported again', async (format) => {
    importsCarriedOn()
    const file = `everybody.${format}`
    expect(await rollcall(['users', 'export', '--format', format, '--output', file])).toMatchObject({
      code: 0,
      out: '',
    })
    expect(existsSync(place(`${file}.part`))).toBe(false)
    const before = await store
      .selectFrom('users')
      .selectAll()
      .where('accountId', '=', accountId)
      .orderBy('id')
      .execute()
    const ran = await list(file, '--deactivate-missing', '--yes', '--json')
    expect(ran).toMatchObject({ code: 0, error: '' })
    const { counts } = (JSON.parse(ran.out) as { import: { counts: Record<string, number> } }).import
    expect(counts).toMatchObject({ unchanged: before.length, changed: 0, missing: 0, error: 0, new_active: 0 })
    const after = await store.selectFrom('users').selectAll().where('accountId', '=', accountId).orderBy('id').execute()
    expect(after).toEqual(before)
  })

  test('deactivates whoever is missing behind its own switch, with the number that the account asks for', async () => {
    importsCarriedOn()
    const mass = (massChangeCount: number, massChangePercent: number) =>
      store.updateTable('accounts').set({ massChangeCount, massChangePercent }).where('id', '=', accountId).execute()
    writeFileSync(place('some.csv'), csv(['E-mail'], [admin.email]))
    await admin.call(activateUsers, { users: { ids: people.map(({ id }) => id) } })
    await aCrowd(accountId, 12)
    await mass(1, 1)
    const refused = await list('some.csv', '--deactivate-missing', '--yes')
    expect(refused).toMatchObject({ code: 1, error: expect.stringMatching(/confirmCount.*\n {2}--confirm \d+/) })
    const [, missing] = /(\d+) {2}not in the file, deactivated/.exec(refused.out)!
    expect(await list('some.csv', '--deactivate-missing', '--yes', '--confirm', missing!)).toMatchObject({ code: 0 })
    expect(await learner.row()).toMatchObject({ status: 'inactive', statusCause: 'import' })
    expect(await owner.row()).toMatchObject({ status: 'active' })
    await mass(1_000_000, 100)
  })

  test('says in a sentence what is wrong with the file, the columns, the token', async () => {
    writeFileSync(place('no.csv'), csv(['Name'], ['Ines']))
    writeFileSync(place('empty.csv'), '')
    const wrong: [string[], string, number][] = [
      [['nowhere.csv'], 'nowhere.csv cannot be read', 1],
      [['empty.csv', '--yes'], 'The file is not of the kind', 1],
      [['no.csv', '--yes'], 'Say which column holds the e-mail', 1],
      [['new.csv', '--map', 'Age=firstName', '--dry-run'], 'There is no column "Age". The file has: E-mail, Given', 1],
      [['new.csv', '--map', 'Given=age', '--dry-run'], 'There is no field "age"', 1],
      [['new.csv', '--confirm', 'many'], 'Give a whole number', 2],
    ]
    for (const [args, sentence, code] of wrong)
      expect(await list(...args)).toMatchObject({ code, error: expect.stringContaining(sentence) })
    const reading = await rollcall(['users', 'import', 'new.csv', '--yes'], {
      env: { ROLLCALL_TOKEN: await made('people_read', 'courses_write') },
    })
    expect(reading).toMatchObject({ code: 1, error: expect.stringContaining('was not made for this') })
    expect(await rollcall(['users', 'export', '--output', 'no/folder.csv'])).toMatchObject({ code: 1 })
  })
})

const emails = async (part: string): Promise<string[]> =>
  (JSON.parse((await rollcall(['users', 'list', '--search', part, '--json'])).out) as { email: string }[]).map(
    ({ email }) => email,
  )

test('S2 its person is out: refused', async () => {
  await owner.call(deactivateUsers, { users: { ids: [admin.id] } })
  expect(await rollcall(['users', 'list'])).toMatchObject({
    code: 1,
    out: '',
    error: 'Your account is inactive. Contact your administrator.\n',
  })
})
