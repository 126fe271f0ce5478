import { type RawBuilder, sql } from 'kysely'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching } from '#server/lifecycle/selection.ts'

/** Whom a report speaks of. */
export interface Asked {
  readonly status: 'active' | 'inactive' | 'all'
  readonly asOf?: string | undefined
  readonly departmentId?: string | undefined
  readonly groupId?: string | undefined
  readonly search?: string | undefined
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
 * The people whom the reader may see and asked for, of every status: `user_id` (and the same as `id`), `department_id`,
 * `name_key`, `name`, `email`, `is_in`. As of a day in the past they are what the history tells of its end; who was not
 * there yet is left out (C7.81).
 */
export function peopleOf(work: Work, { departmentId, groupId, search }: Asked, { at }: Moment): RawBuilder<unknown> {
  const { accountId } = work
  const filter = {
    ...(search && { search }),
    ...(departmentId !== undefined && { departmentId: [departmentId] }),
    ...(groupId !== undefined && { groupId: [groupId] }),
  }
  // A date that has passed counts from its moment on, also before the clock has recorded it (S1).
  const isIn =
    at === null
      ? sql`is_active(u.status, u.deactivate_at)`
      : sql`(was_out.user_id is null and (u.deactivate_at is null or u.deactivate_at >= ${at}::timestamptz or u.deactivate_at > statement_timestamp()))`
  return sql`
    select p.user_id, u.id, p.department_id, p.name_key, p.first_name || ' ' || p.last_name as name, p.email, ${isIn} as is_in
    from users as u
    join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    ${at === null ? sql`` : sql`left join (${outAt(accountId, at)}) as was_out on was_out.user_id = u.id`}
    where u.account_id = ${accountId} and ${inReach(work)} and ${matching(work, filter)}
      ${at === null ? sql`` : sql`and ${cameBefore(accountId, at)}`}`
}

/*
 * Most people's history says no more than that they came. So it is asked for the few things that change the answer.
 */

/** Whose last event before that moment made them inactive. */
const outAt = (accountId: string, at: string): RawBuilder<unknown> => sql`
  select e.user_id from lifecycle_events as e
  where e.account_id = ${accountId} and e.to_status = 'inactive' and coalesce(e.due_at, e.happened_at) < ${at}::timestamptz
    and not exists (
      select from lifecycle_events as later
      where later.account_id = ${accountId} and later.user_id = e.user_id and later.id > e.id and later.to_status is not null
        and coalesce(later.due_at, later.happened_at) < ${at}::timestamptz
    )`

/** People `u` who were there at that moment. */
const cameBefore = (accountId: string, at: string): RawBuilder<unknown> => sql`
  not exists (
    select from lifecycle_events as came
    where came.account_id = ${accountId} and came.user_id = u.id and came.change = 'added' and came.happened_at >= ${at}::timestamptz
  )`

/** Of rows `p` with a department: those that the reader may see and asked for. */
export const withinReach = (work: Work, { departmentId }: Pick<Asked, 'departmentId'>): RawBuilder<unknown> =>
  departmentId === undefined
    ? inReach(work)
    : sql`${inReach(work)} and p.department_id = any(array(select departments_below(${work.accountId}, array[${departmentId}::uuid])))`

/** Whether the reader asked for no part of the people, so that they need not be looked at one by one. */
export const isEverybody = ({ actor }: Work, { asOf, departmentId, groupId, search }: Asked): boolean =>
  actor.role !== 'department_administrator' &&
  asOf === undefined &&
  departmentId === undefined &&
  groupId === undefined &&
  search === undefined

/** Those of the status that was asked for, over a row with `is_in`. */
export const ofStatus = ({ status }: Pick<Asked, 'status'>): RawBuilder<boolean> =>
  status === 'all' ? sql<boolean>`true` : status === 'active' ? sql<boolean>`is_in` : sql<boolean>`not is_in`
