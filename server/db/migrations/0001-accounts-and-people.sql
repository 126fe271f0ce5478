-- Accounts, and who the people in them are. Whether they are in is told in 0002-who-is-in.sql.
--
-- Every table begins its keys with account_id, so that no row can point into another account (A1), row level security
-- can hold, and the tables can be distributed by account.

create extension if not exists pg_trgm;

-- Ids sort by the time they were made (UUID version 7): 48 bits of milliseconds, 12 bits of what is left below one, and
-- 62 random bits.
create function id_at(moment timestamptz) returns uuid language sql volatile as $$
  select (
    lpad(to_hex(micros / 1000), 12, '0') || '7' || lpad(to_hex((micros % 1000 * 4096 / 1000)), 3, '0') || substr(random_half, 17, 16)
  )::uuid
  from (
    select (extract(epoch from moment) * 1000000)::bigint as micros, replace(gen_random_uuid()::text, '-', '') as random_half
  ) as parts
$$;

-- PostgreSQL makes them itself from version 18 on, and no two within one connection out of order.
do $$ begin
  if exists (select from pg_proc where proname = 'uuidv7' and pronamespace = 'pg_catalog'::regnamespace) then
    create function new_id() returns uuid language sql volatile return uuidv7();
  else
    create function new_id() returns uuid language sql volatile return id_at(clock_timestamp());
  end if;
end $$;

-- What a search compares: small letters, without accents.
create function folded(words text) returns text language sql immutable parallel safe
  return regexp_replace(normalize(lower(words), nfkd), '[\u0300-\u036f]', '', 'g');

-- The account that this transaction was opened for. Without one nothing is seen.
create function current_account() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.account_id', true), '')::uuid;

create table accounts (
  id uuid primary key default new_id(),
  name text not null,
  host text unique check (host = lower(host)),          -- null: answers on any host while it is the only account
  time_zone text not null,
  deactivation_time time not null default '23:59',      -- D1
  language text not null default 'en',
  seat_limit integer check (seat_limit > 0),            -- null: unlimited
  limit_set_by text not null default 'owner' check (limit_set_by in ('owner', 'operator')),
  fill_from_waiting boolean not null default false,     -- T3
  version integer not null default 1,
  created_at timestamptz not null default statement_timestamp()
);

create function refuse_unknown_time_zone() returns trigger language plpgsql as $$
begin
  if not exists (select from pg_timezone_names where name = new.time_zone) then
    raise exception 'unknown time zone' using errcode = 'check_violation', constraint = 'unknown_time_zone';
  end if;
  return new;
end $$;
create trigger unknown_time_zone before insert or update of time_zone on accounts
  for each row execute function refuse_unknown_time_zone();

create table departments (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  parent_id uuid,
  name text not null,
  primary key (account_id, id),
  constraint unknown_department foreign key (account_id, parent_id) references departments,
  constraint departments_name_taken unique nulls not distinct (account_id, parent_id, name)
);

create table groups (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  name text not null,
  description text,
  primary key (account_id, id),
  constraint groups_name_taken unique (account_id, name)
);

create table custom_fields (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  key text not null,
  label text not null,
  kind text not null check (kind in ('text', 'date', 'choice')),
  choices text[] not null default '{}',
  primary key (account_id, id),
  constraint custom_fields_name_taken unique (account_id, key)
);

create type role as enum ('owner', 'administrator', 'department_administrator', 'author', 'learner');
create type status as enum ('active', 'inactive');
create type status_cause as enum ('administrator', 'schedule', 'seat_limit', 'dormant', 'provisioning', 'import');

