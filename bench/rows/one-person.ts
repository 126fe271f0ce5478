import type { Bench } from '../bench.ts'
import { below, inTurn, msOf, percentile, ratioAtMost, repeated, type Row, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'
import { keepBusy } from '../scene/load.ts'

const eachRun = 100
const connections = 10

/** One person, told by their id, one after the other: alone, and while others keep the server busy. */
export async function onePerson(bench: Bench): Promise<void> {
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

  try {
    const work = 'deactivate one person, p50'
    await bench.measure(work, async () => {
      const p50 = async (task: typeof raw) => percentile(await each(task), 50)
      return rowOf(
        work,
        'ms',
        await inTurn(
          runs,
          () => p50(byServer),
          () => p50(raw),
        ),
        ratioAtMost(3),
      )
    })
    await bench.measure('deactivate one person under load', async () => underLoad(bench, () => each(byServer)))
  } finally {
    await database.restore()
  }
}

async function underLoad(bench: Bench, eachRun: () => Promise<number[]>): Promise<Row[]> {
  const { server, database, runs } = bench
  const work = 'deactivate one person under load'
  const tokens = database.learners.map(({ token }) => token)
  const busy = await keepBusy({ port: server.port, path: '/api/v1/me', tokens, connections })
  const p50: number[] = []
  try {
    const p99 = await repeated(runs, async () => {
      const figures = await bench.watchMemory(work, eachRun)
      p50.push(percentile(figures, 50))
      return percentile(figures, 99)
    })
    return [
      rowOf(`${work}, p50`, 'ms', { ours: p50.slice(1) }),
      rowOf(`${work}, p99`, 'ms', { ours: p99 }, below(50, 'ms')),
    ]
  } finally {
    await busy.stop()
  }
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
