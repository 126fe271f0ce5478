import type { Bench } from '../bench.ts'
import { inTurn, msOf, ratioAtMost, rowOf } from '../row.ts'
import { ask } from '../scene/ask.ts'

const eachRun = 10_000
const eachCall = 1_000

/** New people by the API, as many in a call as it takes. The limit: the same rows by one statement. */
export async function add(bench: Bench): Promise<void> {
  const { server, database, runs } = bench
  const { admin, accountId, owner } = database
  const byServer = async (run: number) => {
    const seconds = await msOf(async () => {
      for (let from = 0; from < eachRun; from += eachCall) {
        const people = Array.from({ length: eachCall }, (_, place) => ({
          firstName: 'Ines',
          lastName: `Added ${from + place}`,
          email: `added-${run}-${from + place}@example.org`,
        }))
        await ask(server.port, { path: '/api/v1/users', token: owner.token, body: { people } })
      }
    })
    await forget()
    return seconds / 1_000
  }
  const raw = async (run: number) => {
    const seconds = await msOf(() => admin.query(write, [accountId, owner.id, `added-${run}-`, eachRun]))
    await forget()
    return seconds / 1_000
  }
  const forget = async () => {
    await admin.query('begin')
    await admin.query('set local session_replication_role = replica')
    const gone = `(select user_id from profiles where account_id = $1 and email like 'added-%')`
    for (const table of ['credentials', 'lifecycle_events'])
      await admin.query(`delete from ${table} where account_id = $1 and user_id in ${gone}`, [accountId])
    await admin.query(`delete from users where account_id = $1 and id in ${gone}`, [accountId])
    await admin.query(`delete from profiles where account_id = $1 and email like 'added-%'`, [accountId])
    await admin.query('commit')
    await admin.query('vacuum (analyze) users, profiles, credentials, lifecycle_events')
  }
  const work = `add ${eachRun.toLocaleString('en')} people`
  await bench.measure(work, async () =>
    rowOf(work, 's', await inTurn(runs, (run) => bench.watchMemory(work, () => byServer(run)), raw), ratioAtMost(3)),
  )
}

const write = `
  with given as materialized (
    select new_id() as id, 'Added ' || n as last_name, $3 || n || '@example.org' as email from generate_series(1, $4::integer) as n
  ), as_users as (
    insert into users (account_id, id, status) select $1, id, 'active' from given
  ), as_profiles as (
    insert into profiles (account_id, user_id, first_name, last_name, email, changed_by)
    select $1, id, 'Ines', last_name, email, $2 from given
  ), as_credentials as (
    insert into credentials (account_id, user_id) select $1, id from given
  )
  insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, to_status)
  select $1, id, 'added', 'administrator', $2, 'active' from given`
