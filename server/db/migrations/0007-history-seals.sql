-- R49. The history cannot be changed by the application's role; seals make it show when anybody else does. Each minute
-- the events since the seal before are hashed together with it, so that nothing in between can be added, changed or
-- taken out without breaking this seal and all after it.

create table history_seals (
  account_id uuid not null references accounts,
  number integer not null,
  last_event_id uuid not null,                 -- it covers the events after those of the seal before, up to this one
  events integer not null,
  sha256 bytea not null,
  sealed_at timestamptz not null default statement_timestamp(),
  primary key (account_id, number)
);
alter table history_seals enable row level security, force row level security;
create policy one_account on history_seals to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on history_seals to current_user using (true);
grant select on history_seals to rollcall_app;

-- What a seal is made of: the events after one up to another, each by its columns of today. The zone and the style of
-- the session must not matter.
create function digest_of_events(of_account uuid, seal_before bytea, after_id uuid, last_id uuid)
returns table (sha256 bytea, events integer) language sql stable as $$
  select sha256(coalesce(seal_before, '') || coalesce(string_agg(sha256(convert_to(jsonb_build_array(
      id, user_id, change, cause, by_user_id, from_status, to_status, from_cause, from_date, to_date, extract(epoch from due_at),
      reason, operation_id, extract(epoch from happened_at))::text, 'UTF8')), '' order by id), '')),
    count(*)::integer
  from lifecycle_events
  where account_id = of_account and id <= last_id and (after_id is null or id > after_id)
$$;

-- Seals what has happened until a minute ago. In turn: whatever changes who is in has committed by then, and what is
-- written without a turn (a refused sign-in) takes no minute. Returns how many events were sealed.
create function seal_history(of_account uuid) returns integer language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  before history_seals;
  last_id uuid;
  sealed integer;
begin
  if of_account is distinct from current_account() then
    raise exception 'another account' using errcode = 'insufficient_privilege';
  end if;
  select * into before from history_seals where account_id = of_account order by number desc limit 1;
  -- So many at a time that nobody waits long for their turn; the rest is sealed a minute later.
  select id into last_id from (
    select id from lifecycle_events
    where account_id = of_account and (before.last_event_id is null or id > before.last_event_id)
      and id < id_at(statement_timestamp() - interval '1 minute')
    order by id limit 20000
  ) as next_ones order by id desc limit 1;
  if last_id is null then return 0; end if;
  insert into history_seals (account_id, number, last_event_id, events, sha256)
  select of_account, coalesce(before.number, 0) + 1, last_id, told.events, told.sha256
  from digest_of_events(of_account, before.sha256, before.last_event_id, last_id) as told
  returning events into sealed;
  return sealed;
end $$;

-- Whether every seal is what its events make it. Null of `broken`: all are.
create function verify_history(of_account uuid) returns table (seals integer, events bigint, broken integer, since timestamptz, until timestamptz)
language sql stable as $$
  with told as (
    select s.*, lag(s.last_event_id) over by_number as after_id, lag(s.sha256) over by_number as seal_before,
      lag(s.sealed_at) over by_number as before_at
    from history_seals as s where s.account_id = of_account window by_number as (order by number)
  ),
  checked as (
    select told.*, told.sha256 = d.sha256 and told.events = d.events and row_number() over (order by number) = number as is_whole
    from told, digest_of_events(of_account, told.seal_before, told.after_id, told.last_event_id) as d
  )
  select count(*)::integer, coalesce(sum(checked.events), 0),
    min(number) filter (where not is_whole), min(before_at) filter (where not is_whole), min(sealed_at) filter (where not is_whole)
  from checked
$$;
