import { setTimeout as pause } from 'node:timers/promises'
import type { Answer } from '#contract/endpoint.ts'
import type { deactivateUsers, getOperation } from '#contract/lifecycle.ts'
import type { Bench } from '../bench.ts'
import { inTurn, msOf, ratioAtMost, type Row, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'

/** What the server takes as a list of ids; more are told by a filter. */
const mostIds = 10_000

/**
 * Many at once, in one request. The limit writes the same rows by one statement in one transaction, with all keys and
 * foreign keys, but without the triggers that hold our rules.
 */
export async function deactivate(bench: Bench): Promise<void> {
  const { admin, accountId } = bench.database
  const { rows } = await admin.query<{ n: number }>(
    "select count(*) as n from active_users where account_id = $1 and role = 'learner'",
    [accountId],
  )
  const everybody = rows[0]!.n
  for (const howMany of [...[1_000, 10_000, 100_000].filter((size) => size < everybody), everybody]) {
    const work = `deactivate ${howMany === everybody ? 'all' : howMany.toLocaleString('en')} at once`
    await bench.measure(work, () => atOnce(bench, work, howMany, howMany === everybody))
  }
}

async function atOnce(bench: Bench, work: string, howMany: number, isEverybody: boolean): Promise<Row> {
  const { database, runs } = bench
  await database.restore()
  const users = await chosen(bench, howMany, isEverybody)
  const prepared = async (task: () => Promise<number>) => {
    await database.restore()
    await database.admin.query('checkpoint')
    return task()
  }
  try {
    const ours = () => prepared(() => bench.watchMemory(work, () => byServer(bench, users, howMany)))
    return rowOf(work, 's', await inTurn(runs, ours, () => prepared(() => raw(bench, howMany))), ratioAtMost(1.5))
  } finally {
    await database.restore()
    await database.admin.query("delete from groups where name = 'Chosen'")
  }
}

/** Draws people, and says by which selection the server is told of them: ids, a group, or everybody. */
async function chosen(
  { database: { admin, accountId } }: Bench,
  howMany: number,
  isEverybody: boolean,
): Promise<object> {
  await admin.query('drop table if exists bench.chosen')
  await admin.query(`create table bench.chosen as
    select id from active_users where account_id = '${accountId}' and role = 'learner' order by md5(id::text) limit ${howMany}`)
  await admin.query('analyze bench.chosen')
  if (isEverybody) return { filter: { status: ['active'], role: ['learner'] } }
  if (howMany <= mostIds) {
    const { rows } = await admin.query<{ id: string }>('select id from bench.chosen')
    return { ids: rows.map(({ id }) => id) }
  }
  const { rows } = await admin.query<{ id: string }>(
    "insert into groups (account_id, name) values ($1, 'Chosen') returning id",
    [accountId],
  )
  await admin.query('insert into group_members (account_id, group_id, user_id) select $1, $2, id from bench.chosen', [
    accountId,
    rows[0]!.id,
  ])
  await admin.query('vacuum analyze group_members')
  return { filter: { status: ['active'], groupId: [rows[0]!.id] } }
}

/** Many are changed in pieces, after the answer: it is done when the operation says so. */
async function byServer({ server, database: { owner } }: Bench, users: object, howMany: number): Promise<number> {
  const startedAt = performance.now()
  const { token } = owner
  const body = { users, reason: 'Contract ended', confirmCount: howMany }
  const reply = await ask(server.port, { path: '/api/v1/users/deactivate', token, body })
  let { operation } = JSON.parse(reply.body) as Answer<typeof deactivateUsers>
  while (operation.state === 'running') {
    await pause(20)
    const { body } = await ask(server.port, { path: `/api/v1/operations/${operation.id}`, token })
    operation = JSON.parse(body) as Answer<typeof getOperation>
  }
  const seconds = (performance.now() - startedAt) / 1_000
  if (operation.state !== 'finished' || operation.changed !== howMany)
    throw new Error(`The operation is ${operation.state}, ${operation.changed} of ${howMany} people were deactivated.`)
  return seconds
}

async function raw({ database: { admin, accountId, owner } }: Bench, howMany: number): Promise<number> {
  await admin.query('alter table users disable trigger user')
  let written = 0
  const ms = await msOf(async () => {
    await admin.query('begin')
    const { rowCount } = await admin.query(
      `with told as (
         insert into operations (account_id, kind, by_user_id, reason, selected, changed, refused)
         values ($1, 'deactivate', $2, 'Contract ended', $3, $3, 0) returning id
       ), ended as (
         update users as u set status = 'inactive', status_cause = 'administrator', status_since = statement_timestamp(),
           let_in_since = statement_timestamp(), deactivation_date = null, deactivate_at = null
         from bench.chosen as c where u.account_id = $1 and u.id = c.id
         returning u.id, old.status_cause as cause, old.deactivation_date as day
       )
       insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, reason, operation_id, from_status, to_status, from_cause, from_date)
       select $1, ended.id, 'deactivated', 'administrator', $2, 'Contract ended', told.id, 'active', 'inactive', ended.cause, ended.day
       from ended, told`,
      [accountId, owner.id, howMany],
    )
    await admin.query('commit')
    written = rowCount ?? 0
  })
  await admin.query('alter table users enable trigger user')
  if (written !== howMany) throw new Error(`The limit wrote ${written} of ${howMany} people.`)
  return ms / 1_000
}
