import { z } from 'zod'
import { endpoint, file } from './endpoint.ts'
import { LearningState } from './enrollments.ts'
import { StatusCause } from './people.ts'
import { CalendarDate, Cursor, Id, Instant, page, PageSize } from './words.ts'

/** C7.81: whom a report speaks of. Lists and history speak of everybody; rates of the active, unless asked otherwise. */
const people = {
  status: z.enum(['active', 'inactive', 'all']).default('all'),
  /** Who counts as active: as of the end of this day in the account's zone. Left out: now. */
  asOf: CalendarDate.optional(),
  departmentId: Id.optional(),
  groupId: Id.optional(),
}
const rated = { ...people, status: people.status.unwrap().default('active') }
const period = { from: CalendarDate.optional(), to: CalendarDate.optional() }
const rates = {
  enrolled: z.int(),
  notStarted: z.int(),
  inProgress: z.int(),
  completed: z.int(),
  overdue: z.int(),
  /** Enrollments of inactive people: in the counts above only when they were asked for. */
  onHold: z.int(),
  /** Completed of enrolled, in percent; null: nobody is enrolled. */
  completionRate: z.number().nullable(),
  averageScore: z.number().nullable(),
}

export const CourseProgress = z.strictObject({ courseId: Id, title: z.string(), ...rates })
export const reportByCourse = endpoint({
  method: 'GET',
  path: '/api/v1/reports/courses',
  access: 'people',
  tag: 'Reports',
  summary: 'Progress by course',
  input: z.strictObject(rated),
  answer: z.strictObject({ items: z.array(CourseProgress) }),
})

export const DepartmentProgress = z.strictObject({
  departmentId: Id.nullable(),
  name: z.string(),
  people: z.int(),
  ...rates,
})
export const reportByDepartment = endpoint({
  method: 'GET',
  path: '/api/v1/reports/departments',
  access: 'people',
  tag: 'Reports',
  summary: 'Progress by department, each without those below it',
  input: z.strictObject({ ...rated, courseId: Id.optional() }),
  answer: z.strictObject({ items: z.array(DepartmentProgress) }),
})

export const PersonProgress = z.strictObject({
  userId: Id,
  name: z.string(),
  email: z.string(),
  status: z.enum(['active', 'inactive']),
  department: z.string().nullable(),
  enrolled: z.int(),
  completed: z.int(),
  overdue: z.int(),
  averageScore: z.number().nullable(),
  seconds: z.int(),
  lastAt: Instant.nullable(),
})
export const reportByPerson = endpoint({
  method: 'GET',
  path: '/api/v1/reports/people',
  access: 'people',
  tag: 'Reports',
  summary: 'Progress by person, by name',
  input: z.strictObject({
    ...people,
    search: z.string().max(200).optional(),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(PersonProgress),
  problems: ['wrong_cursor'],
})

export const reportCompletions = endpoint({
  method: 'GET',
  path: '/api/v1/reports/completions',
  access: 'people',
  tag: 'Reports',
  summary: 'Completions over time, by day, week or month',
  input: z.strictObject({
    ...people,
    ...period,
    courseId: Id.optional(),
    by: z.enum(['day', 'week', 'month']).default('week'),
  }),
  answer: z.strictObject({
    items: z.array(z.strictObject({ from: CalendarDate, completions: z.int() })),
  }),
  problems: ['period_too_long'],
})

export const reportSignIns = endpoint({
  method: 'GET',
  path: '/api/v1/reports/sign-ins',
  access: 'people',
  tag: 'Reports',
  summary: 'Sign-ins over time: how often, by how many people, and how many were refused because they are inactive',
  input: z.strictObject({ ...people, ...period, by: z.enum(['day', 'week', 'month']).default('day') }),
  answer: z.strictObject({
    items: z.array(z.strictObject({ from: CalendarDate, signIns: z.int(), people: z.int(), refused: z.int() })),
  }),
  problems: ['period_too_long'],
})

export const Leaving = z.strictObject({
  eventId: Id,
  at: Instant,
  userId: Id,
  name: z.string(),
  email: z.string(),
  status: z.enum(['active', 'inactive']),
  change: z.enum(['added', 'deactivated', 'activated']),
  cause: StatusCause,
  by: z.string().nullable(),
  reason: z.string().nullable(),
})
export const reportLifecycle = endpoint({
  method: 'GET',
  path: '/api/v1/reports/lifecycle',
  access: 'people',
  tag: 'Reports',
  summary: 'Who came, left and returned: when, why and by whom',
  input: z.strictObject({
    ...people,
    ...period,
    change: z.enum(['added', 'deactivated', 'activated']).optional(),
    cause: StatusCause.optional(),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(Leaving).extend({
    /** By month, for the chart. */
    months: z.array(z.strictObject({ from: CalendarDate, added: z.int(), deactivated: z.int(), activated: z.int() })),
  }),
  problems: ['wrong_cursor'],
})

export const reportNames = [
  'courses',
  'departments',
  'people',
  'enrollments',
  'completions',
  'sign-ins',
  'lifecycle',
  'seats',
] as const

/** Every report as a file, with its filters: no cell starts a formula (R31). `enrollments` has a row for each course of each person. */
export const exportReport = endpoint({
  method: 'GET',
  path: '/api/v1/reports/:report/export',
  access: 'people',
  tag: 'Reports',
  summary: 'A report as CSV or XLSX, streamed',
  input: z.strictObject({
    report: z.enum(reportNames),
    format: z.enum(['csv', 'xlsx']).default('csv'),
    ...people,
    /** Left out: what the report itself does. */
    status: people.status.unwrap().optional(),
    ...period,
    courseId: Id.optional(),
    state: LearningState.optional(),
    by: z.enum(['day', 'week', 'month']).optional(),
    change: z.enum(['added', 'deactivated', 'activated']).optional(),
    cause: StatusCause.optional(),
    search: z.string().max(200).optional(),
  }),
  answer: file,
  problems: ['no_room', 'period_too_long'],
})
