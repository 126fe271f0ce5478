-- Passkeys (WebAuthn): a means of a person to sign in, as the password is. It stays with its person while they are out,
-- and lets nobody in who is (S2, S4, S5).

create table passkeys (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  user_id uuid not null,
  credential_id text not null,     -- what its authenticator calls it, in base64url
  public_key bytea not null,       -- COSE
  counter bigint not null,         -- of its signatures: one that goes back is of a copy
  host text not null,              -- at which it was made, and works: browsers see to it
  name text not null,
  added_at timestamptz not null default statement_timestamp(),
  last_used_at timestamptz,
  primary key (account_id, id),
  constraint passkey_known unique (account_id, credential_id),
  foreign key (account_id, user_id) references users on delete cascade
);
create index passkeys_by_user on passkeys (account_id, user_id);

-- What an authenticator is to sign: once, for five minutes, for one purpose (R11). Only hashes are here.
create table passkey_challenges (
  account_id uuid not null references accounts,
  challenge_hash bytea not null,
  session_id uuid,                 -- whose person adds a passkey; null: somebody signs in
  begun_at timestamptz not null default statement_timestamp(),
  primary key (account_id, challenge_hash),
  foreign key (account_id, session_id) references sessions on delete cascade
);
create index passkey_challenges_by_session on passkey_challenges (account_id, session_id) where session_id is not null;

-- Which passkey opened a session: it ends with it.
alter table sessions
  add passkey_id uuid,
  add foreign key (account_id, passkey_id) references passkeys on delete cascade;
create index sessions_by_passkey on sessions (account_id, passkey_id) where passkey_id is not null;

grant select, insert, update, delete on passkeys, passkey_challenges to rollcall_app;
do $$
declare of_table text;
begin
  foreach of_table in array array['passkeys', 'passkey_challenges'] loop
    execute format('alter table %I enable row level security, force row level security', of_table);
    execute format('create policy one_account on %I to rollcall_app using (account_id = current_account())', of_table);
    execute format('create policy the_owner_of_the_schema on %I to current_user using (true)', of_table);
  end loop;
end $$;
