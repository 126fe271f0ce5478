import { type RawBuilder, sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { inReach } from '#server/lifecycle/selection.ts'

/** Whom a report speaks of. */
export interface Asked {
  readonly status: 'active' | 'inactive' | 'all'
  readonly asOf?: string | undefined
  readonly departmentId?: string | undefined
  readonly groupId?: string | undefined
}

/**
 * The moment that a report tells of, as one row: `at` (null: now), and `today`, the account's, or the day asked for. A
 * day ends with its last moment in the account's zone.
 */
export const moment = ({ accountId }: Work, { asOf }: Pick<Asked, 'asOf'>): RawBuilder<unknown> =>
  asOf === undefined
    ? sql`select null::timestamptz as at, today_in(time_zone) as today, time_zone from accounts where id = ${accountId}`
    : sql`select (${asOf}::date + 1)::timestamp at time zone time_zone as at, ${asOf}::date as today, time_zone from accounts where id = ${accountId}`

/**
 * The people whom the reader may see and asked for, of every status: `user_id`, `department_id`, `is_in`. As of a day
 * in the past they are what the history tells of its end; who was not there yet is left out (C7.81).
 */
export function peopleOf(work: Work, asked: Asked): RawBuilder<unknown> {
  const { accountId } = work
  const { asOf, departmentId, groupId } = asked
  const isThen = asOf !== undefined
  return sql`
    select u.id as user_id, p.department_id,
      ${isThen ? sql`at_its_end.is_in` : sql`is_active(u.status, u.deactivate_at)`} as is_in
    from users as u
    join profiles as p on p.account_id = u.account_id and p.user_id = u.id
    ${
      isThen
        ? sql`cross join (${moment(work, asked)}) as m cross join lateral (
            select e.to_status = 'active' as is_in from lifecycle_events as e
            where e.account_id = u.account_id and e.user_id = u.id and coalesce(e.due_at, e.happened_at) < m.at and e.to_status is not null
            order by e.id desc limit 1
          ) as at_its_end`
        : sql``
    }
    where u.account_id = ${accountId} and ${inReach(work)}
      ${departmentId === undefined ? sql`` : sql`and p.department_id = any(array(select departments_below(${accountId}, array[${departmentId}::uuid])))`}
      ${groupId === undefined ? sql`` : sql`and exists (select from group_members as g where g.account_id = ${accountId} and g.user_id = u.id and g.group_id = ${groupId})`}`
}

/** Whether the reader asked for no part of the people, so that they need not be looked at one by one. */
export const isEverybody = ({ actor }: Work, { asOf, departmentId, groupId }: Asked): boolean =>
  actor.role !== 'department_administrator' && asOf === undefined && departmentId === undefined && groupId === undefined

/** Those of the status that was asked for, over a row with `is_in`. */
export const ofStatus = ({ status }: Pick<Asked, 'status'>): RawBuilder<boolean> =>
  status === 'all' ? sql<boolean>`true` : status === 'active' ? sql<boolean>`is_in` : sql<boolean>`not is_in`
