-- Mail: what is to be told to whom. A mail is written in the transaction that causes it, and handed over later; whether
-- its recipient may receive it is asked then, and not here (M1).

create type mail_kind as enum (
  'invitation', 'password_reset', 'welcome_back', 'course_assigned', 'due_soon', 'overdue', 'certificate', 'access_ends', 'seats', 'test'
);
-- kept: there is no mail server, so that it can be read in the mail log alone. not_sent: the recipient may not receive it.
create type mail_state as enum ('queued', 'sent', 'kept', 'not_sent', 'failed');

create table mails (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),    -- its Message-ID is made from it, so that a repetition bears the same (R44)
  user_id uuid not null,
  kind mail_kind not null,
  about jsonb not null default '{}',    -- what the template tells of: ids and values, never a secret
  once_key text,                        -- what must not be told twice has one
  state mail_state not null default 'queued',
  reason text,                          -- why it was not sent, or what the mail server said last
  attempts integer not null default 0,
  next_attempt_at timestamptz default statement_timestamp(),   -- null: settled
  queued_at timestamptz not null default statement_timestamp(),
  settled_at timestamptz,
  to_email text,                        -- as handed over
  subject text,
  body text,                            -- as plain text; links that let somebody in are left out of what was sent
  primary key (account_id, id),
  foreign key (account_id, user_id) references users on delete cascade,
  constraint mail_once unique (account_id, once_key)
);
create index mails_due on mails (next_attempt_at) where next_attempt_at is not null;
create index mails_by_user on mails (account_id, user_id, id);
create index mails_by_state on mails (account_id, state, id);

-- What an account says instead of our own words.
create table mail_templates (
  account_id uuid not null references accounts,
  kind mail_kind not null,
  subject text not null,
  body text not null,
  changed_at timestamptz not null default statement_timestamp(),
  primary key (account_id, kind)
);

-- Who wants no reminders.
create table mail_refusals (
  account_id uuid not null references accounts,
  user_id uuid not null,
  refused_at timestamptz not null default statement_timestamp(),
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users on delete cascade
);

-- Which thresholds of the seat limit are crossed, so that each crossing is told once (C3.41).
create table seat_alerts (
  account_id uuid not null references accounts,
  threshold integer not null,
  crossed_at timestamptz not null default statement_timestamp(),
  primary key (account_id, threshold)
);

create type link_purpose as enum ('invitation', 'password_reset', 'unsubscribe');

-- Links that were mailed. Each opens one thing, once, for its own person, while they are in (R4, R5, R11).
create table links (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  user_id uuid not null,
  purpose link_purpose not null,
  token_hash bytea not null,       -- SHA-256 of 256 random bits that only the mail has
  created_at timestamptz not null default statement_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (account_id, id),
  unique (account_id, token_hash),
  foreign key (account_id, user_id) references users on delete cascade
);
create index links_by_user on links (account_id, user_id);

-- When people signed in. `credentials` has the last one.
create table sign_ins (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  user_id uuid not null,
  at timestamptz not null default statement_timestamp(),
  primary key (account_id, id),
  foreign key (account_id, user_id) references users on delete cascade
);
create index sign_ins_by_time on sign_ins (account_id, at, user_id);
create index sign_ins_by_user on sign_ins (account_id, user_id, at);

-- Mails that are due, over all accounts, those who wait longest first.
create function mails_due(most integer) returns table (account_id uuid, id uuid) language sql stable security definer
  set search_path = public, pg_temp as $$
  select account_id, id from mails where next_attempt_at <= statement_timestamp() order by next_attempt_at limit most
$$;

grant select, insert, update on mails to rollcall_app;
grant select, insert, update, delete on mail_templates, mail_refusals, seat_alerts, links to rollcall_app;
grant select, insert on sign_ins to rollcall_app;
