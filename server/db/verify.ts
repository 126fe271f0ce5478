import { sql } from 'kysely'
import type { Database } from './database.ts'

/**
 * Refuses to go on when row level security cannot hold (R33, A1): asked on the application's own connections.
 *
 * @throws Error naming every offence, not the first
 */
export async function verify(application: Database): Promise<void> {
  const offences = [...(await offencesOf(application, role)), ...(await offencesOf(application, schema))]
  if (offences.length === 0) return
  throw new Error(
    [
      'Accounts are not safe from each other in this database (R33):',
      ...offences.map((offence) => `  - ${offence}`),
    ].join('\n'),
  )
}

async function offencesOf(application: Database, questions: typeof role): Promise<string[]> {
  const { rows } = await questions.execute(application)
  return rows.map((row) => row.offence)
}

/** Who may pass by row level security: superusers, whoever has the right to, and the owners of tables. */
const role = sql<{ offence: string }>`
  with me as (select oid, rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user),
       public as (select oid, nspowner from pg_namespace where nspname = 'public'),
       owned as (
         select relowner as owner, relname::text as thing from pg_class where relnamespace = (select oid from public)
         union all select proowner, proname || '()' from pg_proc where pronamespace = (select oid from public)
         union all select nspowner, 'the schema itself' from pg_namespace where oid = (select oid from public)
       )
  select format('the role %I is a superuser', rolname) as offence from me where rolsuper
  union all
  select format('the role %I may bypass row level security', rolname) from me where rolbypassrls
  union all
  select format('the role %I owns %s', rolname, string_agg(thing, ', ' order by thing))
    from me join owned on owner = me.oid group by rolname
  union all
  select distinct format('the role %I is a member of %I, which owns the schema''s tables', me.rolname, owner.rolname)
    from me join owned on owned.owner <> me.oid join pg_roles as owner on owner.oid = owned.owner
    where not me.rolsuper and pg_has_role(me.oid, owned.owner, 'member')`

/** What belongs to an account, what it is found by, and what points from one such row to another. */
const schema = sql<{ offence: string }>`
  with tables as (
    select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, a.attnum as account
      from pg_class as c join pg_attribute as a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and a.attname = case c.relname when 'accounts' then 'id' else 'account_id' end and not a.attisdropped
  )
  select format('%I: row level security is not %s', relname, case when relrowsecurity then 'forced' else 'enabled' end) as offence
    from tables where not (relrowsecurity and relforcerowsecurity)
  union all
  select format('%I: %I does not begin with %s', t.relname, i.indexrelid::regclass::text, case t.relname when 'accounts' then 'id' else 'account_id' end)
    from tables as t join pg_index as i on i.indrelid = t.oid
   where i.indisunique and i.indkey[0] <> t.account and (i.indisprimary or t.relname <> 'accounts')
  union all
  select format('%I: it has no primary key', relname)
    from tables where not exists (select from pg_index where indrelid = tables.oid and indisprimary)
  union all
  select format('%I: the foreign key %I does not begin with account_id', here.relname, k.conname)
    from pg_constraint as k join tables as here on here.oid = k.conrelid join tables as there on there.oid = k.confrelid
   where k.contype = 'f' and (k.conkey[1] <> here.account or k.confkey[1] <> there.account)
  union all
  select format('%I: the view looks with its owner''s rights; it needs security_invoker', relname)
    from pg_class
   where relnamespace = 'public'::regnamespace and relkind = 'v'
     and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
  union all
  select format('%I: a materialized view knows no row level security', relname)
    from pg_class where relnamespace = 'public'::regnamespace and relkind = 'm'
     and has_table_privilege(oid, 'select')
  order by 1`
