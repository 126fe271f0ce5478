-- API tokens: what a program shows instead of a session. Each acts as the person who made it, as far as its scopes go.
-- It is refused while they are out, and works again when they are back (S2, S5, C5.54).

create type token_kind as enum ('personal', 'account');
create type token_scope as enum (
  'people_read', 'people_write', 'courses_read', 'courses_write', 'learning_read', 'reports_read', 'account_read', 'account_write'
);

create table api_tokens (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  user_id uuid not null,
  kind token_kind not null,        -- of the account: every administrator sees and ends it
  name text not null,
  token_hash bytea not null,       -- SHA-256 of 256 random bits that are shown once (R11, R39)
  last_signs text not null,        -- to tell one from another
  scopes token_scope[] not null,
  created_at timestamptz not null default statement_timestamp(),
  expires_at timestamptz,          -- null: never
  last_used_at timestamptz,
  last_refused_at timestamptz,     -- because its person was out
  primary key (account_id, id),
  unique (account_id, token_hash),
  foreign key (account_id, user_id) references users on delete cascade
);
create index api_tokens_by_user on api_tokens (account_id, user_id);

-- As in 0009, and by a token as well as by a session: `session_id` is the id of what was shown. A token outlives the
-- time away of its person; a session does not (S5).
drop function let_in;
create function let_in(
  of_host text, of_token_hash bytea, working way_of_working, by_token boolean,
  out account_id uuid, out session_id uuid, out user_id uuid, out role role, out is_in boolean, out seen_long_ago boolean, out scopes text[]
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
    if by_token then
      select t.user_id into whose from api_tokens as t where t.account_id = here and t.token_hash = of_token_hash;
    else
      select s.user_id into whose from sessions as s where s.account_id = here and s.token_hash = of_token_hash;
    end if;
    if whose is null then return; end if;
    if working = 'in_turn' then
      perform pg_advisory_xact_lock(turn_lock(here));
    else
      perform pg_advisory_xact_lock_shared(account_lock(here)), pg_advisory_xact_lock_shared(user_lock(whose));
    end if;
  end if;

  if by_token then
    select t.account_id, t.id, u.id, u.role, is_active(u.status, u.deactivate_at),
      coalesce(t.last_used_at, '-infinity') < statement_timestamp() - interval '1 minute', t.scopes::text[]
    into account_id, session_id, user_id, role, is_in, seen_long_ago, scopes
    from api_tokens as t join users as u on u.account_id = t.account_id and u.id = t.user_id
    where t.account_id = here and t.token_hash = of_token_hash and (t.expires_at is null or t.expires_at > statement_timestamp());
  else
    select s.account_id, s.id, u.id, u.role, is_active(u.status, u.deactivate_at), s.last_seen_at < statement_timestamp() - interval '1 minute'
    into account_id, session_id, user_id, role, is_in, seen_long_ago
    from sessions as s join users as u on u.account_id = s.account_id and u.id = s.user_id
    where s.account_id = here and s.token_hash = of_token_hash and s.expires_at > statement_timestamp()
      -- Of an inactive person the reason is told; of an active one only what was opened since counts.
      and (not is_active(u.status, u.deactivate_at) or s.created_at > u.let_in_since);
  end if;

  if is_in then
    ignored := set_config('app.account_id', account_id::text, true);
    ignored := set_config('app.actor_id', user_id::text, true);
  end if;
end $$;

-- As in 0003: a download may be a token's, too.
create or replace function sessions_over(accounts_of uuid[], ids uuid[]) returns table (session_id uuid, is_inactive boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select asked.id, u.id is not null and a.id is null
  from unnest(accounts_of, ids) as asked (account_id, id)
  left join sessions as s on s.account_id = asked.account_id and s.id = asked.id and s.expires_at > statement_timestamp()
  left join api_tokens as t on t.account_id = asked.account_id and t.id = asked.id and coalesce(t.expires_at, 'infinity') > statement_timestamp()
  left join users as u on u.account_id = asked.account_id and u.id = coalesce(s.user_id, t.user_id)
  left join active_users as a on a.account_id = u.account_id and a.id = u.id
  where a.id is null or s.created_at <= a.let_in_since
$$;

-- H1. Somebody's token was refused because they are out: told once a day, however often a program tries.
create function token_refused(of_account uuid, of_token uuid) returns void language sql set search_path = public, pg_temp as $$
  with told as (
    update api_tokens set last_refused_at = statement_timestamp()
    where account_id = of_account and id = of_token and coalesce(last_refused_at, '-infinity') < statement_timestamp() - interval '1 day'
    returning user_id
  )
  insert into lifecycle_events (account_id, user_id, change, cause, reason, from_status, to_status, from_date, to_date)
  select u.account_id, u.id, 'sign_in_refused', u.status_cause, 'API token', u.status, u.status, u.deactivation_date, u.deactivation_date
  from told join users as u on u.account_id = of_account and u.id = told.user_id
$$;

grant select, insert, update, delete on api_tokens to rollcall_app;
alter table api_tokens enable row level security, force row level security;
create policy one_account on api_tokens to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on api_tokens to current_user using (true);
