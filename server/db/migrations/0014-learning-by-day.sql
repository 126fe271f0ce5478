-- How far everybody is, by course, department and day, so that a report need not count millions of enrollments.
--
-- Of an enrollment some facts are true, each from one day on until another: that somebody is enrolled, has started, is
-- overdue. Where it begins a fact counts one more, where it ends one less; how many there were at the end of a day is
-- the sum up to it. Who is in is no part of it: that changes for a hundred thousand people in one statement. Reports look
-- up the enrollments of the fewer, of those who are in or of those who are out, and the others are the rest of the sum.

create type fact_span as enum ('month', 'day');

-- What began, less what ended, within a day of the account's, and again within a month: a report reads whole months, and
-- the days of the last one. Scores are in hundredths of a percent, so that sums stay exact: what somebody has so far
-- counts from their enrollment on, and as final from the completion on.
create table learning_sums (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  span fact_span not null,
  first_day date not null,
  course_id uuid not null,
  department_id uuid,              -- null: of people without one
  enrolled bigint not null,
  started bigint not null,
  completed bigint not null,
  overdue bigint not null,
  overdue_started bigint not null,
  score bigint not null,
  scored bigint not null,
  final_score bigint not null,
  final_scored bigint not null,
  primary key (account_id, id)
) with (fillfactor = 90);
create unique index one_sum on learning_sums (account_id, span, first_day, course_id, department_id) nulls not distinct;

-- What is not in the sums yet. Whoever learns adds rows here and locks no sum, so that nobody waits for another; the
-- clock folds them in. A report reads both.
create table learning_changes (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  day date not null,
  course_id uuid not null,
  department_id uuid,
  enrolled bigint not null,
  started bigint not null,
  completed bigint not null,
  overdue bigint not null,
  overdue_started bigint not null,
  score bigint not null,
  scored bigint not null,
  final_score bigint not null,
  final_scored bigint not null,
  primary key (account_id, id)
);

-- The facts of one enrollment, as they begin and end. A round that was taken again has none; those of an enrollment that
-- was ended end with it. Nothing is overdue before it was given, nor from the day on that it is completed.
create function learning_of(e enrollments, zone text)
returns table (day date, enrolled bigint, started bigint, completed bigint, overdue bigint, overdue_started bigint,
  score bigint, scored bigint, final_score bigint, final_scored bigint)
language sql immutable parallel safe as $$
  select edge.day, edge.sign * told.enrolled, edge.sign * told.started, edge.sign * told.completed, edge.sign * told.overdue, edge.sign * told.overdue_started, edge.sign * told.score, edge.sign * told.scored, edge.sign * told.final_score, edge.sign * told.final_scored
  from (
    select enrolled_on, late_on, started_on, completed_on, coalesce((e.score * 100)::bigint, 0) as points, (e.score is not null)::integer as is_scored,
      case when e.is_current then 'infinity' else coalesce((e.withdrawn_at at time zone zone)::date, '-infinity') end as gone_on
    from (select (e.enrolled_at at time zone zone)::date as enrolled_on) as given
    cross join lateral (
      select case when e.due_date is not null then greatest(enrolled_on, e.due_date + 1) end as late_on,
        case when e.started_at is not null then greatest(enrolled_on, (e.started_at at time zone zone)::date) end as started_on,
        case when e.completed_at is not null then greatest(enrolled_on, (e.completed_at at time zone zone)::date) end as completed_on
    ) as told
  ) as days
  cross join lateral (values
    (enrolled_on, gone_on, 1, 0, 0, 0, 0, points, is_scored, 0, 0),
    (started_on, gone_on, 0, 1, 0, 0, 0, 0, 0, 0, 0),
    (completed_on, gone_on, 0, 0, 1, 0, 0, 0, 0, points, is_scored),
    (late_on, least(completed_on, gone_on), 0, 0, 0, 1, 0, 0, 0, 0, 0),
    (case when late_on is not null and started_on is not null then greatest(late_on, started_on) end, least(completed_on, gone_on), 0, 0, 0, 0, 1, 0, 0, 0, 0)
  ) as told (begins, ends, enrolled, started, completed, overdue, overdue_started, score, scored, final_score, final_scored)
  cross join lateral (values (told.begins, 1), (told.ends, -1)) as edge (day, sign)
  where told.begins < told.ends and edge.day < 'infinity'
