-- T1. How many seats are used costs the same among a thousand people and among a million: who is active is counted with
-- the change that makes them so, in the transaction and under the lock that decide about seats anyway, and by no path
-- around it. Whose date has passed counts no more, before that is recorded: those few are looked up.

lock table users in share row exclusive mode;

alter table accounts add holding_seats integer not null default 0;   -- those included whose date has passed
update accounts set holding_seats = (select count(*) from users where account_id = accounts.id and status = 'active');

create function seats_used(of_account uuid) returns integer language sql stable
  return (select holding_seats from accounts where id = of_account)
    - (select count(*) from users where account_id = of_account and deactivate_at <= statement_timestamp())::integer;

-- T1. Seats left, exact until the caller commits. Null: unlimited. Negative: over the limit (T5).
-- Lock first, count in the next statement: a count in the locking statement would not see those it waited for.
create or replace function seats_free(of_account uuid) returns integer language plpgsql as $$
declare
  most integer;
begin
  select seat_limit into most from accounts where id = of_account for no key update;
  if most is null then return null; end if;
  return most - seats_used(of_account);
end $$;

-- R14. Counts the people anew. How many more there were than had been counted.
create function recount_seats(of_account uuid) returns integer language plpgsql as $$
declare
  counted integer;
  found integer;
begin
  select holding_seats into counted from accounts where id = of_account for no key update;
  select count(*) into found from users where account_id = of_account and status = 'active';
  if found <> counted then update accounts set holding_seats = found where id = of_account; end if;
  return found - counted;
end $$;

create or replace function no_free_seats_on_arrival() returns trigger language plpgsql as $$
begin
  update accounts as a set holding_seats = a.holding_seats + came.people
  from (select account_id, count(*) as people from users_after where status = 'active' group by account_id) as came
  where a.id = came.account_id;
  perform refuse_beyond_seats(account_id)
  from (select distinct account_id from users_after where is_active(status, deactivate_at)) as gaining;
  return null;
end $$;

-- Only who was not in and is in now takes a seat: whoever is in already is never refused anything (T5, R16).
-- Of how many rows a statement changes the planner knows nothing; compared each with each, 20,000 took over a minute.
create or replace function no_free_seats_on_return() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  update accounts as a set holding_seats = a.holding_seats + moved.people
  from (
    select account_id, sum(each.people) as people from (
      select account_id, 1 as people from users_after where status = 'active'
      union all select account_id, -1 from users_before where status = 'active'
    ) as each group by account_id
  ) as moved
  where a.id = moved.account_id and moved.people <> 0;
  -- Most changes of many are of nobody who is in afterwards.
  if not exists (select from users_after where is_active(status, deactivate_at)) then return null; end if;
  perform refuse_beyond_seats(account_id)
  from (
    select distinct afterwards.account_id
    from users_after as afterwards join users_before as before using (account_id, id)
    where is_active(afterwards.status, afterwards.deactivate_at) and not is_active(before.status, before.deactivate_at)
  ) as gaining;
  return null;
end $$;

create function seats_left_behind() returns trigger language plpgsql as $$
begin
  update accounts as a set holding_seats = a.holding_seats - gone.people
  from (select account_id, count(*) as people from users_before where status = 'active' group by account_id) as gone
  where a.id = gone.account_id;
  return null;
end $$;
create trigger seats_left_behind after delete on users
  referencing old table as users_before for each statement execute function seats_left_behind();
