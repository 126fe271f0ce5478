-- The gate, at the price of one look. Every request pays for it: no row level security is planned, since it is the
-- owner's look, and nothing is written. `enter()` stays for nodes of the version before.

-- The person whom this transaction was opened for, as current_account() is their account. Null: no person.
create function current_actor() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.actor_id', true), '')::uuid;

-- As before; in PL/pgSQL its plans are kept, which halves what it costs.
create or replace function account_at(of_host text) returns uuid language plpgsql stable security definer
  set search_path = public, pg_temp as $$
declare
  named uuid;
  first_two uuid[];
begin
  select id into named from accounts where host = lower(of_host);
  if found then return named; end if;
  first_two := array(select id from accounts limit 2);
  return case cardinality(first_two) when 1 then first_two[1] end;
end $$;

-- S2, S3, A1. Waits for whoever is ending this person's access, and only then looks at who they are: a lock and the look
-- after it are two statements with two snapshots. It takes nobody's word for the account: it is the one that answers at
-- the host, and the session has to be one of it. What the transaction may see is set when its person is in, not before.
-- Of a session whose person is inactive it tells just that; of one that is no session, a row of nothing.
create function let_in(
  of_host text, of_token_hash bytea, working way_of_working,
  out account_id uuid, out session_id uuid, out user_id uuid, out role role, out is_in boolean, out seen_long_ago boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  here uuid := account_at(of_host);
  whose uuid;
  ignored text;
begin
  -- S3. A standby may not know yet who has gone.
  if pg_is_in_recovery() then
    raise exception 'a standby in recovery lets nobody in' using errcode = 'read_only_sql_transaction';
  end if;
  if working <> 'reading' then
    select s.user_id into whose from sessions as s where s.account_id = here and s.token_hash = of_token_hash;
    if not found then return; end if;
    if working = 'in_turn' then
      perform pg_advisory_xact_lock(turn_lock(here));
    else
      perform pg_advisory_xact_lock_shared(account_lock(here)), pg_advisory_xact_lock_shared(user_lock(whose));
    end if;
  end if;

  select s.account_id, s.id, u.id, u.role, is_active(u.status, u.deactivate_at), s.last_seen_at < statement_timestamp() - interval '1 minute'
  into account_id, session_id, user_id, role, is_in, seen_long_ago
  from sessions as s join users as u on u.account_id = s.account_id and u.id = s.user_id
  where s.account_id = here and s.token_hash = of_token_hash and s.expires_at > statement_timestamp()
    -- Of an inactive person the reason is told; of an active one only what was opened since counts.
    and (not is_active(u.status, u.deactivate_at) or s.created_at > u.let_in_since);

  if is_in then
    ignored := set_config('app.account_id', account_id::text, true);
    ignored := set_config('app.actor_id', user_id::text, true);
  end if;
end $$;
