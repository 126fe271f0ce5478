import ExcelJS from 'exceljs'
import iconv from 'iconv-lite'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { exportImport, getImportTemplate, startImport } from '#contract/imports.ts'
import { anAccount, type Person, store } from '#tests/harness/account.ts'
import { seeded } from '#tests/harness/random.ts'
import { begun, checked, csv, importsCarriedOn, ran, rowsOf, sendPeople } from '#tests/harness/import.ts'
import { announce } from '#tests/harness/upload.ts'

const lines = ['E-mail;First name;Last name', 'jo@example.org;Jörg;Müller – Großmann']

async function xlsx(...rows: unknown[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet('People')
  for (const row of rows) sheet.addRow(row)
  return Buffer.from(await book.xlsx.writeBuffer())
}

const refusedFile = async (person: Person, content: Buffer) => {
  const { body } = await person.send(startImport, { uploadId: await sendPeople(person, content) })
  return body as { status: number; code: string; where?: { message: string }[] }
}

describe('how a file is read', () => {
  test.each([
    ['utf-8', Buffer.from(lines.join('\n')), 'utf-8'],
    ['utf-8 with its mark', Buffer.from(`\uFEFF${lines.join('\r\n')}`), 'utf-8'],
    ['utf-16le with its mark', iconv.encode(lines.join('\r\n'), 'utf-16le', { addBOM: true }), 'utf-16le'],
    ['utf-16be with its mark', iconv.encode(lines.join('\r\n'), 'utf-16be', { addBOM: true }), 'utf-16be'],
    ['utf-16le without', iconv.encode(lines.join('\r\n'), 'utf-16le'), 'utf-16le'],
    ['windows-1252', iconv.encode(lines.join('\r\n'), 'windows-1252'), 'windows-1252'],
  ])('as %s', async (_, content, encoding) => {
    const { admin } = await anAccount()
    const told = await checked(admin, content)
    expect(told).toMatchObject({
      encoding,
      separator: ';',
      rows: 1,
      columns: [{ name: 'E-mail', field: 'email' }, {}, {}],
    })
    expect(await rowsOf(admin, told.id)).toMatchObject([
      { number: 2, name: 'Jörg Müller – Großmann', fate: 'new_active' },
    ])
  })

  test.each([',', ';', '\t', '|'])('with %j between the cells, quoted ones aside', async (separator) => {
    const { admin } = await anAccount()
    const content = Buffer.from(
      [
        ['"Name, or; what|ever"', 'E-mail'],
        ['x', 'a@example.org'],
      ]
        .map((row) => row.join(separator))
        .join('\n'),
    )
    expect(await begun(admin, content)).toMatchObject({ separator, columns: [{}, { field: 'email' }] })
  })

  test('rows keep the numbers of the spreadsheet, whatever is empty or broken over lines', async () => {
    const { admin } = await anAccount()
    const content = Buffer.from('\n"E-mail","First\nname"\n\na@example.org,"A\nB"\n,,\nb@example.org,B\n')
    const { id } = await checked(admin, content)
    expect((await rowsOf(admin, id)).map(({ number, email }) => [number, email])).toEqual([
      [4, 'a@example.org'],
      [6, 'b@example.org'],
    ])
  })

  test('XLSX with dates, numbers, links, rich text and formulas as they are shown', async () => {
    const { admin } = await anAccount()
    const content = await xlsx(
      ['E-mail', 'First name', 'Last name', 'Hire date', 'Phone', 'Job title'],
      [
        { text: 'a@example.org', hyperlink: 'mailto:a@example.org' },
        { richText: [{ text: 'An' }, { text: 'na' }] },
        { formula: 'A1', result: 'Result' },
        new Date('2020-02-29T00:00:00Z'),
        4930,
        true,
      ],
    )
    const told = await checked(admin, content)
    expect(told).toMatchObject({ format: 'xlsx', encoding: null, counts: { new_active: 1 } })
    expect(told.columns.map(({ samples }) => samples[0])).toEqual([
      'a@example.org',
      'Anna',
      'Result',
      '2020-02-29',
      '4930',
      'true',
    ])
  })

  test('the template is read as it is, and the result holds every row with its reason; no cell starts a formula (R31)', async () => {
    const { admin } = await anAccount()
    for (const format of ['csv', 'xlsx'] as const) {
      const { status, body } = await admin.send(getImportTemplate, { format })
      expect(status).toBe(200)
      if (format === 'xlsx') continue
      const told = await begun(admin, Buffer.from(`${String(body)}a@example.org\n`))
      expect(told.columns.every(({ field }) => field !== null)).toBe(true)
    }
    const { id } = await checked(
      admin,
      csv(['E-mail', 'First name', 'Last name'], ['=cmd()', '=1+1', '@x'], ['b@example.org', 'B', 'C']),
    )
    const { body } = await admin.send(exportImport, { importId: id, fate: 'error' })
    const [title, head, row, ...rest] = String(body).trimEnd().split('\r\n')
    expect([title, head]).toEqual([
      '\uFEFF"Preview of the import of people.csv"',
      '"Row","Name","E-mail","Fate","Fields","Reason"',
    ])
    expect(row).toContain(`"2","'=1+1 @x","'=cmd()","Error"`)
    expect(rest).toEqual([])
  })
})

describe('R30 a fuzz corpus', { timeout: 120_000 }, () => {
  test.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['nothing', () => Buffer.from(' \n \n'), 'nothing in this file'],
    ['an empty file', () => Buffer.alloc(0), 'empty'],
    ['a header alone', () => Buffer.from('E-mail,First name'), 'no row below'],
    ['a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'PNG'],
    [
      'an old .xls',
      () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2048)]),
      'saved again as .xlsx',
    ],
    ['a zip of something else', () => Buffer.from('504b0506000000000000000000000000000000000000', 'hex'), 'ZIP'],
    ['NUL in a cell', () => Buffer.from('E-mail,First name\na@example.org,A\0B\n'), 'NUL'],
    ['a million columns', () => Buffer.from(`E-mail${','.repeat(1_000_000)}\na@example.org\n`), 'columns'],
    ['300 columns', () => Buffer.from(`E-mail${',x'.repeat(300)}\na@example.org\n`), 'at most 200'],
    ['an open quotation mark', () => Buffer.from('E-mail,First name\n"a@example.org,A\n'), 'never closed'],
    [
      'a quotation mark within',
      () => Buffer.from('E-mail,First name\na@example.org,A "B" C\n'),
      'Row 2 has a quotation mark',
    ],
    [
      'a cell of a megabyte',
      () => Buffer.from(`E-mail,First name\na@example.org,${'x'.repeat(2 ** 21)}\n`),
      'larger than 1 MB',
    ],
    ['a long cell', () => Buffer.from(`E-mail,First name\na@example.org,${'x'.repeat(6_000)}\n`), 'longer than 5000'],
    ['rows too many', () => Buffer.from(`E-mail\n${'a@b.c\n'.repeat(200_001)}`), '200,000 rows'],
    ['control signs', () => Buffer.from('\u0001\u0002E-mail,\u0003\nx\n'), 'content does not tell'],
  ])('%s is told so, and nothing is kept', async (_, content, message) => {
    const { accountId, admin } = await anAccount()
    const refusal = await refusedFile(admin, await content())
    expect(refusal).toMatchObject({ status: 422, code: 'wrong_file' })
    expect(refusal.where![0]!.message).toContain(message)
    expect(await store.selectFrom('imports').select('id').where('accountId', '=', accountId).execute()).toEqual([])
    expect(await store.selectFrom('importRows').select('number').where('accountId', '=', accountId).execute()).toEqual(
      [],
    )
  })

  test('100 MB are refused before they are sent', async () => {
    const { admin } = await anAccount()
    expect(await announce(admin, { kind: 'people', bytes: 100 * 1024 ** 2 })).toMatchObject({
      status: 413,
      body: expect.stringContaining('file_too_large'),
    })
  })

  test('bytes at random, and files bitten, are read or refused, and never break anything', async () => {
    const chance = seeded(30)
    const { admin } = await anAccount()
    const good = await xlsx(['E-mail', 'First name', 'Last name'], ['a@example.org', 'A', 'B'])
    const seen = new Set<number>()
    for (let n = 0; n < 40; n++) {
      const content =
        n % 2 === 0
          ? Buffer.from(Array.from({ length: 1 + chance.below(2_000) }, () => chance.below(256)))
          : Buffer.from(good.map((byte) => (chance.below(200) === 0 ? chance.below(256) : byte)))
      const { status } = await admin.send(startImport, { uploadId: await sendPeople(admin, content) })
      seen.add(status)
    }
    expect([...seen].filter((status) => status !== 200 && status !== 422)).toEqual([])
  })

  test('a CSV of a hundred thousand rows is read in flat memory', async () => {
    const { admin } = await anAccount()
    const row = `${'x'.repeat(150)},Somebody,Of the company`
    const content = Buffer.from(`E-mail,First name,Last name\n${`${row}\n`.repeat(100_000)}`)
    const uploadId = await sendPeople(admin, content)
    const before = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
    await admin.call(startImport, { uploadId })
    clearInterval(watch)
    expect((most - before) / 1024 ** 2).toBeLessThan(250)
  })
})

test('a date is read as it is written, the day first with dots; what may be two days is refused', async () => {
  const { accountId, admin } = await anAccount()
  const written = ['2027-12-04', '4 Dec 2027', '04. December 2027', '4.12.2027', '04.12.2027', '4. 12. 2027']
  const refused = ['4/12/2027', '12.31.2027', '31.02.2027', '4.12.27', '4.0.2027']
  const told = await checked(
    admin,
    csv(
      ['E-mail', 'First name', 'Last name', 'Hire date'],
      ...[...written, ...refused].map((date, at) => [`d${at}@example.org`, 'Dora', 'Day', date]),
    ),
  )
  const rows = await rowsOf(admin, told.id)
  expect(rows.slice(written.length).map(({ fate, reasons }) => [fate, reasons[0]?.field])).toEqual(
    refused.map(() => ['error', 'hireDate']),
  )
  importsCarriedOn()
  await ran(admin, told.id)
  const { rows: dates } = await sql<{ hireDate: string }>`
    select hire_date from profiles where account_id = ${accountId} and last_name = 'Day'`.execute(store)
  expect(dates.map(({ hireDate }) => hireDate)).toEqual(written.map(() => '2027-12-04'))
})
