import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { store } from '#tests/harness/account.ts'

/** What belongs to the installation, not to an account; and the accounts themselves, distributed by their id. */
const ofNoAccount = ['accounts', 'migrations', 'setup_links']

const tables = sql`
  select c.oid, c.relname as name,
    (select attnum from pg_attribute where attrelid = c.oid and attname = 'account_id' and attnotnull) as account_id
  from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`

test('every table but those of the installation says whose account each row is', async () => {
  const { rows } = await sql<{ name: string }>`
    select name from (${tables}) as t where account_id is null order by name`.execute(store)
  expect(rows.map(({ name }) => name)).toEqual(ofNoAccount)
})

test('every unique key of an account’s table begins with the account, so that its rows can lie on any machine', async () => {
  const { rows } = await sql<{ key: string; columns: string }>`
    select i.indexrelid::regclass as key, i.indkey::text as columns from (${tables}) as t
    join pg_index as i on i.indrelid = t.oid
    where t.account_id is not null and i.indisunique and i.indkey[0] <> t.account_id`.execute(store)
  expect(rows).toEqual([])
})

test('every reference stays within the account', async () => {
  const { rows } = await sql<{ reference: string }>`
    select k.conname as reference from (${tables}) as t
    join pg_constraint as k on k.conrelid = t.oid and k.contype = 'f'
    join (${tables}) as target on target.oid = k.confrelid
    where t.account_id is not null and k.confrelid <> 'accounts'::regclass
      and not exists (
        select from unnest(k.conkey, k.confkey) as pair (from_column, to_column)
        where from_column = t.account_id and to_column = target.account_id
      )`.execute(store)
  expect(rows).toEqual([])
  const { rows: counted } = await sql<{ n: number }>`
    select count(*) as n from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`.execute(
    store,
  )
  expect(counted[0]!.n).toBeGreaterThan(30)
})
