-- B4. A large operation is done in pieces, each all or nothing, and outlives whoever crashes in the middle of it.

create type operation_state as enum ('running', 'paused', 'cancelled', 'finished');

alter table operations
  add state operation_state not null default 'finished',
  add remaining integer not null default 0,     -- how many people it has not come to yet
  add request jsonb,                            -- what was asked, without the people; null: done at once
  add run_by uuid,                              -- in whose right it goes on: whoever began or resumed it
  add paused_because text,                      -- the code of the problem that it could not go on with; null: somebody paused it
  add worked_ms bigint not null default 0,      -- time spent on its pieces
  drop column already_so,
  add already_so integer not null generated always as (selected - changed - refused - remaining) stored,
  add constraint only_the_over_have_no_rest check (state <> 'finished' or remaining = 0);
create index operations_running on operations (account_id, id) where state = 'running';

-- B1, R29. Whom an operation still has before it, as they were when it was confirmed, in its order. A piece takes its
-- people out in the transaction that changes them, so whatever crashes, nobody is forgotten or met twice. Those of a
-- cancelled operation stay: they are told as not reached.
create table operation_rest (
  account_id uuid not null references accounts,
  operation_id uuid not null,
  position integer not null,
  user_id uuid not null,
  primary key (account_id, operation_id, position),
  foreign key (account_id, operation_id) references operations
);
create index operation_rest_by_user on operation_rest (account_id, operation_id, user_id);
alter table operation_rest enable row level security, force row level security;
create policy one_account on operation_rest to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on operation_rest to current_user using (true);

grant update (state, changed, refused, remaining, run_by, paused_because, worked_ms) on operations to rollcall_app;
grant select, insert, delete on operation_rest to rollcall_app;

-- What there is to go on with, in all accounts: for whoever looks after them, who is in none.
create function operations_to_carry_on() returns table (account_id uuid, operation_id uuid, run_by uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select account_id, id, run_by from operations where state = 'running' order by id
$$;

-- A change of more people than this is confirmed by their number: more than so many, or than this share of everybody.
alter table accounts
  add mass_change_count integer not null default 50 check (mass_change_count between 1 and 1000000),
  add mass_change_percent integer not null default 20 check (mass_change_percent between 1 and 100);
