import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { editAccount, getAccount } from '#contract/accounts.ts'
import { retake, unenroll } from '#contract/enrollments.ts'
import { deactivateUsers } from '#contract/lifecycle.ts'
import { deleteUser } from '#contract/people.ts'
import { reportByCourse, reportByDepartment } from '#contract/reports.ts'
import { foldLearning } from '#server/enrollments/fold-learning.ts'
import { workFor } from '#server/gate/work.ts'
import { anAccount, aPerson, database, type Person, somebodyWaits, store } from '#tests/harness/account.ts'
import { seeded } from '#tests/harness/random.ts'

/*
 * Reports add up what is counted by day (migration 0014). Here the same is counted from the enrollments themselves, by
 * other means, after whatever can happen to them.
 */

type Enrollment = Awaited<ReturnType<typeof enrollmentsOf>>[number]
const enrollmentsOf = (accountId: string) =>
  store
    .selectFrom('enrollments as e')
    .innerJoin('profiles as p', (join) =>
      join.onRef('p.accountId', '=', 'e.accountId').onRef('p.userId', '=', 'e.userId'),
    )
    .innerJoin('users as u', (join) => join.onRef('u.accountId', '=', 'e.accountId').onRef('u.id', '=', 'e.userId'))
    .selectAll('e')
    .select(['p.departmentId', 'u.status'])
    .where('e.accountId', '=', accountId)
    .execute()

/** What was so of an enrollment at the end of a day. */
function ofDay(e: Enrollment, zone: string, day: string, isNow: boolean) {
  const had = (at: string | null) =>
    at !== null && Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString() <= day
  const isThere = isNow
    ? e.isCurrent
    : had(e.enrolledAt) && (e.isCurrent || (e.withdrawnAt !== null && !had(e.withdrawnAt)))
  const isCompleted = had(e.completedAt)
  const isOverdue = !isCompleted && e.dueDate !== null && e.dueDate < day
  const isStarted = had(e.startedAt)
  const score = isNow || isCompleted ? e.score : null
  return { isThere, isCompleted, isOverdue, isStarted, score }
}

type Status = 'active' | 'inactive' | 'all'
interface Counted {
  enrolled: number
  completed: number
  overdue: number
  inProgress: number
  notStarted: number
  onHold: number
  averageScore: number | null
}

function counted(
  enrollments: readonly Enrollment[],
  zone: string,
  day: string,
  isNow: boolean,
  status: Status,
): Counted {
  const there = enrollments
    .map((e) => ({ ...ofDay(e, zone, day, isNow), status: e.status }))
    .filter((e) => e.isThere)
    // C7.79: of those who are out nothing is overdue.
    .map((e) => ({ ...e, isOverdue: e.isOverdue && e.status === 'active' }))
  const those = there.filter((e) => status === 'all' || e.status === status)
  const many = (is: (e: (typeof those)[number]) => boolean) => those.filter(is).length
  const scores = those.flatMap((e) => (e.score === null ? [] : [e.score]))
  return {
    enrolled: those.length,
    completed: many((e) => e.isCompleted),
    overdue: many((e) => e.isOverdue),
    inProgress: many((e) => e.isStarted && !e.isCompleted && !e.isOverdue),
    notStarted: many((e) => !e.isStarted && !e.isCompleted && !e.isOverdue),
    onHold: there.filter((e) => e.status === 'inactive').length,
    averageScore: meanOf(scores),
  }
}

/** Half a tenth is rounded up, which takes whole numbers to be sure of. */
function meanOf(scores: readonly number[]): number | null {
  const hundredths = scores.map((score) => Math.round(score * 100)).reduce((a, b) => a + b, 0)
  return scores.length === 0 ? null : Math.floor((hundredths + 5 * scores.length) / (10 * scores.length)) / 10
}

const toldOnly = ({
  enrolled,
  completed,
  overdue,
  inProgress,
  notStarted,
  onHold,
  averageScore,
}: Counted): Counted => ({
  enrolled,
  completed,
  overdue,
  inProgress,
  notStarted,
  onHold,
  averageScore,
})
const nothing = { enrolled: 0, completed: 0, overdue: 0, inProgress: 0, notStarted: 0, onHold: 0, averageScore: null }

