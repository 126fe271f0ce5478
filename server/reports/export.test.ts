import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { editUser } from '#contract/people.ts'
import {
  exportReport,
  reportByCourse,
  reportByDepartment,
  reportByPerson,
  reportCompletions,
  reportLifecycle,
  reportSignIns,
} from '#contract/reports.ts'
import { aCrowd, anAccount, aPerson, app, type Person, store } from '#tests/harness/account.ts'

const formats = ['csv', 'xlsx'] as const

/** An account with one course, which all its learners have: the first has completed it, and the second is inactive. */
async function learning() {
  const account = await anAccount({ learners: 3 })
  const { accountId, admin, people, learner } = account
  const { id: courseId } = await store
    .insertInto('courses')
    .values({ accountId, title: 'Fire safety', state: 'published' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const done = {
    progress: 100,
    startedAt: '2026-02-01T10:00:00Z',
    completedAt: '2026-02-02T10:00:00Z',
    lastAt: '2026-02-02T10:00:00Z',
    score: -12.5,
    seconds: 5400,
  }
  for (const person of people)
    await store
      .insertInto('enrollments')
      .values({
        accountId,
        courseId,
        userId: person.id,
        enrolledAt: '2026-01-02T08:00:00Z',
        ...(person === learner && done),
      })
      .execute()
  await admin.call(deactivateUsers, { users: { ids: [people[1]!.id] }, reason: 'Parental leave' })
  return { ...account, courseId }
}

/** The bytes of an export; fails when it breaks off. */
function fetched(person: Person, path: string, onHead: () => void = () => {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { port } = app.server.address() as AddressInfo
    const headers = { host: person.host, cookie: `session=${person.token}` }
    request({ host: '127.0.0.1', port, path: `/api/v1/reports/${path}`, headers }, (response) => {
      const chunks: Buffer[] = []
      response.once('data', onHead)
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve(Buffer.concat(chunks)))
    })
      .on('error', reject)
      .end()
  })
}

async function tableOf(bytes: Buffer, format: 'csv' | 'xlsx'): Promise<unknown[][]> {
  const book = new ExcelJS.Workbook()
  const sheet =
    format === 'csv'
      ? await book.csv.read(Readable.from(bytes), { map: (value: string) => value })
      : (await book.xlsx.load(bytes as unknown as ExcelJS.Buffer)).worksheets[0]!
  const rows: unknown[][] = []
  sheet.eachRow((row) => rows.push((row.values as unknown[]).slice(1)))
  return rows
}

const whom = ['name', 'email', 'status']
const rates = [
  'enrolled',
  'notStarted',
  'inProgress',
  'completed',
  'overdue',
  'onHold',
  'completionRate',
  'averageScore',
]

const asText = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** What stands in the column of that name for an item of a report's answer. */
function told(item: object, name: string): string {
  const values = new Map(Object.entries(item))
  const value: unknown = name === 'hours' ? Number(values.get('seconds')) / 3600 : values.get(name)
  return asText(value)
}

