import type { Bench } from '../bench.ts'
import { below, inTurn, msOf, percentile, ratioAtMost, repeated, type Row, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'
import { keepBusy } from '../scene/load.ts'

const eachRun = 100
const connections = 10

/** One person, told by their id, one after the other: alone, and while others keep the server busy. */
export async function onePerson(bench: Bench): Promise<Row[]> {
  const { database, server, runs } = bench
  const { admin, accountId, owner, learners } = database
  const { rows } = await admin.query<{ id: string }>(
    `select id from active_users where account_id = $1 and role = 'learner' and id <> all($2::uuid[])
     order by md5(id::text) limit $3`,
    [accountId, learners.map(({ id }) => id), eachRun * (3 * runs + 3)],
  )
  const ids = rows.map(({ id }) => id)
  const each = async (task: (id: string) => Promise<number>): Promise<number[]> => {
    const figures: number[] = []
    for (const id of ids.splice(0, eachRun)) figures.push(await task(id))
    if (figures.length < eachRun) throw new Error(`${rows.length} people are too few to deactivate one by one.`)
    return figures
  }
  const byServer = async (id: string) =>
    (
      await ask(server.port, {
        path: '/api/v1/users/deactivate',
        token: owner.token,
        body: { users: { ids: [id] }, reason: 'Contract ended' },
      })
    ).totalMs
  const raw = (id: string) =>
    msOf(() => admin.query({ name: 'one person', text: write, values: [accountId, owner.id, id] }))

  bench.progress('deactivate one person, alone')
  const alone = await inTurn(
    runs,
    async () => percentile(await each(byServer), 50),
    async () => percentile(await each(raw), 50),
  )
  bench.progress('deactivate one person, under load')
  const busy = await keepBusy({
    port: server.port,
    path: '/api/v1/me',
    tokens: learners.map(({ token }) => token),
    connections,
  })
  const underLoad: { p50: number; p99: number }[] = []
  try {
    await bench.watchMemory('deactivate one person under load', () =>
      repeated(runs, async () => {
        const figures = await each(byServer)
        underLoad.push({ p50: percentile(figures, 50), p99: percentile(figures, 99) })
        return 0
      }),
    )
  } finally {
    await busy.stop()
    await database.restore()
  }
  const counted = underLoad.slice(1)
  return [
    rowOf('deactivate one person, p50', 'ms', alone, ratioAtMost(3)),
    rowOf('deactivate one person under load, p50', 'ms', { ours: counted.map(({ p50 }) => p50) }),
    rowOf('deactivate one person under load, p99', 'ms', { ours: counted.map(({ p99 }) => p99) }, below(50, 'ms')),
  ]
}

/** One statement is one transaction. */
const write = `
  with told as (
    insert into operations (account_id, kind, by_user_id, reason, selected, changed, refused)
    values ($1, 'deactivate', $2, 'Contract ended', 1, 1, 0) returning id
  ), ended as (
    update users set status = 'inactive', status_cause = 'administrator', status_since = statement_timestamp(),
      let_in_since = statement_timestamp(), deactivation_date = null, deactivate_at = null
    where account_id = $1 and id = $3 returning id, old.status_cause as cause, old.deactivation_date as day
  )
  insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, reason, operation_id, from_status, to_status, from_cause, from_date)
  select $1, ended.id, 'deactivated', 'administrator', $2, 'Contract ended', told.id, 'active', 'inactive', ended.cause, ended.day
  from ended, told`
