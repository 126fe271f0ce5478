import { z } from 'zod'
import { done, endpoint } from './endpoint.ts'
import { Selection } from './lifecycle.ts'
import { Status } from './people.ts'
import { CalendarDate, Cursor, Id, Instant, page, PageSize } from './words.ts'

/** The last day for a course: a date, or so many days after the enrollment. Neither: no end. */
const due = {
  dueDate: CalendarDate.nullable().default(null),
  dueDays: z.int().min(1).max(3650).nullable().default(null),
}

const exampleId = '0199b3c2-7d1e-7a4b-9c55-2f6f3f0d8a11'

const isOneDue = ({ dueDate, dueDays }: { dueDate: string | null; dueDays: number | null }): boolean =>
  dueDate === null || dueDays === null
const notBoth = { path: ['dueDays'], error: 'Give a date or a number of days, not both.' }

/** How far somebody is. `on_hold`: they are inactive; nothing is lost, and nothing falls due (C7.77, C7.79). */
export const LearningState = z.enum(['not_started', 'in_progress', 'completed', 'overdue', 'on_hold'])
export type LearningState = z.infer<typeof LearningState>

export const Enrollment = z.strictObject({
  id: Id,
  userId: Id,
  userName: z.string(),
  email: z.string(),
  status: Status,
  courseId: Id,
  courseTitle: z.string(),
  round: z.int(),
  /** False: un-enrolled, or taken again since. */
  isCurrent: z.boolean(),
  isMandatory: z.boolean(),
  state: LearningState,
  progress: z.int(),
  score: z.number().nullable(),
  seconds: z.int(),
  dueDate: CalendarDate.nullable(),
  enrolledAt: Instant,
  /** What gave it: the name of a group or a department; null: by hand. */
  givenBy: z.string().nullable(),
  startedAt: Instant.nullable(),
  completedAt: Instant.nullable(),
  withdrawnAt: Instant.nullable(),
})
export type Enrollment = z.infer<typeof Enrollment>

/** Why somebody was not enrolled. */
export const EnrollRefusal = z.enum(['user_inactive', 'outside_your_departments', 'not_found'])
export type EnrollRefusal = z.infer<typeof EnrollRefusal>

const tally = {
  selected: z.int(),
  enrolled: z.int(),
  alreadySo: z.int(),
  refused: z.array(z.strictObject({ refusal: EnrollRefusal, count: z.int(), names: z.array(z.string()).max(5) })),
}

const who = { courseIds: z.array(Id).min(1).max(50), users: Selection }

export const previewEnroll = endpoint({
  method: 'POST',
  path: '/api/v1/enrollments/preview',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'Whom an enrollment would reach, and whom not and why',
  input: z.strictObject(who),
  answer: z.strictObject(tally),
  problems: ['not_found', 'course_not_published'],
})

export const enroll = endpoint({
  method: 'POST',
  path: '/api/v1/enrollments',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'Enroll people in courses. Inactive ones are skipped and listed; one inactive person alone is refused',
  input: z.strictObject({ ...who, ...due, isMandatory: z.boolean().default(true) }).refine(isOneDue, notBoth),
  answer: z.strictObject(tally),
  problems: ['not_found', 'course_not_published', 'user_inactive', 'outside_your_departments', 'date_in_past'],
})

const some = { enrollmentIds: z.array(Id).min(1).max(1000) }
const changed = z.strictObject({ changed: z.int() })

export const unenroll = endpoint({
  method: 'POST',
  path: '/api/v1/enrollments/withdraw',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'Un-enroll people. What they did stays in their history',
  input: z.strictObject(some),
  answer: changed,
})

export const retake = endpoint({
  method: 'POST',
  path: '/api/v1/enrollments/retake',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'Let people take a course again from its beginning. The round before stays as it was',
  input: z.strictObject({ ...some, ...due }).refine(isOneDue, notBoth),
  answer: changed,
  problems: ['user_inactive', 'date_in_past', 'course_not_published'],
})

