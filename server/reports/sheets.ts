import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { exportReport } from '#contract/reports.ts'
import { learningState, todayThere } from '#server/enrollments/state.ts'
import type { Work } from '#server/gate/work.ts'
import { forecast } from '#server/seats/forecast.ts'
import { byPerson } from './by-person.ts'
import type { Cell } from './cells.ts'
import { lifecycle } from './lifecycle.ts'
import { completions, signIns, spanOf } from './over-time.ts'
import { current } from '#server/enrollments/learning.ts'
import { begin, type Moment, ofStatus, peopleOf } from '#server/enrollments/people.ts'
import { byCourse, byDepartment } from './progress.ts'

/** A report as a table: its columns, and its rows page by page. */
export interface Sheet {
  readonly name: string
  readonly columns: readonly string[]
  /** Refuses what cannot be told, before its file has begun. */
  readonly check?: (work: Work) => Promise<unknown>
  page(work: Work, cursor: string | undefined): Promise<{ rows: Cell[][]; next: string | null }>
}

type Asked = Input<typeof exportReport>

const pageSize = 200
const once = (rows: Cell[][]) => ({ rows, next: null })
const rateColumns = [
  'Assigned',
  'Not started',
  'In progress',
  'Completed',
  'Overdue',
  'On hold (inactive)',
  'Completion rate %',
  'Average score %',
]

interface Rates {
  enrolled: number
  notStarted: number
  inProgress: number
  completed: number
  overdue: number
  onHold: number
  completionRate: number | null
  averageScore: number | null
}
const rateCells = (row: Rates): Cell[] => [
  row.enrolled,
  row.notStarted,
  row.inProgress,
  row.completed,
  row.overdue,
  row.onHold,
  row.completionRate,
  row.averageScore,
]

/** The table of a report, with the filters of the export. */
export function sheetOf({ report, ...told }: Asked): Sheet {
  const asked = {
    status: told.status ?? 'all',
    asOf: told.asOf,
    departmentId: told.departmentId,
    groupId: told.groupId,
  } as const
  const rated = { ...asked, status: told.status ?? 'active' } as const
  const period = { from: told.from, to: told.to }
  switch (report) {
    case 'courses':
      return {
        name: 'Courses',
        columns: ['Course', ...rateColumns],
        page: async (work) => once((await byCourse(work, rated)).items.map((row) => [row.title, ...rateCells(row)])),
      }
    case 'departments':
      return {
        name: 'Departments',
        columns: ['Department', 'People', ...rateColumns],
        page: async (work) =>
          once(
            (await byDepartment(work, { ...rated, courseId: told.courseId })).items.map((row) => [
              row.name,
              row.people,
              ...rateCells(row),
            ]),
          ),
      }
    case 'people':
      return {
        name: 'People',
        columns: [
          'Name',
          'E-mail',
          'Status',
          'Department',
          'Assigned',
          'Completed',
          'Overdue',
          'Average score %',
          'Hours',
          'Last activity',
        ],
        page: async (work, cursor) => {
          const { items, next } = await byPerson(work, { ...asked, search: told.search, cursor, limit: pageSize })
          return {
            rows: items.map((row) => [
              row.name,
              row.email,
              row.status,
              row.department,
              row.enrolled,
              row.completed,
              row.overdue,
              row.averageScore,
              hours(row.seconds),
              row.lastAt,
            ]),
            next,
          }
        },
      }
    case 'enrollments':
      return enrollments({ ...told, status: asked.status })
    case 'completions':
      return {
        name: 'Completions',
        columns: ['From', 'Completions'],
        check: (work) => spanOf(work, { ...period, by: told.by ?? 'week' }),
        page: async (work) =>
          once(
            (
              await completions(work, { ...asked, ...period, courseId: told.courseId, by: told.by ?? 'week' })
            ).items.map((row) => [row.from, row.completions]),
          ),
      }
    case 'sign-ins':
      return {
        name: 'Sign-ins',
        columns: ['From', 'Sign-ins', 'People', 'Refused (inactive)'],
        check: (work) => spanOf(work, { ...period, by: told.by ?? 'day' }),
        page: async (work) =>
          once(
            (await signIns(work, { ...asked, ...period, by: told.by ?? 'day' })).items.map((row) => [
              row.from,
              row.signIns,
              row.people,
              row.refused,
            ]),
          ),
      }
    case 'lifecycle':
      return {
        name: 'Lifecycle',
        columns: ['When', 'Name', 'E-mail', 'Status now', 'Change', 'Cause', 'By', 'Reason'],
        page: async (work, cursor) => {
          const { items, next } = await lifecycle(work, {
            ...asked,
            ...period,
            change: told.change,
            cause: told.cause,
            cursor,
            limit: pageSize,
          })
          return {
            rows: items.map((row) => [
              row.at,
              row.name,
              row.email,
              row.status,
              row.change,
              row.cause,
              row.by,
              row.reason,
            ]),
            next,
          }
        },
      }
    case 'seats':
      return {
        name: 'Seats',
        columns: ['Day', 'Seats used', 'Known or forecast'],
        page: async (work) => {
          const { past, ahead } = await forecast(work)
          return once([
            ...past.map((row): Cell[] => [row.date, row.used, 'known']),
            ...ahead.slice(1).map((row): Cell[] => [row.date, row.used, 'forecast']),
          ])
        },
      }
  }
}

