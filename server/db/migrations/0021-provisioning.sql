-- Provisioning: an identity provider says who is in, by SCIM (RFC 7643, 7644).

-- R39. A token for this opens nothing else, and no other opens this; it belongs to the account, and ends. As text, since
-- a new value of a type cannot be used in the transaction that adds it.
alter type token_scope add value 'provisioning';
alter table api_tokens add check (
  not 'provisioning' = any(scopes::text[]) or (cardinality(scopes) = 1 and kind = 'account' and expires_at is not null)
);

-- The people whom the identity provider manages, and what it calls them. Whoever is not among them does not exist for it:
-- people who were here before are linked by an administrator, never by their e-mail alone (R39).
create table scim_users (
  account_id uuid not null references accounts,
  user_id uuid not null,
  user_name text not null,
  user_name_key text not null generated always as (lower(user_name)) stored,
  external_id text,                -- opaque, never an id of ours
  display_name text,               -- null: their name
  changed_at timestamptz not null default statement_timestamp(),
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users on delete cascade,
  constraint user_name_taken unique (account_id, user_name_key),
  constraint external_id_taken unique (account_id, external_id)
);

-- Whom it wanted to add, though somebody with their e-mail was here before. An administrator links them, or does not.
create table scim_to_link (
  account_id uuid not null references accounts,
  user_id uuid not null,
  user_name text not null,
  external_id text,
  display_name text,
  asked_at timestamptz not null default statement_timestamp(),
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users on delete cascade
);

-- What it asked for lately, and what it was answered. No bodies.
create table scim_calls (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  token_id uuid not null,          -- no foreign key: the token may be ended since
  method text not null,
  path text not null,
  status integer not null,
  whom text,
  detail text,                     -- why not, or why not all of it
  happened_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id)
);

do $$
declare of_table text;
begin
  foreach of_table in array array['scim_users', 'scim_to_link', 'scim_calls'] loop
    execute format('alter table %I enable row level security, force row level security', of_table);
    execute format('create policy one_account on %I to rollcall_app using (account_id = current_account())', of_table);
    execute format('create policy the_owner_of_the_schema on %I to current_user using (true)', of_table);
  end loop;
end $$;
grant select, insert, update, delete on scim_users, scim_to_link, scim_calls to rollcall_app;

-- A group that the identity provider made is the only kind that it sees. Its version is raised by whatever changes it.
alter table groups
  add column is_provisioned boolean not null default false,
  add column external_id text,
  add column version integer not null default 1,
  add column created_at timestamptz not null default statement_timestamp(),
  add column changed_at timestamptz not null default statement_timestamp(),
  add constraint groups_external_id_taken unique (account_id, external_id);

create function raise_group_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.changed_at := statement_timestamp();
  return new;
end $$;
create trigger raise_version before update on groups for each row execute function raise_group_version();

create function tell_provisioned_groups() returns trigger language plpgsql as $$
begin
  update groups as g set changed_at = statement_timestamp()
  from (select distinct account_id, group_id from members) as those
  where g.account_id = those.account_id and g.id = those.group_id and g.is_provisioned;
  return null;
end $$;
create trigger tell_provisioned_on_joining after insert on group_members
  referencing new table as members for each statement execute function tell_provisioned_groups();
create trigger tell_provisioned_on_leaving after delete on group_members
  referencing old table as members for each statement execute function tell_provisioned_groups();
