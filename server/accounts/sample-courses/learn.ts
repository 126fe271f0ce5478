import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Course, Module, QuizQuestion } from '#contract/courses.ts'
import { recount } from '#server/enrollments/recount.ts'
import type { Work } from '#server/gate/work.ts'
import { judge } from '#server/portal/judge.ts'
import { type SampleCourse, sampleCourses } from './courses.ts'

const dayMs = 86_400_000

/** Somebody of the sample, who may have gone. */
export interface Learner {
  readonly userId: string
  readonly groupIds: readonly string[]
  readonly addedAt: string
  readonly goneAt: string | null
}

interface Enrolled {
  readonly id: string
  readonly userId: string
  readonly courseId: string
  readonly isMandatory: boolean
  readonly enrolledAt: string
  readonly dueDate: string
  readonly completedAt: string | null
}
interface Done {
  readonly enrollmentId: string
  readonly moduleId: string
  readonly state: 'started' | 'completed' | 'failed'
  readonly score: number | null
  readonly seconds: number
  readonly startedAt: string
  readonly completedAt: string | null
}
interface Tried {
  readonly enrollmentId: string
  readonly moduleId: string
  readonly number: number
  readonly score: number
  readonly isPassed: boolean
  readonly answers: unknown
  readonly finishedAt: string
}
interface Past {
  readonly enrollments: Enrolled[]
  readonly modules: Done[]
  readonly attempts: Tried[]
}

/** How many days ago each course of the sample was given. */
const givenDaysAgo = [330, 240, 150]

/**
 * Gives the courses of the sample to a group or to everybody, and lets a year of learning have happened: most are done,
 * some are under way or overdue. Whoever was gone before a course was given never had it, and is caught up when they
 * return. The same every time.
 */
export async function addSampleLearning(
  work: Work,
  courses: readonly Course[],
  told: { people: readonly Learner[]; groups: readonly string[]; everybody: string },
): Promise<void> {
  const past: Past = { enrollments: [], modules: [], attempts: [] }
  for (const [at, course] of courses.entries()) {
    const sample = sampleCourses[at]!
    const group = sample.givenToGroup === null ? null : told.groups[sample.givenToGroup]!
    for (const [place, person] of told.people.entries()) {
      if (group === null || person.groupIds.includes(group)) learn(past, { sample, course, at, place, person })
    }
    await give(work, { course, sample, group, everybody: told.everybody, daysAgo: givenDaysAgo[at]! })
  }
  await remember(work, past)
}

interface Learning {
  readonly sample: SampleCourse
  readonly course: Course
  readonly at: number
  readonly place: number
  readonly person: Learner
}

function learn(past: Past, { sample, course, at, place, person }: Learning): void {
  const enrolledMs = Math.max(
    Date.now() - givenDaysAgo[at]! * dayMs + place * 3_600_000,
    Date.parse(person.addedAt) + dayMs,
  )
  const endMs = person.goneAt === null ? Date.now() - dayMs : Date.parse(person.goneAt)
  if (enrolledMs >= endMs) return
  // 0 to 11: done in time; 12 and 13: under way; 14: begun and overdue; the others have not begun.
  const luck = (place * 7 + at * 5 + Math.floor(place / 9)) % 17
  const beganMs = enrolledMs + (2 + ((place * 3 + at) % 20)) * dayMs + (place % 600) * 60_000
  const isDone = luck < 12 && beganMs + 3 * dayMs < endMs
  const isBegun = luck < 15 && beganMs < endMs
  const dueMs =
    luck === 14 || (luck > 14 && place % 3 === 0)
      ? Date.now() - (2 + (place % 6)) * dayMs
      : Math.max(enrolledMs + sample.dueDays * dayMs, Date.now() + (1 + (place % 40)) * dayMs)
  const enrollmentId = randomUUID()
  const modules = course.sections.flatMap((section) => section.modules)
  const count = isDone ? modules.length : isBegun ? 1 + (place % (modules.length - 1)) : 0
  const stepMs = isDone ? (2 * dayMs) / modules.length : 7_200_000
  for (const [step, module] of modules.slice(0, count).entries()) {
    const doneMs = Math.min(beganMs + (step + 1) * stepMs, endMs)
    finish(past, { enrollmentId, module, place, doneAt: iso(doneMs), isLast: !isDone && step === count - 1 })
  }
  past.enrollments.push({
    id: enrollmentId,
    userId: person.userId,
    courseId: course.id,
    isMandatory: sample.isMandatory,
    enrolledAt: iso(enrolledMs),
    dueDate: iso(isDone ? enrolledMs + sample.dueDays * dayMs : dueMs).slice(0, 10),
    completedAt: isDone ? iso(beganMs + 2 * dayMs) : null,
  })
}

const iso = (ms: number): string => new Date(ms).toISOString()

interface Finished {
  readonly enrollmentId: string
  readonly module: Module
  readonly place: number
  readonly doneAt: string
  /** Begun, and left there. */
  readonly isLast: boolean
}