-- Who is in. Narrow on purpose: a bulk change rewrites these rows and their indexes, and nothing of what people are
-- called or can be found by. Only server/lifecycle writes here.
create table users (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  role role not null default 'learner',
  status status not null,
  status_cause status_cause not null default 'administrator',
  status_since timestamptz not null default statement_timestamp(),
  deactivation_date date,          -- as chosen, in the account's zone (D1)
  deactivate_at timestamptz,       -- the instant it means (D5)
  -- S5. Sessions and mailed links made before this instant open nothing: one value ends them all, and none revives.
  let_in_since timestamptz not null default statement_timestamp(),
  primary key (account_id, id),
  constraint owner_protected check (role <> 'owner' or (status = 'active' and deactivation_date is null)),     -- S6
  constraint only_the_active_leave check (status = 'active' or deactivation_date is null),                      -- D3
  constraint date_and_instant_together check ((deactivation_date is null) = (deactivate_at is null))            -- D5
) with (fillfactor = 85);
create unique index one_owner on users (account_id) where role = 'owner';                                       -- S6
-- By the instant first: who is due is asked every second, over all accounts.
create index users_leaving on users (deactivate_at, account_id) where deactivate_at is not null;
create index users_waiting on users (account_id, status_since, id) where status_cause = 'seat_limit' and status = 'inactive';

-- Who they are.
create table profiles (
  account_id uuid not null references accounts,
  user_id uuid not null,
  first_name text not null,
  last_name text not null,
  email text not null,
  email_key text not null generated always as (lower(email)) stored,
  job_title text,
  phone text,
  hire_date date,
  language text,
  custom jsonb not null default '{}',
  department_id uuid,
  version integer not null default 1,
  changed_by uuid,
  changed_at timestamptz not null default statement_timestamp(),
  created_at timestamptz not null default statement_timestamp(),
  name_key text collate "und-x-icu" not null generated always as (last_name || ' ' || first_name) stored,
  search_text text not null generated always as (folded(first_name || ' ' || last_name || ' ' || email)) stored,
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users on delete cascade,
  constraint unknown_department foreign key (account_id, department_id) references departments,
  constraint email_taken unique (account_id, email_key)                                                         -- R35
);
create index profiles_by_name on profiles (account_id, name_key, user_id);
create index profiles_by_department on profiles (account_id, department_id);
create index profiles_by_search_text on profiles using gin (search_text gin_trgm_ops);

-- How somebody signs in, and when they last did. One row for each user.
create table credentials (
  account_id uuid not null references accounts,
  user_id uuid not null,
  password_hash text,
  last_sign_in_at timestamptz not null default '-infinity',   -- never
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users on delete cascade
);
create index credentials_by_last_sign_in on credentials (account_id, last_sign_in_at, user_id);

create table group_members (
  account_id uuid not null references accounts,
  group_id uuid not null,
  user_id uuid not null,
  primary key (account_id, group_id, user_id),
  constraint unknown_group foreign key (account_id, group_id) references groups on delete cascade,
  foreign key (account_id, user_id) references users on delete cascade
);
create index group_members_by_user on group_members (account_id, user_id);

create table managed_departments (
  account_id uuid not null references accounts,
  user_id uuid not null,
  department_id uuid not null,
  primary key (account_id, user_id, department_id),
  foreign key (account_id, user_id) references users on delete cascade,
  constraint unknown_department foreign key (account_id, department_id) references departments on delete cascade
);

-- Whoever was deleted, by name, so that the history can still be read.
create table deleted_users (
  account_id uuid not null references accounts,
  user_id uuid not null,
  name text not null,
  email text not null,
  primary key (account_id, user_id)
);

-- These departments, with all below them.
create function departments_below(of_account uuid, tops uuid[]) returns setof uuid language sql stable as $$
  with recursive below as (
    select id from departments where account_id = of_account and id = any(tops)
    union
    select child.id from departments as child join below on child.parent_id = below.id
    where child.account_id = of_account
  )
  select id from below
$$;

-- The departments that a department administrator manages.
create function departments_managed(of_account uuid, by_user uuid) returns setof uuid language sql stable
  return departments_below(of_account, array(
    select department_id from managed_departments where account_id = of_account and user_id = by_user
  ));
