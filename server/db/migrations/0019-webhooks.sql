-- Webhooks: other systems are told of what happens to people. The history is what is told from: it is written with the
-- change and for good (H1), so that nothing has to be queued by the change itself, and nothing can be lost.

create type webhook_event as enum ('added', 'scheduled', 'date_cleared', 'deactivated', 'activated', 'deleted');
create type delivery_state as enum ('waiting', 'delivered');

create table webhooks (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  url text not null,
  secret text not null,            -- every delivery is signed by it
  events webhook_event[] not null,
  is_on boolean not null default true,
  made_by uuid,
  created_at timestamptz not null default statement_timestamp(),
  looked_at timestamptz not null default statement_timestamp(), -- what was recorded until then is among the deliveries
  busy_until timestamptz,          -- a node has it
  failures integer not null default 0,
  failing_since timestamptz,
  next_attempt_at timestamptz,     -- null: at once
  primary key (account_id, id)
);

-- One event for one webhook. Kept for 30 days.
create table webhook_deliveries (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  webhook_id uuid not null,
  event_id uuid not null,
  event webhook_event not null,
  state delivery_state not null default 'waiting',
  attempts integer not null default 0,
  answered integer,                -- the status of the last answer; null: none came
  said text,                       -- why it was not taken
  created_at timestamptz not null default statement_timestamp(),
  settled_at timestamptz,
  primary key (account_id, id),
  unique (account_id, webhook_id, event_id),
  foreign key (account_id, webhook_id) references webhooks on delete cascade
);
create index webhook_deliveries_waiting on webhook_deliveries (account_id, webhook_id, event_id) where state = 'waiting';

-- What a webhook calls a change of the history; null: it tells nobody.
create function webhook_event_of(change change) returns webhook_event language sql immutable parallel safe
  return case change when 'date_moved' then 'scheduled' when 'owner_changed' then null when 'sign_in_refused' then null
    else change::text end::webhook_event;

-- Webhooks that a node may look at, over all accounts.
create function webhooks_free() returns table (account_id uuid, id uuid) language sql stable security definer
  set search_path = public, pg_temp as $$
  select account_id, id from webhooks
  where is_on and coalesce(busy_until, '-infinity') < statement_timestamp() and coalesce(next_attempt_at, '-infinity') <= statement_timestamp()
$$;

grant select, insert, update, delete on webhooks, webhook_deliveries to rollcall_app;
alter table webhooks enable row level security, force row level security;
create policy one_account on webhooks to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on webhooks to current_user using (true);
alter table webhook_deliveries enable row level security, force row level security;
create policy one_account on webhook_deliveries to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on webhook_deliveries to current_user using (true);