describe('an export', () => {
  test.each(formats)('holds in %s what each report answers', async (format) => {
    const { admin } = await learning()
    const holds = async (report: string, items: readonly object[], ...names: string[]) => {
      const file = await fetched(admin, `${report}/export?format=${format}&from=2026-02-01`)
      const rows = (await tableOf(file, format)).slice(2)
      const cells = rows.map((row) => names.map((_name, place) => asText(row[place])))
      expect(items).not.toEqual([])
      expect({ report, cells }).toEqual({ report, cells: items.map((item) => names.map((name) => told(item, name))) })
    }
    await holds('courses', (await admin.call(reportByCourse, {})).items, 'title', ...rates)
    await holds('departments', (await admin.call(reportByDepartment, {})).items, 'name', 'people', ...rates)
    const counts = ['enrolled', 'completed', 'overdue', 'averageScore', 'hours', 'lastAt']
    await holds('people', (await admin.call(reportByPerson, {})).items, ...whom, 'department', ...counts)
    const from = '2026-02-01'
    await holds('completions', (await admin.call(reportCompletions, { from })).items, 'from', 'completions')
    const days = (await admin.call(reportSignIns, { from })).items
    await holds('sign-ins', days, 'from', 'signIns', 'people', 'refused')
    const events = (await admin.call(reportLifecycle, { from })).items
    await holds('lifecycle', events, 'at', ...whom, 'change', 'cause', 'by', 'reason')
  })

  test('C7.81 says above its rows of whom and of which day it tells', async () => {
    const { admin } = await learning()
    const titleOf = async (path: string) =>
      String((await tableOf(await fetched(admin, path), 'csv'))[0]![0]).replace('\uFEFF', '')
    expect(await titleOf('courses/export')).toMatch(
      /^Acme: courses · people: active \(inactive people are left out of the rates\) · made .* \(UTC\)$/,
    )
    expect(await titleOf('people/export?status=inactive&asOf=2026-01-31')).toMatch(
      /^Acme: people · people: inactive · as of the end of 2026-01-31 · made /,
    )
  })

  test.each(formats)('keeps numbers in %s, also those below zero', async (format) => {
    const { admin, learner } = await learning()
    const rows = await tableOf(await fetched(admin, `enrollments/export?format=${format}`), format)
    const row = rows.find(([, email]) => email === learner.email)!
    expect(row.slice(5, 8)).toEqual(format === 'csv' ? ['completed', '100', '-12.5'] : ['completed', 100, -12.5])
  })

  test('C7.81 as of a day in the past, each course of each person is as it was at its end', async () => {
    const { accountId, admin, people, courseId } = await learning()
    for (const person of people)
      await sql`insert into lifecycle_events (account_id, user_id, change, cause, to_status, happened_at)
        values (${accountId}, ${person.id}, 'added', 'administrator', 'active', '2026-01-01T08:00:00Z')`.execute(store)
    await store
      .updateTable('enrollments')
      .set({ isCurrent: false, withdrawnAt: '2026-02-10T08:00:00Z', dueDate: '2026-01-31' })
      .where('userId', '=', people[2]!.id)
      .where('courseId', '=', courseId)
      .execute()
    const statesAt = async (asOf: string) => {
      const rows = (await tableOf(await fetched(admin, `enrollments/export?asOf=${asOf}`), 'csv')).slice(2)
      const found = people.map(({ email }) => rows.find((row) => row[1] === email))
      return found.map((row) => row?.slice(5, 8).map((cell) => cell ?? ''))
    }
    expect(await statesAt('2026-01-01')).toEqual([undefined, undefined, undefined])
    const untouched = ['not_started', '', '']
    expect(await statesAt('2026-01-31')).toEqual([untouched, untouched, untouched])
    expect(await statesAt('2026-02-01')).toEqual([['in_progress', '', ''], untouched, ['overdue', '', '']])
    expect(await statesAt('2026-02-02')).toEqual([['completed', '100', '-12.5'], untouched, ['overdue', '', '']])
    expect(await statesAt('2026-02-10')).toEqual([['completed', '100', '-12.5'], untouched, undefined])
  })

  test.each(formats)('R31 starts no formula in %s', async (format) => {
    const { accountId, admin, learner } = await learning()
    await store
      .updateTable('profiles')
      .set({ firstName: '=1+1', lastName: ';@SUM(A1)' })
      .where('userId', '=', learner.id)
      .execute()
    await store.updateTable('courses').set({ title: '＝cmd' }).where('accountId', '=', accountId).execute()
    const people = await tableOf(await fetched(admin, `people/export?format=${format}`), format)
    expect(people.flat()).toContain("'=1+1 ;@SUM(A1)")
    const courses = await tableOf(await fetched(admin, `courses/export?format=${format}`), format)
    expect(courses[2]![0]).toBe("'＝cmd")
  })

  test('has everybody of many pages once', async () => {
    const { accountId, admin, courseId } = await learning()
    const ids = await aCrowd(accountId, 700)
    await sql`insert into enrollments (account_id, user_id, course_id) select ${accountId}, unnest(${ids}::uuid[]), ${courseId}`.execute(
      store,
    )
    for (const report of ['people', 'enrollments']) {
      const rows = await tableOf(await fetched(admin, `${report}/export`), 'csv')
      const crowd = rows.map((row) => String(row[1])).filter((email) => ids.includes(email.split('@')[0]!))
      expect([crowd.length, new Set(crowd).size]).toEqual([700, 700])
    }
  })

  const ends = {
    access: (owner: Person, { id }: Person) => owner.call(deactivateUsers, { users: { ids: [id] } }),
    right: (owner: Person, { id: userId }: Person) => owner.call(editUser, { userId, version: 1, role: 'learner' }),
  }
  test.each(formats.flatMap((format) => (['access', 'right'] as const).map((what) => [format, what] as const)))(
    'R6 A1 breaks off in %s when its reader’s %s ends: nobody takes it for whole',
    async (format, what) => {
      const { accountId, admin, owner } = await learning()
      for (let n = 0; n < 4; n++) await aCrowd(accountId, 5_000)
      await sql`analyze users, profiles`.execute(store)
      let ended: Promise<unknown> | undefined
      await expect(
        fetched(admin, `people/export?format=${format}`, () => {
          ended = ends[what](owner, admin)
        }),
      ).rejects.toThrow(/aborted|hang up/)
      await ended
    },
  )

  test('is no way past the reach: of a department administrator nobody else', async () => {
    const { accountId } = await learning()
    const dora = await aPerson(accountId, 'department_administrator')
    for (const report of ['people', 'enrollments'])
      expect(await tableOf(await fetched(dora, `${report}/export`), 'csv')).toHaveLength(2)
    expect((await dora.send(exportReport, { report: 'enrollments', departmentId: randomUUID() })).status).toBe(200)
  })
})