/** Departments, courses and people, who have been there from the beginning of 2025 on. */
async function aScene(timeZone: string, learners: number) {
  const account = await anAccount({ timeZone, learners })
  const { accountId } = account
  const ids = async (table: 'departments' | 'courses', rows: readonly object[]) =>
    (
      await store
        .insertInto(table)
        .values(rows as never)
        .returning('id')
        .execute()
    ).map(({ id }) => id)
  const departments = await ids(
    'departments',
    ['A', 'B', 'C'].map((name) => ({ accountId, name })),
  )
  const courses = await ids(
    'courses',
    ['One', 'Two', 'Three'].map((title) => ({ accountId, title, state: 'published' })),
  )
  await sql`
    insert into lifecycle_events (account_id, user_id, change, cause, to_status, happened_at)
    select account_id, id, 'added', 'administrator', 'active', '2025-01-01' from users where account_id = ${accountId}
  `.execute(store)
  return { ...account, departments, courses }
}

describe('C7.81 H2 what reports add up is what is so', () => {
  test.each([
    ['Pacific/Auckland', 11],
    ['America/St_Johns', 12],
    ['UTC', 13],
  ])('after anything that happens to enrollments and people, in %s', { timeout: 120_000 }, async (zone, seed) => {
    const scene = await aScene(zone, 14)
    const { accountId, admin, owner, departments, courses } = scene
    const random = seeded(seed)
    let timeZone = zone
    const people = [...scene.people]
    const moment = () =>
      new Date(Date.UTC(2025, random.below(14), 1 + random.below(28), random.below(24), random.below(60))).toISOString()
    const oneOfEnrollments = async () => {
      const { rows } = await sql<Enrollment>`
        select * from enrollments where account_id = ${accountId} order by id offset ${random.below(Math.max(1, people.length * 2))} limit 1
      `.execute(store)
      return rows[0]
    }
    const orNull = <T>(value: T) => (random.below(3) === 0 ? null : value)

    const deeds: Record<string, () => Promise<unknown>> = {
      enroll: () =>
        sql`insert into enrollments (account_id, user_id, course_id, enrolled_at, due_date)
          select ${accountId}, u.id, c.id, ${moment()}::timestamptz, ${orNull(moment().slice(0, 10))}::date
          from unnest(${people.filter(() => random.below(2) === 0).map(({ id }) => id)}::uuid[]) as u (id), unnest(${[random.oneOf(courses)]}::uuid[]) as c (id)
          on conflict do nothing`.execute(store),
      learn: async () => {
        const e = await oneOfEnrollments()
        const [startedAt, completedAt] = [moment(), moment()].sort()
        if (e && !e.completedAt)
          await store
            .updateTable('enrollments')
            .set({ startedAt, completedAt: orNull(completedAt!), score: orNull(random.below(10_000) / 100) })
            .where('id', '=', e.id)
            .execute()
      },
      spend: async () => {
        const e = await oneOfEnrollments()
        if (e) await sql`update enrollments set seconds = seconds + 30 where id = ${e.id}`.execute(store)
      },
      setDueDate: async () => {
        const e = await oneOfEnrollments()
        if (e)
          await sql`update enrollments set due_date = ${orNull(moment().slice(0, 10))}::date where id = ${e.id}`.execute(
            store,
          )
      },
      unenroll: async () => {
        const e = await oneOfEnrollments()
        if (e) await admin.call(unenroll, { enrollmentIds: [e.id] })
      },
      unenrollBefore: async () => {
        const e = await oneOfEnrollments()
        if (e)
          await sql`update enrollments set is_current = false, withdrawn_at = ${moment()}::timestamptz where id = ${e.id} and is_current`.execute(
            store,
          )
      },
      comeBack: async () => {
        const e = await oneOfEnrollments()
        if (e)
          await sql`update enrollments set is_current = true, withdrawn_at = null where id = ${e.id} and withdrawn_at is not null
            and not exists (select from enrollments as c where c.user_id = ${e.userId} and c.course_id = ${e.courseId} and c.is_current)`.execute(
            store,
          )
      },
      retake: async () => {
        const e = await oneOfEnrollments()
        if (e?.isCurrent) await admin.send(retake, { enrollmentIds: [e.id], dueDate: null, dueDays: 3 })
      },
      move: () =>
        sql`update profiles set department_id = ${orNull(random.oneOf(departments))}::uuid
          where user_id = any(${people.filter(() => random.below(3) === 0).map(({ id }) => id)}::uuid[])`.execute(
          store,
        ),
      leave: async () => {
        const person = random.oneOf(people)
        await admin.call(deactivateUsers, { users: { ids: [person.id] } })
      },
      deletePerson: async () => {
        if (people.length < 8) return
        const [gone] = people.splice(random.below(people.length), 1)
        await owner.call(deleteUser, { userId: gone!.id })
      },
      moveZone: async () => {
        timeZone = random.oneOf(['Pacific/Auckland', 'America/St_Johns', 'UTC'])
        const { version } = await owner.call(getAccount, {})
        await owner.call(editAccount, { version, timeZone })
      },
      fold: () => workFor(database, accountId, 'clock', foldLearning),
    }
    const usual = [
      'enroll',
      'learn',
      'learn',
      'learn',
      'spend',
      'setDueDate',
      'unenroll',
      'unenrollBefore',
      'comeBack',
      'retake',
      'move',
      'fold',
    ]
    await deeds['enroll']!()
    await deeds['enroll']!()

    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 25; n++) await deeds[random.oneOf(usual)]!()
      for (const rare of ['leave', 'deletePerson', 'moveZone']) if (random.below(2) === 0) await deeds[rare]!()
      const { told, so } = await bothWays({ accountId, admin, timeZone, courses, departments }, [
        undefined,
        ...Array.from({ length: 4 }, () => moment().slice(0, 10)),
      ])
      expect(told).toEqual(so)
    }
  })
})

