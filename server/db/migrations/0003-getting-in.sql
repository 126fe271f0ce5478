-- Getting in: sessions, and the one function that everybody enters by.

-- A session is a row; whether it opens anything is asked of active_users at each request (S2).
create table sessions (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  user_id uuid not null,
  token_hash bytea not null,       -- SHA-256 of 256 random bits that only the browser has (R11)
  browser text,
  address text,
  created_at timestamptz not null default statement_timestamp(),
  last_seen_at timestamptz not null default statement_timestamp(),
  expires_at timestamptz not null default statement_timestamp() + interval '30 days',
  primary key (account_id, id),
  unique (account_id, token_hash),
  foreign key (account_id, user_id) references users on delete cascade
);
create index sessions_by_user on sessions (account_id, user_id);

-- How often somebody has tried to guess: per person, and per address that they come from. Shared by all nodes.
create table sign_in_attempts (
  account_id uuid not null references accounts,
  subject text not null,
  attempts integer not null default 1,
  since timestamptz not null default statement_timestamp(),
  primary key (account_id, subject)
);

-- What a request with an Idempotency-Key was answered, so that its repetition changes nothing (R26).
create table idempotency_keys (
  account_id uuid not null references accounts,
  user_id uuid not null,
  key text not null,
  request_hash bytea not null,
  answer jsonb not null,
  created_at timestamptz not null default statement_timestamp(),
  primary key (account_id, user_id, key),
  foreign key (account_id, user_id) references users on delete cascade
);

-- One-time links to set up an installation without accounts. Only their hash is here.
create table setup_links (
  token_hash bytea primary key,
  created_at timestamptz not null default statement_timestamp()
);

-- The account that answers at a host: the one of that name, or the only one there is. Null: none.
-- The application's role sees one account at a time, so this look over all of them is the owner's.
create function account_at(of_host text) returns uuid language sql stable security definer
  set search_path = public, pg_temp as $$
  select coalesce(
    (select id from accounts where host = lower(of_host)),
    (select (array_agg(id))[1] from (select id from accounts limit 2) as first_two having count(*) = 1)
  )
$$;

create function any_account() returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$ select exists (select from accounts) $$;

-- Every account's id, for what the clock does in each.
create function every_account() returns setof uuid language sql stable security definer
  set search_path = public, pg_temp as $$ select id from accounts order by id $$;

-- The accounts in which the clock has something to record, or a free seat to fill from the waiting list.
create function accounts_to_settle() returns setof uuid language sql stable security definer
  set search_path = public, pg_temp as $$
  select account_id from users where deactivate_at <= statement_timestamp()
  union
  select id from accounts where fill_from_waiting and exists (
    select from users where account_id = accounts.id and status = 'inactive' and status_cause = 'seat_limit'
  )
$$;

-- Remembers a setup link while there is no account.
create function remember_setup_link(hash bytea) returns boolean language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if exists (select from accounts) then return false; end if;
  insert into setup_links (token_hash) values (hash);
  return true;
end $$;

create function setup_link_is_valid(hash bytea) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select exists (select from setup_links where token_hash = hash) and not exists (select from accounts)
$$;

-- Uses a setup link up, with all others: of two who set up at once, the second waits here and is refused.
create function use_setup_link(hash bytea) returns boolean language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  lock table setup_links in exclusive mode;
  if exists (select from accounts) or not exists (select from setup_links where token_hash = hash) then return false; end if;
  delete from setup_links;
  return true;
end $$;

-- Locks that work and its ending take. `user_lock`: shared by all work of one person, exclusive for whoever ends their
-- access. `account_lock`: the same for everybody at once, where there are too many people to lock one by one.
-- `turn_lock`: changes of who is in happen one after the other within an account.
create function user_lock(of_user uuid) returns bigint language sql immutable return hashtextextended(of_user::text, 0);
create function account_lock(of_account uuid) returns bigint language sql immutable return hashtextextended(of_account::text, 1);
create function turn_lock(of_account uuid) returns bigint language sql immutable return hashtextextended(of_account::text, 2);

