-- Adding and changing people from a file. What stands in it is kept as it was read, each row with what would come of it;
-- only what a person has looked at is then done, as an operation (C6.69 to 72, B4).

alter type operation_kind add value 'import';

create type import_state as enum ('reading', 'columns', 'checking', 'checked', 'started');
create type import_fate as enum ('new_active', 'new_waiting', 'new_inactive', 'changed', 'unchanged', 'error');

create table imports (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  by_user_id uuid not null,
  name text not null,              -- of the file
  format text not null check (format in ('csv', 'xlsx')),
  encoding text,                   -- of a CSV file, as it was found
  separator text,
  state import_state not null default 'reading',
  columns jsonb not null,          -- [{ name, samples }], in the order of the file
  fields jsonb not null,           -- for each column the field that it holds, or null
  version integer not null default 1,      -- raised by each check, so that of two at once only one goes on
  rows integer not null default 0,
  checked integer not null default 0,      -- how many rows have been looked at
  seats_used integer,              -- when it was checked
  invites boolean not null default false,
  to_do integer not null default 0,        -- how many rows the operation had before it when it was started
  operation_id uuid,
  created_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id),
  foreign key (account_id, operation_id) references operations
);
create index imports_by_operation on imports (account_id, operation_id) where operation_id is not null;

create table import_rows (
  account_id uuid not null references accounts,
  import_id uuid not null,
  number integer not null,         -- as a spreadsheet numbers it: the header is 1
  cells jsonb not null,
  email_key text,                  -- whose row it is; of several only the first counts
  name text,
  email text,
  user_id uuid,
  fate import_fate,                -- what would come of it; once done, what came of it
  fields text[] not null default '{}',     -- which would change
  reasons jsonb not null default '[]',     -- why not, or why not all of it
  phase smallint,                  -- 1 leaves, 2 comes back, 3 is edited, 4 is new; null: nothing is to be done
  takes_seat boolean not null default false,
  since timestamptz,               -- how long somebody who comes back has been out: who waits longest comes first (T4)
  is_done boolean not null default false,      -- written with what it changes: of those to do, the others are the cursor
  primary key (account_id, import_id, number),
  foreign key (account_id, import_id) references imports on delete cascade
) with (fillfactor = 70);
create index import_rows_by_email on import_rows (account_id, import_id, email_key, number) where email_key is not null;
create index import_rows_by_fate on import_rows (account_id, import_id, fate, number);
create index import_rows_to_do on import_rows (account_id, import_id, phase, since, number) where phase is not null and not is_done;

-- What a column was taken for by this account before.
create table import_columns (
  account_id uuid not null references accounts,
  header text not null,
  field text,                      -- null: left out
  primary key (account_id, header)
);

do $$
declare of_table text;
begin
  foreach of_table in array array['imports', 'import_rows', 'import_columns'] loop
    execute format('alter table %I enable row level security, force row level security', of_table);
    execute format('create policy one_account on %I to rollcall_app using (account_id = current_account())', of_table);
    execute format('create policy the_owner_of_the_schema on %I to current_user using (true)', of_table);
  end loop;
end $$;
grant select, insert, update, delete on imports, import_rows, import_columns to rollcall_app;

-- A server from before this migration may still run beside, and would not know what to do with an import: those are asked
-- for apart. As text, since a new value of a type cannot be used in the transaction that adds it.
create or replace function operations_in_line() returns table (account_id uuid, operation_id uuid, run_by uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select account_id, id, run_by from operations where state = 'running' and kind::text <> 'import' order by id
$$;
create function imports_in_line() returns table (account_id uuid, operation_id uuid, run_by uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select account_id, id, run_by from operations where state = 'running' and kind::text = 'import' order by id
$$;