/** Each report of each day and status: as it is told, and as it is counted from the rows. */
async function bothWays(
  scene: { accountId: string; admin: Person; timeZone: string; courses: string[]; departments: string[] },
  days: readonly (string | undefined)[],
) {
  const { accountId, admin, timeZone, courses, departments } = scene
  const [courseId, departmentId] = [courses[0]!, departments[1]!]
  const enrollments = await enrollmentsOf(accountId)
  const today = Temporal.Now.zonedDateTimeISO(timeZone).toPlainDate().toString()
  const both = { told: [] as object[], so: [] as object[] }
  for (const asOf of days) {
    // Who has left did so today: of an earlier day they were still in.
    const then = enrollments.map((e) => ({ ...e, status: asOf === undefined ? e.status : ('active' as const) }))
    for (const status of ['active', 'inactive', 'all'] as const) {
      const so = (is: (e: Enrollment) => boolean) =>
        counted(then.filter(is), timeZone, asOf ?? today, asOf === undefined, status)
      const asked = { status, ...(asOf && { asOf }) }
      const ofCourses = async (more: object) => {
        const { items } = await admin.call(reportByCourse, { ...asked, ...more })
        return courses.map((id) => toldOnly(items.find((item) => item.courseId === id)!))
      }
      const { items } = await admin.call(reportByDepartment, { ...asked, courseId })
      const ofDepartments = [...departments, null].map((id) =>
        toldOnly(items.find((item) => item.departmentId === id) ?? nothing),
      )
      both.told.push({ asked, all: await ofCourses({}), within: await ofCourses({ departmentId }), ofDepartments })
      both.so.push({
        asked,
        all: courses.map((id) => so((e) => e.courseId === id)),
        within: courses.map((id) => so((e) => e.courseId === id && e.departmentId === departmentId)),
        ofDepartments: [...departments, null].map((id) => so((e) => e.departmentId === id && e.courseId === courseId)),
      })
    }
  }
  return both
}

describe('C7.81 two at once', () => {
  /** Somebody in department A who has a course. */
  async function enrolled() {
    const { accountId, admin, departments, courses } = await aScene('UTC', 0)
    const [from, to] = departments as [string, string]
    const person = await aPerson(accountId, 'learner', { departmentId: from })
    await store.insertInto('enrollments').values({ accountId, userId: person.id, courseId: courses[0]! }).execute()
    const told = async () =>
      Object.fromEntries(
        (await admin.call(reportByDepartment, {})).items.map((item) => [item.name, [item.enrolled, item.completed]]),
      )
    return {
      person,
      to,
      told,
      complete: sql`update enrollments set completed_at = statement_timestamp() where user_id = ${person.id}`,
      move: sql`update profiles set department_id = ${to} where user_id = ${person.id}`,
    }
  }

  test.each(['move', 'complete'] as const)(
    '%s is not committed yet: the other waits, and is counted where the person is',
    async (first) => {
      const { complete, move, told } = await enrolled()
      const [one, other] = first === 'move' ? [move, complete] : [complete, move]
      const held = await store.startTransaction().execute()
      await one.execute(held)
      const waiting = other.execute(store)
      await somebodyWaits()
      await held.commit().execute()
      await waiting
      expect(await told()).toMatchObject({ B: [1, 1] })
    },
  )
})
