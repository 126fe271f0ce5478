-- Who is in. Every rule that must hold on every path is told here, once, by name; the name of a constraint is the
-- code of the problem that the API answers.

-- S1. The instant decides, not a job.
create function is_active(status status, deactivate_at timestamptz) returns boolean language sql stable parallel safe
  return status = 'active' and (deactivate_at is null or deactivate_at > statement_timestamp());

-- The people who are in. Sign-in, sessions, seats and all that is to be let in ask here, and nowhere else.
create view active_users with (security_invoker) as
  select * from users where is_active(status, deactivate_at);
create index users_holding_seats on users (account_id) include (deactivate_at) where status = 'active';

-- D1, D5. The instant at which access ends: that time of day on that date, there. On a day when the clocks are set,
-- the rule that Temporal and iCalendar call "compatible": a time that comes twice means the first, one that is left
-- out moves forward by what was left out. PostgreSQL alone would take the second of two.
create function access_ends_at(day date, at_time time, zone text) returns timestamptz language plpgsql stable as $$
declare
  wanted timestamp := day + at_time;
  noon_before timestamptz := (wanted - interval '1 day') at time zone 'UTC';
  noon_after timestamptz := (wanted + interval '1 day') at time zone 'UTC';
  by_offset_before timestamptz := (wanted - ((noon_before at time zone zone) - (noon_before at time zone 'UTC'))) at time zone 'UTC';
  by_offset_after timestamptz := (wanted - ((noon_after at time zone zone) - (noon_after at time zone 'UTC'))) at time zone 'UTC';
begin
  if by_offset_before at time zone zone = wanted then return by_offset_before; end if;
  if by_offset_after at time zone zone = wanted then return by_offset_after; end if;
  return by_offset_before;
end $$;

create function today_in(zone text) returns date language sql stable
  return (statement_timestamp() at time zone zone)::date;

-- T1. Seats left, exact until the caller commits. Null: unlimited. Negative: over the limit (T5).
-- Lock first, count in the next statement: a count in the locking statement would not see those it waited for.
create function seats_free(of_account uuid) returns integer language plpgsql as $$
declare
  most integer;
begin
  select seat_limit into most from accounts where id = of_account for no key update;
  if most is null then return null; end if;
  return most - (select count(*) from active_users where account_id = of_account);
end $$;

-- T2. By whatever path it came, no statement leaves more people in than there are seats.
create function refuse_beyond_seats(of_account uuid) returns void language plpgsql as $$
begin
  if seats_free(of_account) < 0 then
    raise exception 'no free seat' using errcode = 'check_violation', constraint = 'no_free_seats';
  end if;
end $$;

create function no_free_seats_on_arrival() returns trigger language plpgsql as $$
begin
  perform refuse_beyond_seats(account_id)
  from (select distinct account_id from users_after where is_active(status, deactivate_at)) as gaining;
  return null;
end $$;

-- Only who was not in and is in now takes a seat: whoever is in already is never refused anything (T5, R16).
-- Of how many rows a statement changes the planner knows nothing; compared each with each, 20,000 took over a minute.
create function no_free_seats_on_return() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  perform refuse_beyond_seats(account_id)
  from (
    select distinct afterwards.account_id
    from users_after as afterwards join users_before as before using (account_id, id)
    where is_active(afterwards.status, afterwards.deactivate_at) and not is_active(before.status, before.deactivate_at)
  ) as gaining;
  return null;
end $$;

create trigger no_free_seats_on_arrival after insert on users
  referencing new table as users_after for each statement execute function no_free_seats_on_arrival();
create trigger no_free_seats_on_return after update on users
  referencing old table as users_before new table as users_after for each statement execute function no_free_seats_on_return();

create type change as enum ('added', 'deactivated', 'scheduled', 'date_cleared', 'date_moved', 'activated', 'deleted', 'owner_changed', 'sign_in_refused');
create type operation_kind as enum ('deactivate', 'schedule', 'clear_date', 'activate', 'undo');

-- One request that changed people. Whom it changed is told by its events; whom it did not, by operation_skips.
create table operations (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  kind operation_kind not null,
  by_user_id uuid,
  reason text,
  deactivation_date date,
  selected integer not null,
  changed integer not null,
  refused integer not null,
  already_so integer not null generated always as (selected - changed - refused) stored,
  undoes uuid,
  started_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id),
  foreign key (account_id, undoes) references operations
);
create index operations_undoing on operations (account_id, undoes) where undoes is not null;

create table operation_skips (
  account_id uuid not null references accounts,
  operation_id uuid not null,
  user_id uuid not null,
  refusal text,                    -- null: already so
  primary key (account_id, operation_id, user_id),
  foreign key (account_id, operation_id) references operations
);

-- H1. One change of one person, written in the transaction that makes it. Append-only: the application's role may
-- insert and select. user_id is no foreign key: the history outlives a deleted person.
create table lifecycle_events (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  user_id uuid not null,
  change change not null,
  cause status_cause not null,
  by_user_id uuid,                 -- null: nobody in the account; for what the clock recorded, whoever had set the date
  from_status status,              -- null: was not there yet
  to_status status,                -- null: is no longer there
  from_cause status_cause,
  from_date date,
  to_date date,
  due_at timestamptz,              -- when it was due, for what the clock recorded
  reason text,
  operation_id uuid,
  happened_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id)
);
create index lifecycle_events_by_user on lifecycle_events (account_id, user_id, id);
create index lifecycle_events_by_operation on lifecycle_events (account_id, operation_id, user_id) where operation_id is not null;

-- S4, H1. The application's role has no `delete` on people. Deleting somebody for good is this one door.
create function delete_user(of_account uuid, of_user uuid) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if of_account is distinct from current_account() then
    raise exception 'another account' using errcode = 'insufficient_privilege';
  end if;
  insert into deleted_users (account_id, user_id, name, email)
  select account_id, user_id, first_name || ' ' || last_name, email from profiles
  where account_id = of_account and user_id = of_user;
  delete from users where account_id = of_account and id = of_user and role <> 'owner';
  if not found then
    raise exception 'the owner' using errcode = 'check_violation', constraint = 'owner_protected';
  end if;
end $$;
