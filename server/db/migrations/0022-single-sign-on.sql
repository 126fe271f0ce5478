-- Single sign-on: who somebody is may be said by an identity provider of the account, by OpenID Connect or SAML 2.0.
-- Whether they are in is asked here all the same, as of everybody (S2).

create type provider_kind as enum ('oidc', 'saml');

create table identity_providers (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  kind provider_kind not null,
  name text not null,              -- as it stands on the button
  is_on boolean not null default true,
  issuer text not null,            -- of OpenID Connect; the entity id of SAML
  creates_people boolean not null default false,
  links_by_email boolean not null default false,
  domain text,                     -- whom it may add or link by their address; null: whoever it knows
  client_id text,
  client_secret text,              -- null: a public client, which proves itself by PKCE alone
  scopes text,
  trusts_email boolean not null default false, -- of whom the provider does not say whether an address is verified
  entry_point text,
  certificates text[],             -- one of them signed; there are two while one follows another
  made_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id),
  constraint identity_providers_name_taken unique (account_id, name),
  check (case kind when 'oidc' then client_id is not null and scopes is not null
    else entry_point is not null and cardinality(certificates) > 0 end)
);

-- Whom a person is at a provider. By issuer and subject, never by an address, which may be given to somebody else (R40).
-- With the issuer: a provider that is made another's knows nobody any more.
create table identities (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  provider_id uuid not null,
  issuer text not null,
  subject text not null,
  user_id uuid not null,
  email text,                      -- as the provider told it then, to tell one from another
  connected_at timestamptz not null default statement_timestamp(),
  last_used_at timestamptz,
  primary key (account_id, id),
  unique (account_id, provider_id, issuer, subject),
  foreign key (account_id, provider_id) references identity_providers on delete cascade,
  foreign key (account_id, user_id) references users on delete cascade
);
create index identities_by_user on identities (account_id, user_id);

-- Who opened a session, so that the provider can end it.
alter table sessions
  add provider_id uuid,
  add provider_subject text,
  add provider_session text,
  add foreign key (account_id, provider_id) references identity_providers on delete cascade;
create index sessions_by_provider on sessions (account_id, provider_id, provider_subject) where provider_id is not null;

-- A sign-in between the way to the provider and the way back: of one browser, once, for ten minutes. Only hashes are
-- here; what the provider is shown is made of what the browser has.
create table sign_in_flows (
  account_id uuid not null references accounts,
  state_hash bytea not null,
  browser_hash bytea not null,
  provider_id uuid not null,
  session_id uuid,                 -- whose person connects an identity; null: somebody signs in
  next text not null,              -- the address here that they wanted
  begun_at timestamptz not null default statement_timestamp(),
  primary key (account_id, state_hash),
  foreign key (account_id, provider_id) references identity_providers on delete cascade,
  foreign key (account_id, session_id) references sessions on delete cascade
);

-- What became of each that came back, for whoever looks after the provider. Kept for 30 days.
create table provider_sign_ins (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  provider_id uuid not null,
  user_id uuid,                    -- null: nobody that is known
  outcome text not null,           -- signed_in, created, linked, connected, or the code of the refusal
  said text,                       -- what was wrong
  happened_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id),
  foreign key (account_id, provider_id) references identity_providers on delete cascade,
  foreign key (account_id, user_id) references users on delete cascade
);
create index provider_sign_ins_by_provider on provider_sign_ins (account_id, provider_id, id);
create index provider_sign_ins_by_user on provider_sign_ins (account_id, user_id);

-- Words of a provider that ended sessions: each counts once.
create table logout_tokens (
  account_id uuid not null references accounts,
  provider_id uuid not null,
  token_hash bytea not null,
  seen_at timestamptz not null default statement_timestamp(),
  primary key (account_id, provider_id, token_hash),
  foreign key (account_id, provider_id) references identity_providers on delete cascade
);

alter table accounts add only_single_sign_on boolean not null default false;

-- Whether a password is no way in for somebody: for the owner it always is one.
create function password_is_off(of_account uuid, of_user uuid) returns boolean language sql stable
  return exists (
    select from accounts as a join users as u on u.account_id = a.id
    where a.id = of_account and u.id = of_user and a.only_single_sign_on and u.role <> 'owner'
  );

grant select, insert, update, delete on identity_providers, identities, sign_in_flows, provider_sign_ins, logout_tokens to rollcall_app;
do $$
declare
  of_table text;
begin
  foreach of_table in array array['identity_providers', 'identities', 'sign_in_flows', 'provider_sign_ins', 'logout_tokens'] loop
    execute format('alter table %I enable row level security, force row level security', of_table);
    execute format('create policy one_account on %I to rollcall_app using (account_id = current_account())', of_table);
    execute format('create policy the_owner_of_the_schema on %I to current_user using (true)', of_table);
  end loop;
end $$;
