-- The second step of a sign-in with a password. It is no status: it stays with its person while they are out, and what
-- is pending of a sign-in does not (S4, S5, R9).

-- One for each person. Asked for once a code of it was shown.
create table authenticators (
  account_id uuid not null references accounts,
  user_id uuid not null,
  secret text not null,            -- base32 (RFC 6238): what the app has
  confirmed_at timestamptz,
  last_step bigint not null default 0,     -- no code counts twice
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users on delete cascade
);

create table recovery_codes (
  account_id uuid not null references accounts,
  user_id uuid not null,
  code_hash bytea not null,        -- SHA-256 of ten signs at random that are shown once
  primary key (account_id, user_id, code_hash),
  foreign key (account_id, user_id) references authenticators on delete cascade
);

-- A sign-in whose password was right, and that waits for its second step. It lets nobody in by itself.
create table sign_in_steps (
  account_id uuid not null references accounts,
  token_hash bytea not null,
  user_id uuid not null,
  sets_up boolean not null,        -- their role needs an authenticator, and they have none
  password_hash text,              -- whoever sets another password meanwhile has ended it
  begun_at timestamptz not null default statement_timestamp(),
  primary key (account_id, token_hash),
  foreign key (account_id, user_id) references users on delete cascade
);
create index sign_in_steps_by_user on sign_in_steps (account_id, user_id);

alter table accounts add second_step_roles role[] not null default '{}';

grant select, insert, update, delete on authenticators, recovery_codes, sign_in_steps to rollcall_app;
do $$
declare of_table text;
begin
  foreach of_table in array array['authenticators', 'recovery_codes', 'sign_in_steps'] loop
    execute format('alter table %I enable row level security, force row level security', of_table);
    execute format('create policy one_account on %I to rollcall_app using (account_id = current_account())', of_table);
    execute format('create policy the_owner_of_the_schema on %I to current_user using (true)', of_table);
  end loop;
end $$;
