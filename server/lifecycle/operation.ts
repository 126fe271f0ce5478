import { sql } from 'kysely'
import type { Operation, Outcome } from '#contract/lifecycle.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** A department administrator sees what they did themselves: others' operations name people out of their reach. */
export const ownOperations = ({ actor }: Work) =>
  actor.role === 'department_administrator' ? sql<boolean>`o.by_user_id = ${actor.id}` : sql<boolean>`true`

export const operationColumns = sql`
  o.id, o.kind, o.started_at, o.by_user_id, o.reason, o.deactivation_date, o.selected, o.changed, o.already_so, o.refused, o.remaining, o.undoes,
  o.state, o.paused_because, case when o.worked_ms > 0 then round((o.selected - o.remaining) * 1000.0 / o.worked_ms)::integer end as per_second,
  coalesce(p.first_name || ' ' || p.last_name, d.name) as by,
  (select u.id from operations as u where u.account_id = o.account_id and u.undoes = o.id order by u.id desc limit 1) as undone_by`
export const operationTables = sql`
  operations as o
  left join profiles as p on p.account_id = o.account_id and p.user_id = o.by_user_id
  left join deleted_users as d on d.account_id = o.account_id and d.user_id = o.by_user_id`

/** @throws Problem `not_found` */
export async function operation(work: Work, operationId: string): Promise<Operation> {
  const { rows } = await sql<Operation>`
    select ${operationColumns} from ${operationTables}
    where o.account_id = ${work.accountId} and o.id = ${operationId} and ${ownOperations(work)}
  `.execute(work.db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}

/** B4: what became of the people of an operation, by their id, from `after` on. */
export async function outcomesOf(
  { db, accountId }: Work,
  operationId: string,
  { outcome, after, limit }: { outcome?: Outcome['outcome'] | undefined; after?: string | undefined; limit: number },
): Promise<Outcome[]> {
  const { rows } = await sql<Outcome>`
    select r.user_id, coalesce(p.first_name || ' ' || p.last_name, d.name, '') as name, coalesce(p.email, d.email, '') as email,
      r.outcome, r.refusal
    from (
      select user_id, 'changed' as outcome, null as refusal from lifecycle_events
      where account_id = ${accountId} and operation_id = ${operationId}
      union all
      select user_id, case when refusal is null then 'already_so' else 'refused' end, refusal from operation_skips
      where account_id = ${accountId} and operation_id = ${operationId}
      union all
      select user_id, 'not_reached', null from operation_rest where account_id = ${accountId} and operation_id = ${operationId}
    ) as r
    left join profiles as p on p.account_id = ${accountId} and p.user_id = r.user_id
    left join deleted_users as d on d.account_id = ${accountId} and d.user_id = r.user_id
    where (${after ?? null}::uuid is null or r.user_id > ${after ?? null}::uuid)
      and (${outcome ?? null}::text is null or r.outcome = ${outcome ?? null})
    order by r.user_id limit ${limit}
  `.execute(db)
  return rows
}
