import { type RawBuilder, sql } from 'kysely'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach } from '#server/lifecycle/selection.ts'

/** Whom a report speaks of. */
export interface Asked {
  readonly status: 'active' | 'inactive' | 'all'
  readonly asOf?: string | undefined
  readonly departmentId?: string | undefined
  readonly groupId?: string | undefined
}

/** The moment that a report tells of. */
export interface Moment {
  /** Null: now. Of a day in the past, its end in the account's zone. */
  readonly at: string | null
  /** The account's today, or the day asked for. */
  readonly today: string
}

/**
 * Begins a report: it may take its time, and is told of which moment it speaks. Asked apart, so that the report itself
 * is one plain question that the database can share out among its processors.
 */
export async function begin({ db, accountId }: Work, { asOf }: Pick<Asked, 'asOf'>): Promise<Moment> {
  await allowTime(db, 20_000)
  // What is won by compiling is less than what it takes; what is gathered of 100,000 people has to fit; and people are
  // joined with each other, as it is written, before they meet their millions of enrollments.
  await sql`
    select set_config('jit', 'off', true), set_config('work_mem', '64MB', true), set_config('join_collapse_limit', '1', true)
  `.execute(db)
  const { rows } = await sql<Moment>`
    select (${asOf ?? null}::date + 1)::timestamp at time zone time_zone as at, coalesce(${asOf ?? null}::date, today_in(time_zone)) as today
    from accounts where id = ${accountId}
  `.execute(db)
  return rows[0]!
}

/**
 * The people whom the reader may see and asked for, of every status: `user_id`, `department_id`, `is_in`. As of a day
 * in the past they are what the history tells of its end; who was not there yet is left out (C7.81).
 */
export function peopleOf(work: Work, { departmentId, groupId }: Asked, { at }: Moment): RawBuilder<unknown> {
  const { accountId } = work
  // A date that has passed counts from its moment on, also before the clock has recorded it (S1).
  const isIn =
    at === null
      ? sql`is_active(u.status, u.deactivate_at)`
      : sql`(at_its_end.is_in and (u.deactivate_at is null or u.deactivate_at >= ${at}::timestamptz or u.deactivate_at > statement_timestamp()))`
  const history =
    at === null
      ? sql``
      : sql`join (
          select distinct on (user_id) user_id, to_status = 'active' as is_in from lifecycle_events
          where account_id = ${accountId} and coalesce(due_at, happened_at) < ${at}::timestamptz and to_status is not null
          order by user_id, id desc
        ) as at_its_end on at_its_end.user_id = u.id`
  return sql`
    select u.id as user_id, p.department_id, ${isIn} as is_in
    from users as u
    join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    ${history}
    where u.account_id = ${accountId} and ${withinReach(work, { departmentId })}
      ${groupId === undefined ? sql`` : sql`and exists (select from group_members as g where g.account_id = ${accountId} and g.user_id = u.id and g.group_id = ${groupId})`}`
}

/** Of rows `p` with a department: those that the reader may see and asked for. */
export const withinReach = (work: Work, { departmentId }: Pick<Asked, 'departmentId'>): RawBuilder<unknown> =>
  departmentId === undefined
    ? inReach(work)
    : sql`${inReach(work)} and p.department_id = any(array(select departments_below(${work.accountId}, array[${departmentId}::uuid])))`

/** Whether the reader asked for no part of the people, so that they need not be looked at one by one. */
export const isEverybody = ({ actor }: Work, { asOf, departmentId, groupId }: Asked): boolean =>
  actor.role !== 'department_administrator' && asOf === undefined && departmentId === undefined && groupId === undefined

/** Those of the status that was asked for, over a row with `is_in`. */
export const ofStatus = ({ status }: Pick<Asked, 'status'>): RawBuilder<boolean> =>
  status === 'all' ? sql<boolean>`true` : status === 'active' ? sql<boolean>`is_in` : sql<boolean>`not is_in`