$$;

-- Counts these enrollments out as they were, and in as they are. Their people are in no other department until this
-- commits: whoever moves one of them waits, and then counts what is so by then; whoever was moved meanwhile is waited for.
create function count_learning(before enrollments[], after enrollments[]) returns void language sql volatile as $$
  with changed as materialized (
    select e, -1 as sign from unnest(before) as e union all select e, 1 from unnest(after) as e
  ), held as materialized (
    select p.account_id, p.user_id, p.department_id, a.time_zone from profiles as p
    join accounts as a on a.id = p.account_id
    where (p.account_id, p.user_id) in (select (e).account_id, (e).user_id from changed)
    order by p.account_id, p.user_id for share of p
  )
  insert into learning_changes (account_id, day, course_id, department_id, enrolled, started, completed, overdue, overdue_started, score, scored, final_score, final_scored)
  select held.account_id, told.day, (e).course_id, held.department_id, sum(sign * told.enrolled), sum(sign * told.started), sum(sign * told.completed), sum(sign * told.overdue), sum(sign * told.overdue_started), sum(sign * told.score), sum(sign * told.scored), sum(sign * told.final_score), sum(sign * told.final_scored)
  from changed
  join held on held.account_id = (e).account_id and held.user_id = (e).user_id
  cross join lateral learning_of(e, held.time_zone) as told
  group by 1, 2, 3, 4
  having sum(sign * told.enrolled) <> 0 or sum(sign * told.started) <> 0 or sum(sign * told.completed) <> 0 or sum(sign * told.overdue) <> 0 or sum(sign * told.overdue_started) <> 0 or sum(sign * told.score) <> 0 or sum(sign * told.scored) <> 0 or sum(sign * told.final_score) <> 0 or sum(sign * told.final_scored) <> 0
$$;

-- Counts all enrollments of these people in these departments, in (1) or out (-1).
create function count_people(of_account uuid, of_users uuid[], in_departments uuid[], sign integer) returns void language sql volatile as $$
  insert into learning_changes (account_id, day, course_id, department_id, enrolled, started, completed, overdue, overdue_started, score, scored, final_score, final_scored)
  select of_account, told.day, e.course_id, these.department_id, sum(sign * told.enrolled), sum(sign * told.started), sum(sign * told.completed), sum(sign * told.overdue), sum(sign * told.overdue_started), sum(sign * told.score), sum(sign * told.scored), sum(sign * told.final_score), sum(sign * told.final_scored)
  from unnest(of_users, in_departments) as these (user_id, department_id)
  join enrollments as e on e.account_id = of_account and e.user_id = these.user_id
  cross join lateral learning_of(e, (select time_zone from accounts where id = of_account)) as told
  group by 2, 3, 4
$$;

-- Takes what has changed into the sums. In turn.
create function fold_learning(of_account uuid) returns void language sql volatile security definer
  set search_path = public, pg_temp as $$
  with folded as (
    delete from learning_changes where account_id = of_account and of_account = current_account() returning *
  )
  insert into learning_sums (account_id, span, first_day, course_id, department_id, enrolled, started, completed, overdue, overdue_started, score, scored, final_score, final_scored)
  select account_id, span.span, span.first_day, course_id, department_id, sum(enrolled), sum(started), sum(completed), sum(overdue), sum(overdue_started), sum(score), sum(scored), sum(final_score), sum(final_scored)
  from folded
  cross join lateral (values ('day'::fact_span, day), ('month', date_trunc('month', day::timestamp)::date)) as span (span, first_day)
  group by 1, 2, 3, 4, 5
  on conflict (account_id, span, first_day, course_id, department_id) do update set
    enrolled = learning_sums.enrolled + excluded.enrolled, started = learning_sums.started + excluded.started, completed = learning_sums.completed + excluded.completed, overdue = learning_sums.overdue + excluded.overdue, overdue_started = learning_sums.overdue_started + excluded.overdue_started, score = learning_sums.score + excluded.score, scored = learning_sums.scored + excluded.scored, final_score = learning_sums.final_score + excluded.final_score, final_scored = learning_sums.final_scored + excluded.final_scored