create type way_of_working as enum ('reading', 'writing', 'in_turn');

-- The gate (S2, S3, A1). Sets the account for this transaction, waits for whoever is ending this person's access,
-- and only then looks at who they are: a lock and the look after it are two statements with two snapshots.
-- Of a session whose person is inactive it tells just that; of one that is no session, nothing.
create function enter(of_account uuid, of_token_hash bytea, working way_of_working)
returns table (session_id uuid, user_id uuid, role role, is_in boolean) language plpgsql as $$
declare
  session sessions;
begin
  perform set_config('app.account_id', of_account::text, true);
  select * into session from sessions where account_id = of_account and token_hash = of_token_hash;
  if not found then return; end if;

  if working = 'in_turn' then
    perform pg_advisory_xact_lock(turn_lock(of_account));
  elsif working = 'writing' then
    perform pg_advisory_xact_lock_shared(account_lock(of_account));
    perform pg_advisory_xact_lock_shared(user_lock(session.user_id));
  end if;

  return query
    select s.id, u.id, u.role, a.id is not null
    from sessions as s
    join users as u on u.account_id = s.account_id and u.id = s.user_id
    left join active_users as a on a.account_id = u.account_id and a.id = u.id
    where s.account_id = of_account and s.id = session.id and s.expires_at > statement_timestamp()
      -- Of an inactive person the reason is told; of an active one only what was opened since counts.
      and (a.id is null or s.created_at > a.let_in_since);

  if session.last_seen_at < statement_timestamp() - interval '1 minute' then
    update sessions set last_seen_at = statement_timestamp() where account_id = of_account and id = session.id;
  end if;
end $$;

-- S3, R6. Which of these open streams have to end: their session is over, or its person is no longer in.
create function sessions_over(accounts_of uuid[], ids uuid[]) returns table (session_id uuid, is_inactive boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select asked.id, u.id is not null and a.id is null
  from unnest(accounts_of, ids) as asked (account_id, id)
  left join sessions as s on s.account_id = asked.account_id and s.id = asked.id and s.expires_at > statement_timestamp()
  left join users as u on u.account_id = s.account_id and u.id = s.user_id
  left join active_users as a on a.account_id = u.account_id and a.id = u.id
  where a.id is null or s.created_at <= a.let_in_since
$$;

-- The newest event of each of these accounts: what an open page shows is looked up again when it changes.
create function newest_events(accounts_of uuid[]) returns table (account_id uuid, newest uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select a.id, (select e.id from lifecycle_events as e where e.account_id = a.id order by e.id desc limit 1)
  from unnest(accounts_of) as a (id)
$$;

-- What the application's role may do. It has no `delete` on people, and of the history it can change nothing (S4, H1).
grant select, insert, update on accounts, users, profiles, credentials to rollcall_app;
grant select, insert, update, delete on departments, groups, custom_fields, group_members, managed_departments to rollcall_app;
grant select, insert, update, delete on sessions, sign_in_attempts, idempotency_keys to rollcall_app;
grant select, insert on lifecycle_events, operations, operation_skips to rollcall_app;
grant select on deleted_users, active_users to rollcall_app;

-- A1. The application's role sees one account at a time: the one its transaction was opened for.
do $$
declare
  of_table text;
begin
  for of_table in
    select table_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and column_name = 'account_id' and table_type = 'BASE TABLE'
  loop
    execute format('alter table %I enable row level security, force row level security', of_table);
    execute format('create policy one_account on %I to rollcall_app using (account_id = current_account())', of_table);
    execute format('create policy the_owner_of_the_schema on %I to current_user using (true)', of_table);
  end loop;
  alter table accounts enable row level security, force row level security;
  create policy one_account on accounts to rollcall_app using (id = current_account());
  create policy the_owner_of_the_schema on accounts to current_user using (true);
end $$;