export const changeDueDate = endpoint({
  method: 'POST',
  path: '/api/v1/enrollments/due-date',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'Set or clear the last day',
  input: z.strictObject({ ...some, dueDate: CalendarDate.nullable() }),
  answer: changed,
})

export const listEnrollments = endpoint({
  method: 'GET',
  path: '/api/v1/enrollments',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'Who has which course and how far they are: of a course, or of a person',
  input: z.strictObject({
    courseId: Id.optional(),
    userId: Id.optional(),
    state: LearningState.optional(),
    status: Status.optional(),
    /** With those that are over: un-enrolled, or taken again since. */
    withPast: z.enum(['true', 'false']).default('false'),
    search: z.string().max(200).optional(),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(Enrollment),
  problems: ['wrong_cursor', 'not_found'],
})

/** What somebody did in one round of a course, module by module. */
export const getEnrollment = endpoint({
  method: 'GET',
  path: '/api/v1/enrollments/:enrollmentId',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'One enrollment with every module, attempt and score',
  input: z.strictObject({ enrollmentId: Id }),
  answer: z.strictObject({
    enrollment: Enrollment,
    modules: z.array(
      z.strictObject({
        moduleId: Id,
        title: z.string(),
        kind: z.string(),
        isRemoved: z.boolean(),
        isRequired: z.boolean(),
        state: z.enum(['not_started', 'started', 'completed', 'failed']),
        score: z.number().nullable(),
        seconds: z.int(),
        completedAt: Instant.nullable(),
        attempts: z.array(
          z.strictObject({ number: z.int(), score: z.number(), isPassed: z.boolean(), finishedAt: Instant }),
        ),
      }),
    ),
  }),
  problems: ['not_found'],
})

export const Assignment = z.strictObject({
  id: Id,
  courseId: Id,
  courseTitle: z.string(),
  group: z.strictObject({ id: Id, name: z.string() }).nullable(),
  department: z.strictObject({ id: Id, name: z.string() }).nullable(),
  isMandatory: z.boolean(),
  dueDate: CalendarDate.nullable(),
  dueDays: z.int().nullable(),
})
export type Assignment = z.infer<typeof Assignment>

export const listAssignments = endpoint({
  method: 'GET',
  path: '/api/v1/assignments',
  access: 'catalog',
  tag: 'Enrollments',
  summary: 'Which courses are given to which groups and departments',
  input: z.strictObject({ courseId: Id.optional(), groupId: Id.optional(), departmentId: Id.optional() }),
  answer: z.strictObject({ items: z.array(Assignment) }),
})

export const assign = endpoint({
  method: 'POST',
  path: '/api/v1/assignments',
  access: 'courses',
  tag: 'Enrollments',
  summary:
    'Give a course to a group or a department: to whoever belongs to it now and later. Inactive members are skipped and listed',
  input: z
    .strictObject({
      courseId: Id,
      groupId: Id.optional(),
      departmentId: Id.optional(),
      isMandatory: z.boolean().default(true),
      ...due,
    })
    .refine(isOneDue, notBoth)
    .refine(({ groupId, departmentId }) => (groupId === undefined) !== (departmentId === undefined), {
      path: ['groupId'],
      error: 'Name a group or a department.',
    })
    .meta({ examples: [{ courseId: exampleId, groupId: exampleId, dueDays: 30 }] }),
  answer: z.strictObject({ assignment: Assignment, ...tally }),
  problems: [
    'not_found',
    'course_not_published',
    'unknown_group',
    'unknown_department',
    'already_given',
    'date_in_past',
  ],
})

export const endAssignment = endpoint({
  method: 'DELETE',
  path: '/api/v1/assignments/:assignmentId',
  access: 'courses',
  tag: 'Enrollments',
  summary: 'Give a course no longer to a group or a department. Those who have it keep it',
  input: z.strictObject({ assignmentId: Id }),
  answer: done,
  problems: ['not_found'],
})