$$;

-- Counts a whole account anew: in another zone its days are others.
create function recount_learning(of_account uuid) returns void language plpgsql set work_mem = '64MB' as $$
begin
  delete from learning_sums where account_id = of_account;
  delete from learning_changes where account_id = of_account;
  perform count_people(of_account, array_agg(user_id), array_agg(department_id), 1) from profiles where account_id = of_account;
end $$;

-- By whatever path an enrollment comes, changes or goes, its facts are counted in the same commit.
create function count_enrollments() returns trigger language plpgsql security definer
  set search_path = public, pg_temp set enable_nestloop = off as $$
begin
  if tg_op = 'INSERT' then
    perform count_learning('{}', array_agg(row(a.*)::enrollments)) from enrollments_after as a;
  elsif tg_op = 'DELETE' then
    perform count_learning(array_agg(row(b.*)::enrollments), '{}') from enrollments_before as b;
  else
    perform count_learning(array_agg(row(b.*)::enrollments), array_agg(row(a.*)::enrollments))
    from enrollments_before as b join enrollments_after as a using (account_id, id)
    where (b.is_current, b.withdrawn_at, b.due_date, b.score, b.enrolled_at, b.started_at, b.completed_at)
      is distinct from (a.is_current, a.withdrawn_at, a.due_date, a.score, a.enrolled_at, a.started_at, a.completed_at)
    having count(*) > 0;
  end if;
  return null;
end $$;
create trigger count_added after insert on enrollments
  referencing new table as enrollments_after for each statement execute function count_enrollments();
create trigger count_changed after update on enrollments
  referencing old table as enrollments_before new table as enrollments_after for each statement execute function count_enrollments();
create trigger count_deleted after delete on enrollments
  referencing old table as enrollments_before for each statement execute function count_enrollments();

-- Whoever moves takes what they have learnt along.
create function count_movers() returns trigger language plpgsql security definer
  set search_path = public, pg_temp set enable_nestloop = off as $$
begin
  perform count_people(account_id, array_agg(user_id), array_agg(was_in), -1), count_people(account_id, array_agg(user_id), array_agg(is_in), 1)
  from (
    select account_id, user_id, b.department_id as was_in, a.department_id as is_in
    from profiles_before as b join profiles_after as a using (account_id, user_id)
    where a.department_id is distinct from b.department_id
  ) as moved group by account_id;
  return null;
end $$;
create trigger count_movers after update on profiles
  referencing old table as profiles_before new table as profiles_after for each statement execute function count_movers();

-- Who learns meanwhile is waited for, and waits (see `enter`), so that no day is told of the zone before.
create function count_in_zone() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(account_lock(new.id));
  perform recount_learning(new.id);
  return null;
end $$;
create trigger count_in_zone after update of time_zone on accounts
  for each row when (old.time_zone <> new.time_zone) execute function count_in_zone();

-- Only by those triggers and the clock: the application reads the sums, and writes nothing into them.
revoke execute on function count_learning, count_people, recount_learning from public;
grant select on learning_sums, learning_changes to rollcall_app;

alter table learning_sums enable row level security, force row level security;
create policy one_account on learning_sums to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on learning_sums to current_user using (true);
alter table learning_changes enable row level security, force row level security;
create policy one_account on learning_changes to rollcall_app using (account_id = current_account());
create policy the_owner_of_the_schema on learning_changes to current_user using (true);

-- S4, H1. As in 0002, and what somebody learnt is counted out while it is known where they were.
create or replace function delete_user(of_account uuid, of_user uuid) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if of_account is distinct from current_account() then
    raise exception 'another account' using errcode = 'insufficient_privilege';
  end if;
  insert into deleted_users (account_id, user_id, name, email)
  select account_id, user_id, first_name || ' ' || last_name, email from profiles
  where account_id = of_account and user_id = of_user;
  delete from enrollments where account_id = of_account and user_id = of_user;
  delete from users where account_id = of_account and id = of_user and role <> 'owner';
  if not found then
    raise exception 'the owner' using errcode = 'check_violation', constraint = 'owner_protected';
  end if;
end $$;

select recount_learning(id) from accounts;
