import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import type { Storage } from '#server/files/storage.ts'
import { insert, type Row } from '#server/lifecycle/add.ts'
import { deactivate } from '#server/lifecycle/deactivate.ts'
import { recordPast } from '#server/lifecycle/past.ts'
import { addSampleCourses } from './sample-courses/add.ts'
import { addSampleLearning, type Learner } from './sample-courses/learn.ts'
import { departmentTree, firstNames, groupNames, jobTitles, lastNames, reasons } from './sample-words.ts'

const people = 250
const dayMs = 86_400_000

/**
 * Fills a new account with people whom nobody knows: departments, groups, some inactive, some leaving, three courses,
 * a year of history. The same every time. With fewer seats than people the last of them wait for one (T3).
 */
export async function addSamples(work: Work, ownerId: string, storage: Storage): Promise<void> {
  const byOwner: Work = { ...work, actor: { id: ownerId, role: 'owner', sessionId: ownerId } }
  const departments = await addDepartments(work)
  const groups = await addGroups(work)
  const rows = Array.from({ length: people }, (_, place) => samplePerson(place, departments, groups))
  const added = await insert(byOwner, rows, 'administrator')
  const active = added.filter((person) => person.status === 'active').map((person) => person.userId)

  const isGone = (place: number) => place >= 20 && place % 8 === 3
  const gone = active.filter((_, place) => isGone(place))
  const goneAt = gone.map((userId, place) => ({
    userId,
    // Who came first left first: nobody before they came.
    at: daysAgo(4 + (gone.length - 1 - place) * 11, place),
    cause: place % 5 === 2 ? ('schedule' as const) : ('administrator' as const),
    reason: reasons[place % reasons.length]!,
  }))
  await recordPast(byOwner, goneAt)

  const leaving = active.filter((_, place) => !isGone(place) && place >= 20 && place % 17 === 6)
  for (const [place, userId] of leaving.entries()) {
    const deactivationDate = new Date(Date.now() + (3 + place * 4) * dayMs).toISOString().slice(0, 10)
    await deactivate(byOwner, {
      users: { ids: [userId] },
      deactivationDate,
      keepEarlierDate: false,
      reason: reasons[place % 3]!,
    })
  }
  await rememberSignIns(
    work,
    added.map((person) => person.userId),
  )
  const leftAt = new Map(goneAt.map(({ userId, at }) => [userId, at]))
  const learners = added.map(({ userId }, place): Learner => ({
    userId,
    groupIds: rows[place]!.groupIds,
    addedAt: rows[place]!.addedAt!,
    goneAt: leftAt.get(userId) ?? null,
  }))
  // Who waits for a seat was never in.
  const everIn = learners.filter(({ userId }) => active.includes(userId))
  await addSampleLearning(byOwner, await addSampleCourses(byOwner, storage), {
    people: everIn,
    groups,
    everybody: departments[0]!,
  })
}

/** Letters that no normal form takes the mark off. */
const unmarked: Record<string, string> = { ø: 'o', ł: 'l', ı: 'i' }

const daysAgo = (days: number, minutes: number): string =>
  new Date(Date.now() - days * dayMs - minutes * 1_234_567).toISOString()

function samplePerson(place: number, departments: readonly string[], groups: readonly string[]): Row {
  const firstName = firstNames[(place * 7) % firstNames.length]!
  const lastName = lastNames[(place * 13 + Math.floor(place / lastNames.length)) % lastNames.length]!
  const ascii = (name: string) =>
    name
      .replace(/[øłı]/g, (letter) => unmarked[letter]!)
      .normalize('NFKD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()
  const role = place < 3 ? 'administrator' : place < 6 ? 'department_administrator' : place < 12 ? 'author' : 'learner'
  const departmentId = departments[1 + ((place * 7) % (departments.length - 1))]!
  const addedDaysAgo = 360 - Math.floor(place * 1.3)
  return {
    firstName,
    lastName,
    email: `${ascii(firstName)}.${ascii(lastName)}${place < lastNames.length ? '' : place}@example.org`,
    role,
    departmentId,
    groupIds: groups.filter((_, group) => (place + group * 3) % (group + 3) === 0),
    jobTitle: jobTitles[(place * 3 + Math.floor(place / jobTitles.length)) % jobTitles.length]!,
    phone: place % 3 === 0 ? `+49 30 5550 ${String(1000 + place)}` : null,
    hireDate: daysAgo(addedDaysAgo + (place % 40) * 30, 0).slice(0, 10),
    language: null,
    custom: {},
    managedDepartmentIds: role === 'department_administrator' ? [departmentId] : [],
    status: 'active',
    passwordHash: null,
    addedAt: daysAgo(addedDaysAgo, place),
  }
}

async function addDepartments({ db, accountId }: Work): Promise<string[]> {
  const ids: string[] = []
  for (const [name, parent] of departmentTree) {
    const parentId = parent === null ? null : ids[parent]!
    const { id } = await db
      .insertInto('departments')
      .values({ accountId, name, parentId })
      .returning('id')
      .executeTakeFirstOrThrow()
    ids.push(id)
  }
  return ids
}

async function addGroups({ db, accountId }: Work): Promise<string[]> {
  const rows = await db
    .insertInto('groups')
    .values(groupNames.map(([name, description]) => ({ accountId, name, description })))
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Most were here lately, some long ago, some never. */
async function rememberSignIns({ db, accountId }: Work, userIds: readonly string[]): Promise<void> {
  const seen = userIds.flatMap((userId, place) =>
    place % 9 === 4 ? [] : [{ userId, at: daysAgo((place * place) % 170, place % 700) }],
  )
  await sql`
    update credentials as c set last_sign_in_at = least(seen.at, case when not is_active(u.status, u.deactivate_at) then u.status_since end)
    from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as seen ("userId" uuid, at timestamptz),
      users as u
    where c.account_id = ${accountId} and c.user_id = seen."userId" and u.account_id = c.account_id and u.id = c.user_id
  `.execute(db)
  await sql`
    insert into sign_ins (account_id, user_id, at)
    select c.account_id, c.user_id, c.last_sign_in_at - (n * n * interval '31 hours') from credentials as c, generate_series(0, 9) as n
    where c.account_id = ${accountId} and c.last_sign_in_at > '-infinity'
  `.execute(db)
}