/** What is told of an enrollment `e`: as it is, or of a day in the past what is known of its end. */
function learnt({ at, today }: Moment) {
  if (at === null)
    return {
      state: sql`${learningState(todayThere)}`,
      progress: sql`e.progress`,
      score: sql`e.score`,
      completedAt: sql`e.completed_at`,
      seconds: sql`e.seconds`,
    }
  const isDone = sql`e.completed_at < ${at}::timestamptz`
  return {
    state: sql`case when ${isDone} then 'completed' when not page.is_in then 'on_hold' when e.due_date < ${today}::date then 'overdue'
      when e.started_at < ${at}::timestamptz then 'in_progress' else 'not_started' end`,
    progress: sql`case when ${isDone} then 100 end`,
    score: sql`case when ${isDone} then e.score end`,
    completedAt: sql`case when ${isDone} then e.completed_at end`,
    seconds: sql`null::integer`,
  }
}

const hours = (seconds: number): number => Math.round(seconds / 36) / 100

/** How many people's courses make a page. */
const peopleOfPage = 250

/** A row for each course of each person, by person: as many as there are enrollments. */
function enrollments(asked: Omit<Asked, 'report'> & { status: 'active' | 'inactive' | 'all' }): Sheet {
  return {
    name: 'Enrollments',
    columns: [
      'Name',
      'E-mail',
      'Status',
      'Department',
      'Course',
      'State',
      'Progress %',
      'Score %',
      'Mandatory',
      'Due',
      'Assigned',
      'Completed',
      'Hours',
    ],
    async page(work, cursor) {
      const { db, accountId } = work
      const moment = await begin(work, asked)
      const told = learnt(moment)
      // Said of both tables: the planner carries over what is equal, and not what is greater.
      const beyond = cursor === undefined ? sql`true` : sql`user_id > ${cursor}::uuid and id > ${cursor}::uuid`
      const { rows } = await sql<{ userId: string; isLast: boolean; cells: Cell[] | null }>`
        with page as materialized (
          select user_id, is_in, department_id from (${peopleOf(work, asked, moment)}) as asked
          where ${ofStatus(asked)} and ${beyond}
          order by user_id limit ${peopleOfPage}
        )
        select page.user_id, (select count(*) from page) < ${peopleOfPage} as is_last,
          case when e.id is not null then jsonb_build_array(p.first_name || ' ' || p.last_name, p.email,
            case when page.is_in then 'active' else 'inactive' end, d.name, c.title, ${told.state}, ${told.progress}, ${told.score},
            case when e.is_mandatory then 'yes' else 'no' end, e.due_date, (e.enrolled_at at time zone a.time_zone)::date,
            (${told.completedAt} at time zone a.time_zone)::date, round(${told.seconds} / 3600.0, 2)) end as cells
        from page
        join users as u on u.account_id = ${accountId} and u.id = page.user_id
        join profiles as p on p.account_id = u.account_id and p.user_id = u.id
        join accounts as a on a.id = u.account_id
        left join departments as d on d.account_id = u.account_id and d.id = page.department_id
        left join enrollments as e on e.account_id = u.account_id and e.user_id = u.id and ${current(moment)}
          and (${asked.courseId ?? null}::uuid is null or e.course_id = ${asked.courseId ?? null}::uuid)
          and (${asked.state ?? null}::text is null or ${told.state} = ${asked.state ?? null})
        left join courses as c on c.account_id = e.account_id and c.id = e.course_id
        order by page.user_id, c.title
      `.execute(db)
      const last = rows.at(-1)
      return {
        rows: rows.flatMap((row) => (row.cells ? [row.cells] : [])),
        next: !last || last.isLast ? null : last.userId,
      }
    },
  }
}
