import { type RawBuilder, sql } from 'kysely'
import { FIRST_OUTCOMES, type Operation, type Outcome } from '#contract/lifecycle.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { isNamed } from './meant.ts'

/** A department administrator sees what they did themselves: others' operations name people out of their reach. */
export const ownOperations = ({ actor }: Work) =>
  actor.role === 'department_administrator' ? sql<boolean>`o.by_user_id = ${actor.id}` : sql<boolean>`true`

export const operationColumns = sql`
  o.id, o.kind, o.started_at, o.by_user_id, o.reason, o.deactivation_date, o.selected, o.changed, o.already_so, o.refused, o.remaining, o.undoes,
  o.state, o.paused_because, case when o.worked_ms > 0 then round((o.selected - o.remaining) * 1000.0 / o.worked_ms)::integer end as per_second,
  coalesce(p.first_name || ' ' || p.last_name, d.name) as by,
  (select u.id from operations as u where u.account_id = o.account_id and u.undoes = o.id order by u.id desc limit 1) as undone_by`
export const operationTables = (of = sql`operations`) => sql`
  ${of} as o
  left join profiles as p on p.account_id = o.account_id and p.user_id = o.by_user_id
  left join deleted_users as d on d.account_id = o.account_id and d.user_id = o.by_user_id`

/** Who was meant, where that was one person alone. */
export const onePerson = (work: Work) => sql<string | null>`(
  select coalesce(p.first_name || ' ' || p.last_name, d.name)
  from (
    select user_id from lifecycle_events where account_id = o.account_id and operation_id = o.id
    union all
    select user_id from operation_skips where account_id = o.account_id and operation_id = o.id
    limit 1
  ) as meant
  left join profiles as p on p.account_id = o.account_id and p.user_id = meant.user_id and ${isNamed(work)}
  left join deleted_users as d on d.account_id = o.account_id and d.user_id = meant.user_id
    and ${work.actor.role !== 'department_administrator'}
  where o.selected = 1)`

/** @throws Problem `not_found` */
export async function operation(work: Work, operationId: string): Promise<Operation> {
  const { rows } = await sql<Operation>`
    select ${operationColumns} from ${operationTables()}
    where o.account_id = ${work.accountId} and o.id = ${operationId} and ${ownOperations(work)}
  `.execute(work.db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}

interface Asked {
  readonly outcome?: Outcome['outcome'] | undefined
  readonly after?: string | undefined
  readonly limit: number
}

/** B4: what became of the people of an operation, by their id, from `after` on. */
export async function outcomesOf(work: Work, operationId: string, asked: Asked): Promise<Outcome[]> {
  const { rows } = await sql<Outcome>`${outcomes(work, operationId, asked)}`.execute(work.db)
  return rows
}

/** Each kind is cut off by itself, so that nothing sorts a million people to show a hundred. */
function outcomes(work: Work, operationId: string, { outcome, after, limit }: Asked): RawBuilder<Outcome> {
  const { accountId } = work
  const ofOperation = sql`account_id = ${accountId} and operation_id = ${operationId}`
  const first = sql`${after === undefined ? sql`` : sql`and user_id > ${after}`} order by user_id limit ${limit}`
  const skips = (which: RawBuilder<unknown>, told: string) => sql`
    (select user_id, ${told}::text, refusal from operation_skips where ${ofOperation} and ${which} ${first})`
  const parts: Record<Outcome['outcome'], RawBuilder<unknown>> = {
    // Whom an import adds with a date has two events of it.
    changed: sql`(select distinct user_id, 'changed', null from lifecycle_events where ${ofOperation} ${first})`,
    already_so: skips(sql`refusal is null`, 'already_so'),
    refused: skips(sql`refusal is not null`, 'refused'),
    not_reached: sql`
      (select user_id, 'not_reached', null from operation_portions cross join unnest(user_ids) as user_id where ${ofOperation} ${first})`,
  }
  const all = outcome ? parts[outcome] : sql.join(Object.values(parts), sql` union all `)
  return named(work, sql`select * from (${all}) as each (user_id, outcome, refusal) order by user_id limit ${limit}`)
}

/** By name, as far as their reader sees them; whoever was deleted is seen by those who see everybody. */
const named = (work: Work, rows: RawBuilder<unknown>) => sql<Outcome>`
  select r.user_id, coalesce(p.first_name || ' ' || p.last_name, d.name, '') as name, coalesce(p.email, d.email, '') as email,
    r.outcome, r.refusal
  from (${rows}) as r
  left join profiles as p on p.account_id = ${work.accountId} and p.user_id = r.user_id and ${isNamed(work)}
  left join deleted_users as d on d.account_id = ${work.accountId} and d.user_id = r.user_id
    and ${work.actor.role !== 'department_administrator'}
  order by r.user_id`

/** The answer to whoever asked for a change, as the end of the statement that makes it: from `told` and `judged`. */
export function answering(work: Work): RawBuilder<unknown> {
  const first = sql`
    select user_id, case when refusal is not null then 'refused' when already then 'already_so' else 'changed' end as outcome, refusal
    from judged order by user_id limit ${FIRST_OUTCOMES}`
  const people = sql`(
    select coalesce(jsonb_agg(jsonb_build_object('userId', user_id, 'name', name, 'email', email, 'outcome', outcome, 'refusal', refusal)), '[]')
    from (${named(work, first)}) as people)`
  // Nobody reads the people of a piece.
  return sql`select ${operationColumns}, ${work.operationId === undefined ? people : sql`'[]'::jsonb`} as people from ${operationTables(sql`told`)}`
}
