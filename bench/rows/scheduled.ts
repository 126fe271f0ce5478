import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { connect, connectOnce } from '#server/db/database.ts'
import { until } from '#tests/harness/until.ts'
import type { Bench } from '../bench.ts'
import { below, inTurn, median, msOf, ratioAtMost, repeated, type Row, rowOf } from '../row.ts'

/**
 * Dates that pass: a tenth of the people at the same minute, recorded by the server's clock; and what its look costs each
 * second when everybody has a date and nobody's has come.
 */
export async function scheduled(bench: Bench): Promise<void> {
  const due = 'record a tenth of the people, due at once'
  await bench.measure(due, () => recorded(bench, due))
  const look = 'a look of the clock, nobody due of all scheduled'
  await bench.measure(look, () => nothingDue(bench, look))
}

async function recorded(bench: Bench, work: string): Promise<Row> {
  const { database, people, runs } = bench
  const { admin, accountId } = database
  const howMany = people / 10
  const { rows } = await admin.query<{ id: string }>(
    `select id from active_users where account_id = $1 and role = 'learner' and deactivate_at is null order by md5(id::text) limit 1`,
    [accountId],
  )
  const one = rows[0]!.id
  const turn = `turn_lock('${accountId}')`

  /** What is due stays unrecorded while somebody else has the turn: both sides begin when it is let go. */
  const inWait = async (task: () => Promise<number>): Promise<number> => {
    await database.restore()
    await admin.query(`select pg_advisory_lock(${turn})`)
    try {
      await becomeDue(bench, howMany)
      await admin.query('vacuum analyze users')
      await until('the clock waits for its turn', async () => {
        const { rowCount } = await admin.query("select from pg_locks where locktype = 'advisory' and not granted")
        return rowCount === 1
      })
      await admin.query('checkpoint')
      return await task()
    } finally {
      await admin.query('select pg_advisory_unlock_all()')
    }
  }
  const watching = await connectOnce(database.adminUrl)
  const byClock = () =>
    inWait(() =>
      bench.watchMemory(work, async () => {
        const ms = await msOf(async () => {
          await admin.query(`select pg_advisory_unlock(${turn})`)
          for (;;) {
            const { rowCount } = await watching.query(
              "select from users where account_id = $1 and id = $2 and status = 'inactive'",
              [accountId, one],
            )
            if (rowCount === 1) return
            await pause(1)
          }
        })
        return ms / 1_000
      }),
    )
  try {
    const measured = await inTurn(runs, byClock, () => inWait(() => raw(bench, howMany)))
    return rowOf(work, 's', measured, ratioAtMost(1.5))
  } finally {
    await watching.end()
    await database.restore()
  }
}

/** As if their dates had been set before: with the event that the history has of it. */
async function becomeDue({ database: { admin, accountId, owner } }: Bench, howMany: number): Promise<void> {
  await admin.query('set session_replication_role = replica')
  const { rowCount } = await admin.query(
    `with due as (
       update users as u set deactivation_date = current_date - 1, deactivate_at = statement_timestamp()
       from (
         select id from active_users where account_id = $1 and role = 'learner' and deactivate_at is null
         order by md5(id::text) limit $3
       ) as drawn where u.account_id = $1 and u.id = drawn.id returning u.id, u.deactivation_date
     )
     insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, reason, from_status, to_status, to_date)
     select $1, id, 'scheduled', 'administrator', $2, 'Contract ends', 'active', 'active', deactivation_date from due`,
    [accountId, owner.id, howMany],
  )
  await admin.query('set session_replication_role = default')
  if (rowCount !== howMany) throw new Error(`${rowCount} of ${howMany} people became due.`)
}

async function raw({ database: { admin, accountId, owner } }: Bench, howMany: number): Promise<number> {
  await admin.query('alter table users disable trigger user')
  let written = 0
  const ms = await msOf(async () => {
    const { rowCount } = await admin.query(
      `with ended as (
         update users set status = 'inactive', status_cause = 'schedule', status_since = deactivate_at,
           deactivation_date = null, deactivate_at = null, let_in_since = statement_timestamp()
         where account_id = $1 and deactivate_at <= statement_timestamp() and status = 'active'
         returning id, old.status_cause as cause, old.deactivation_date as day, old.deactivate_at as at
       )
       insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, reason, from_status, to_status, from_cause, from_date, due_at)
       select $1, id, 'deactivated', 'schedule', $2, 'Contract ends', 'active', 'inactive', cause, day, at from ended`,
      [accountId, owner.id],
    )
    written = rowCount ?? 0
  })
  await admin.query('alter table users enable trigger user')
  if (written !== howMany) throw new Error(`The limit recorded ${written} of ${howMany} people.`)
  return ms / 1_000
}

const looks = 100

async function nothingDue(bench: Bench, work: string): Promise<Row> {
  const { database, runs } = bench
  await database.admin.query('set session_replication_role = replica')
  await database.admin.query(`update users set deactivation_date = current_date + 30 + abs(hashtext(id::text)) % 300,
    deactivate_at = statement_timestamp() + make_interval(days => 30 + abs(hashtext(id::text)) % 300)
    where role = 'learner' and status = 'active'`)
  await database.admin.query('set session_replication_role = default')
  await database.admin.query('vacuum analyze users')
  const asTheClock = connect(database.appUrl, { max: 1 })
  try {
    const figures = await repeated(runs, async () => {
      const each: number[] = []
      for (let look = 0; look < looks; look++)
        each.push(await msOf(() => sql`select id from accounts_to_settle() as id`.execute(asTheClock)))
      return median(each)
    })
    return rowOf(work, 'ms', { ours: figures }, below(2, 'ms'))
  } finally {
    await asTheClock.destroy()
    await database.restore()
  }
}
