-- B1, B4, R29. Whom a large operation still has before it lies in portions: a row holds a list of people. A row for each
-- of them, with its keys and indexes, cost as much to write and to take out again as the change itself.
create table operation_portions (
  account_id uuid not null references accounts,
  operation_id uuid not null,
  position integer not null,       -- of the first of them among all whom the operation means
  user_ids uuid[] not null,
  primary key (account_id, operation_id, position),
  foreign key (account_id, operation_id) references operations
);
-- Ids grow no smaller by compressing them.
alter table operation_portions alter column user_ids set storage external;
alter table operation_portions enable row level security, force row level security;
create policy one_account on operation_portions to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on operation_portions to current_user using (true);
grant select, insert, delete on operation_portions to rollcall_app;

insert into operation_portions (account_id, operation_id, position, user_ids)
select account_id, operation_id, min(position), array_agg(user_id order by position)
from operation_rest group by account_id, operation_id, (position - 1) / 1000;
drop table operation_rest;

-- A server from before this migration may still run beside: what it puts in line arrives, and it reads who is left. It
-- finds nothing to carry on: that is for those who ask operations_in_line().
create view operation_rest with (security_invoker) as
  select account_id, operation_id, (position + place - 1)::integer as position, user_id
  from operation_portions cross join lateral unnest(user_ids) with ordinality as one (user_id, place);
create function as_portion() returns trigger language plpgsql as $$
begin
  insert into operation_portions (account_id, operation_id, position, user_ids)
  values (new.account_id, new.operation_id, new.position, array[new.user_id]);
  return new;
end $$;
create trigger as_portion instead of insert on operation_rest for each row execute function as_portion();
grant select, insert, delete on operation_rest to rollcall_app;

create or replace function operations_to_carry_on() returns table (account_id uuid, operation_id uuid, run_by uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select account_id, id, run_by from operations where false
$$;

-- What there is to go on with, in all accounts: for whoever looks after them, who is in none.
create function operations_in_line() returns table (account_id uuid, operation_id uuid, run_by uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select account_id, id, run_by from operations where state = 'running' order by id
$$;

-- S3. Waits until none of these people has work under way, and lets none begin before this transaction ends.
create function hold_off(of_users uuid[]) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(user_lock(id)) from (select unnest(of_users) as id order by 1) as held;
end $$;
