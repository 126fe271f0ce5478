import type { BenchDatabase } from './database.ts'

/** How the e-mail of everybody begins who is added in a bench, in one of its runs. */
export const addedIn = (run: number | 'raw'): string => `added-${run}-`

/** New people with their first event, as few statements as can be: the limit of every way in. */
export const addByOneStatement = ({ admin, accountId, owner }: BenchDatabase, howMany: number): Promise<unknown> =>
  admin.query(
    `with given as materialized (
       select new_id() as id, 'Added ' || n as last_name, $3 || n || '@example.org' as email
       from generate_series(1, $4::integer) as n
     ), as_users as (
       insert into users (account_id, id, status) select $1, id, 'active' from given
     ), as_profiles as (
       insert into profiles (account_id, user_id, first_name, last_name, email, changed_by)
       select $1, id, 'Ines', last_name, email, $2 from given
     ), as_credentials as (
       insert into credentials (account_id, user_id) select $1, id from given
     )
     insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, to_status)
     select $1, id, 'added', 'administrator', $2, 'active' from given`,
    [accountId, owner.id, addedIn('raw'), howMany],
  )

/** Nobody was added, and the tables are as if nobody had been. */
export async function forgetAdded({ admin, accountId }: BenchDatabase): Promise<void> {
  await admin.query('begin')
  await admin.query('set local session_replication_role = replica')
  await admin.query(
    `create temp table gone on commit drop as select user_id from profiles where account_id = $1 and email like 'added-%'`,
    [accountId],
  )
  for (const table of ['credentials', 'lifecycle_events', 'profiles'])
    await admin.query(`delete from ${table} where account_id = $1 and user_id in (select user_id from gone)`, [
      accountId,
    ])
  await admin.query('delete from users where account_id = $1 and id in (select user_id from gone)', [accountId])
  await admin.query('truncate imports, operations cascade')
  await admin.query('select recount_seats($1)', [accountId])
  await admin.query('commit')
  await admin.query('vacuum (analyze) users, profiles, credentials, lifecycle_events')
}