function finish(past: Past, { enrollmentId, module, place, doneAt, isLast }: Finished): void {
  const startedAt = iso(Date.parse(doneAt) - (120 + (place % 9) * 60) * 1000)
  const done = { enrollmentId, moduleId: module.id, seconds: 120 + ((place * 37) % 600), startedAt }
  if (isLast) {
    past.modules.push({ ...done, state: 'started', score: null, completedAt: null })
    return
  }
  const score =
    module.content.kind === 'quiz'
      ? tryQuiz(past, { enrollmentId, module, place, doneAt })
      : module.kind === 'scorm'
        ? 80 + (place % 2) * 20
        : null
  past.modules.push({ ...done, state: 'completed', score, completedAt: doneAt })
}

/** Some need two attempts; the last of them passes. @returns the best score */
function tryQuiz(past: Past, { enrollmentId, module, place, doneAt }: Omit<Finished, 'isLast'>): number {
  if (module.content.kind !== 'quiz') return 0
  const { quiz } = module.content
  const tries = place % 5 === 2 ? [quiz.questions.length, 0] : [place % 4 === 1 && quiz.passMark < 75 ? 1 : 0]
  let best = 0
  for (const [at, wrong] of tries.entries()) {
    const { answers, score, isPassed } = judge(
      quiz,
      quiz.questions.map((question, n) => answerTo(question, n >= wrong)),
    )
    best = Math.max(best, score)
    past.attempts.push({
      enrollmentId,
      moduleId: module.id,
      number: at + 1,
      score,
      isPassed,
      answers,
      finishedAt: iso(Date.parse(doneAt) - (tries.length - 1 - at) * 600_000),
    })
  }
  return best
}

const answerTo = ({ id, choices, accepted }: QuizQuestion, isRight: boolean) => ({
  questionId: id,
  choiceIds: choices.filter((choice) => choice.isRight === isRight).map((choice) => choice.id),
  text: isRight ? (accepted[0] ?? '') : 'no idea',
})

interface Given {
  readonly course: Course
  readonly sample: SampleCourse
  readonly group: string | null
  readonly everybody: string
  readonly daysAgo: number
}

async function give(
  { db, accountId, actor }: Work,
  { course, sample, group, everybody, daysAgo }: Given,
): Promise<void> {
  await db
    .insertInto('courseAssignments')
    .values({
      accountId,
      courseId: course.id,
      groupId: group,
      departmentId: group === null ? everybody : null,
      isMandatory: sample.isMandatory,
      dueDays: sample.dueDays,
      assignedBy: actor.id,
      assignedOn: iso(Date.now() - daysAgo * dayMs).slice(0, 10),
    })
    .execute()
}

/** Writes what happened, with the moments at which it did. */
async function remember(work: Work, { enrollments, modules, attempts }: Past): Promise<void> {
  const { db, accountId } = work
  await sql`
    insert into enrollments (account_id, id, user_id, course_id, is_mandatory, enrolled_at, due_date, completed_at, enrolled_by)
    select ${accountId}, id, "userId", "courseId", "isMandatory", "enrolledAt", "dueDate", "completedAt", ${work.actor.id}
    from jsonb_to_recordset(${JSON.stringify(enrollments)}::jsonb) as e
      (id uuid, "userId" uuid, "courseId" uuid, "isMandatory" boolean, "enrolledAt" timestamptz, "dueDate" date, "completedAt" timestamptz)
  `.execute(db)
  await sql`
    insert into module_progress (account_id, enrollment_id, module_id, state, score, seconds, started_at, completed_at, changed_at)
    select ${accountId}, "enrollmentId", "moduleId", state, score, seconds, "startedAt", "completedAt", coalesce("completedAt", "startedAt")
    from jsonb_to_recordset(${JSON.stringify(modules)}::jsonb) as m
      ("enrollmentId" uuid, "moduleId" uuid, state module_state, score real, seconds integer, "startedAt" timestamptz, "completedAt" timestamptz)
  `.execute(db)
  await sql`
    insert into attempts (account_id, enrollment_id, module_id, number, score, is_passed, answers, finished_at)
    select ${accountId}, "enrollmentId", "moduleId", number, score, "isPassed", answers, "finishedAt"
    from jsonb_to_recordset(${JSON.stringify(attempts)}::jsonb) as a
      ("enrollmentId" uuid, "moduleId" uuid, number integer, score real, "isPassed" boolean, answers jsonb, "finishedAt" timestamptz)
  `.execute(db)
  await recount(work, { enrollmentIds: enrollments.map((enrollment) => enrollment.id) })
  await sql`
    insert into certificates (account_id, enrollment_id, user_id, course_id, code, person_name, course_title, issued_on, expires_on)
    select e.account_id, e.id, e.user_id, c.id, upper(concat_ws('-', substr(h, 1, 4), substr(h, 5, 4), substr(h, 9, 4), substr(h, 13, 4))),
      p.first_name || ' ' || p.last_name, c.title, e.completed_at::date, (e.completed_at + make_interval(months => c.certificate_months))::date
    from enrollments as e
    join courses as c on c.account_id = e.account_id and c.id = e.course_id and c.gives_certificate
    join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
    cross join lateral (select replace(gen_random_uuid()::text, '-', '') as h) as made
    where e.account_id = ${accountId} and e.completed_at is not null
    on conflict (account_id, enrollment_id) do nothing
  `.execute(db)
}
