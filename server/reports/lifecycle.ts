import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { Leaving, reportLifecycle } from '#contract/reports.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach } from '#server/lifecycle/selection.ts'
import { begin, isEverybody, type Moment, ofStatus, peopleOf } from '#server/enrollments/people.ts'

/** Who came, left and returned, the newest first, and how many by month (H1). @throws Problem `wrong_cursor` */
export async function lifecycle(
  work: Work,
  { cursor, limit, ...asked }: Input<typeof reportLifecycle>,
): Promise<Answer<typeof reportLifecycle>> {
  const { db } = work
  const moment = await begin(work, asked)
  const boundTo = ['report of lifecycle', asked]
  const [after] = placeOf(boundTo, cursor) ?? []
  const told = eventsOf(work, asked, moment)
  const { rows } = await sql<z.output<typeof Leaving>>`
    select e.id as event_id, coalesce(e.due_at, e.happened_at) as at, e.user_id,
      coalesce(p.first_name || ' ' || p.last_name, d.name, '') as name, coalesce(p.email, d.email, '') as email,
      case when u.id is not null and is_active(u.status, u.deactivate_at) then 'active' else 'inactive' end as status,
      e.change, e.cause, coalesce(b.first_name || ' ' || b.last_name, gone.name) as by, e.reason
    ${told}
      and ${after === undefined ? sql`true` : sql`e.id < ${after}::uuid`}
    order by e.id desc limit ${limit + 1}
  `.execute(db)
  const items = rows.slice(0, limit)
  const next = rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.eventId]) : null
  return { items, next, previous: null, months: after === undefined ? await monthsOf(work, told) : [] }
}

type AskedOfLifecycle = Omit<Input<typeof reportLifecycle>, 'cursor' | 'limit'>

/** The events that were asked for, `e`, with whom they are about and who did it. Whoever was deleted since is told by name. */
function eventsOf(
  work: Work,
  { change, cause, from, to, ...asked }: AskedOfLifecycle,
  moment: Moment,
): RawBuilder<unknown> {
  const { accountId } = work
  const kinds = change === undefined ? ['added', 'deactivated', 'activated'] : [change]
  const isAboutAll = isEverybody(work, asked) && asked.status === 'all'
  return sql`
    from lifecycle_events as e
    join accounts as a on a.id = e.account_id
    left join users as u on u.account_id = e.account_id and u.id = e.user_id
    left join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
    left join deleted_users as d on d.account_id = e.account_id and d.user_id = e.user_id
    left join profiles as b on b.account_id = e.account_id and b.user_id = e.by_user_id
    left join deleted_users as gone on gone.account_id = e.account_id and gone.user_id = e.by_user_id
    where e.account_id = ${accountId} and e.change = any(${kinds}::change[]) and ${inReach(work)}
      and (${cause ?? null}::status_cause is null or e.cause = ${cause ?? null}::status_cause)
      and (${from ?? null}::date is null or coalesce(e.due_at, e.happened_at) >= ${from ?? null}::date::timestamp at time zone a.time_zone)
      and (${to ?? null}::date is null or coalesce(e.due_at, e.happened_at) < (${to ?? null}::date + 1)::timestamp at time zone a.time_zone)
      and ${isAboutAll ? sql`true` : sql`e.user_id in (select user_id from (${peopleOf(work, asked, moment)}) as q where ${ofStatus(asked)})`}`
}

async function monthsOf({ db }: Work, told: RawBuilder<unknown>): Promise<Answer<typeof reportLifecycle>['months']> {
  const { rows } = await sql<Answer<typeof reportLifecycle>['months'][number]>`
    select date_trunc('month', coalesce(e.due_at, e.happened_at) at time zone a.time_zone)::date as "from",
      count(*) filter (where e.change = 'added') as added, count(*) filter (where e.change = 'deactivated') as deactivated,
      count(*) filter (where e.change = 'activated') as activated
    ${told} group by 1 order by 1
  `.execute(db)
  return rows
}
