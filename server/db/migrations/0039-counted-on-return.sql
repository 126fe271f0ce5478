-- C7.77. What somebody has open stands still while they are out. Where the outline of its course changes meanwhile, how far
-- they are is counted when they return, in the same commit and by whatever path (S5).

alter table enrollments add column is_stale boolean not null default false;   -- to be counted when its person returns
create index enrollments_stale on enrollments (account_id, user_id) where is_stale;

-- The code of a certificate, in Crockford's letters and digits: none that is taken for another. 80 random bits: nobody
-- finds one by trying.
create function new_code() returns text language sql volatile as $$
  select string_agg(case when n in (4, 8, 12) then '-' else '' end || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (get_byte(bytes, n) & 31) + 1, 1), '' order by n)
  from sha256(uuid_send(gen_random_uuid())) as bytes, generate_series(0, 15) as n
$$;

-- Gives the certificates of completed enrollments whose course gives one: each once, with the names of that day.
create function issue_certificates(of_account uuid, of_enrollments uuid[]) returns void language sql as $$
  with issued as (
    insert into certificates (account_id, enrollment_id, user_id, course_id, code, person_name, course_title, issued_on, expires_on)
    select e.account_id, e.id, e.user_id, c.id, new_code(), p.first_name || ' ' || p.last_name, c.title, today_in(a.time_zone),
      (today_in(a.time_zone) + make_interval(months => c.certificate_months))::date
    from enrollments as e
    join courses as c on c.account_id = e.account_id and c.id = e.course_id and c.gives_certificate
    join profiles as p on p.account_id = e.account_id and p.user_id = e.user_id
    join accounts as a on a.id = e.account_id
    where e.account_id = of_account and e.id = any(of_enrollments) and e.completed_at is not null
    on conflict (account_id, enrollment_id) do nothing
    returning id, user_id, course_id
  )
  insert into mails (account_id, user_id, kind, about)
  select of_account, user_id, 'certificate', jsonb_build_object('certificateId', id, 'courseId', course_id) from issued
$$;

-- Counts anew how far these enrollments are, from what was done in the modules of their course. Where no module is
-- required, all are. What was completed once stays so, whatever becomes of the course later; what is complete since now
-- gives its certificate. The rows are held before anything is counted: what a learner does meanwhile is seen, not undone.
create function recount(of_account uuid, of_enrollments uuid[]) returns void language plpgsql as $$
declare
  complete_now uuid[];
begin
  perform from enrollments as e where e.account_id = of_account and e.id = any(of_enrollments) for no key update;
  with these as materialized (
    select e.id, e.course_id, e.completed_at from enrollments as e where e.account_id = of_account and e.id = any(of_enrollments)
  ), counted as (
    select these.id, these.completed_at as before,
      count(*) filter (where m.counts) as required,
      count(*) filter (where m.counts and p.state = 'completed') as done,
      avg(p.score) as score
    from these
    join lateral (
      select id, is_required or not bool_or(is_required) over () as counts
      from modules where account_id = of_account and course_id = these.course_id and removed_at is null
    ) as m on true
    left join module_progress as p on p.account_id = of_account and p.enrollment_id = these.id and p.module_id = m.id
    group by these.id, these.completed_at
  ), spent as (
    select p.enrollment_id as id, sum(p.seconds) as seconds, min(p.started_at) as started_at, max(p.changed_at) as last_at
    from module_progress as p join these on these.id = p.enrollment_id
    where p.account_id = of_account group by 1
  ), told as (
    select counted.id, counted.before, counted.score, coalesce(spent.seconds, 0) as seconds, spent.started_at, spent.last_at,
      case when counted.before is not null then 100 else 100 * counted.done / counted.required end as progress,
      coalesce(counted.before, case when counted.done = counted.required then statement_timestamp() end) as completed_at
    from counted left join spent on spent.id = counted.id
  ), changed as (
    update enrollments as e set progress = told.progress, completed_at = told.completed_at, score = told.score, seconds = told.seconds,
      started_at = coalesce(e.started_at, told.started_at), last_at = coalesce(told.last_at, e.last_at), is_stale = false
    from told
    where e.account_id = of_account and e.id = told.id
      and (e.progress, e.completed_at, e.score, e.seconds, e.last_at, e.is_stale)
        is distinct from (told.progress, told.completed_at, told.score::real, told.seconds, coalesce(told.last_at, e.last_at), false)
    returning e.id, told.before is null and e.completed_at is not null as is_complete_now
  )
  select array_agg(id) into complete_now from changed where is_complete_now;
  if complete_now is not null then perform issue_certificates(of_account, complete_now); end if;
end $$;

-- The same for all that is open in a course whose outline was changed. Of those who are out it is put off, last of all,
-- since who comes in waits for that: whoever came in before is counted here, whoever comes later finds it put off.
create function recount_course(of_account uuid, of_course uuid) returns void language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
  of_those_in uuid[] := array(
    select e.id from enrollments as e join active_users as u on u.account_id = e.account_id and u.id = e.user_id
    where e.account_id = of_account and e.course_id = of_course and e.is_current and e.completed_at is null
  );
begin
  perform recount(of_account, of_those_in);
  with of_those_out as materialized (
    select e.id from enrollments as e join users as u on u.account_id = e.account_id and u.id = e.user_id
    where e.account_id = of_account and e.course_id = of_course and e.is_current and e.completed_at is null
      and not is_active(u.status, u.deactivate_at)
    order by u.id for share of u
  )
  update enrollments as e set is_stale = true from of_those_out
  where e.account_id = of_account and e.id = of_those_out.id and not e.is_stale;
  perform recount(of_account, array(
    select id from enrollments
    where account_id = of_account and course_id = of_course and is_current and completed_at is null and not is_stale
    except select unnest(of_those_in)
  ));
end $$;

create function recount_returned(of_account uuid, of_users uuid[]) returns void language plpgsql
  set plan_cache_mode = force_custom_plan set enable_nestloop = on as $$
declare
  stale uuid[];
begin
  if not exists (select from enrollments where account_id = of_account and is_stale) then return; end if;
  stale := array(select id from enrollments where account_id = of_account and user_id = any(of_users) and is_stale and is_current);
  perform recount(of_account, stale);
end $$;

create or replace function catch_up_returned() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  perform catch_up(account_id, array_agg(id)), recount_returned(account_id, array_agg(id)) from (
    select account_id, id from users_after as a join users_before as b using (account_id, id)
    where is_active(a.status, a.deactivate_at) and not is_active(b.status, b.deactivate_at)
  ) as returned group by account_id;
  return null;
end $$;

-- C7.76, S5. Of two who commit at the same moment, one who gives a course and one who comes to belong or returns, neither
-- sees the other. So what was given is looked at once more, when nobody is under way any more who may not have seen it.
alter table course_assignments add column is_settled boolean not null default false;   -- whether that was done
create function catch_up_lock(of_account uuid) returns bigint language sql immutable return hashtextextended(of_account::text, 3);

-- As in 0005; the lock is taken before the look, so that whoever takes it alone knows that all later looks see what they see.
create or replace function catch_up(of_account uuid, of_users uuid[], of_course uuid default null) returns integer language plpgsql
  set plan_cache_mode = force_custom_plan as $$
declare
  caught_up integer;
begin
  perform pg_advisory_xact_lock_shared(catch_up_lock(of_account));
  if not exists (select from course_assignments where account_id = of_account) then return 0; end if;
  with enrolled as (
    insert into enrollments (account_id, user_id, course_id, is_mandatory, due_date, assignment_id, enrolled_by)
    select of_account, owed.user_id, owed.course_id, owed.is_mandatory, owed.due_date, owed.assignment_id, owed.assigned_by
    from owed_courses(of_account, of_users, of_course) as owed
    join active_users as u on u.account_id = of_account and u.id = owed.user_id
    on conflict on constraint one_enrollment_a_round do nothing
    returning id, user_id, course_id
  ), told as (
    insert into mails (account_id, user_id, kind, about)
    select of_account, user_id, 'course_assigned', jsonb_build_object('enrollmentId', id, 'courseId', course_id) from enrolled
  )
  select count(*) into caught_up from enrolled;
  return caught_up;
end $$;

-- Settles what was given since the last time. While somebody is under way it is left to the next time.
create function settle_assignments(of_account uuid) returns void language plpgsql as $$
declare
  given uuid[] := array(select id from course_assignments where account_id = of_account and not is_settled);
begin
  if given = '{}' or not pg_try_advisory_lock(catch_up_lock(of_account)) then return; end if;
  perform pg_advisory_unlock(catch_up_lock(of_account));
  perform catch_up(of_account, null, course_id) from (
    select distinct course_id from course_assignments where account_id = of_account and id = any(given)
  ) as courses_given;
  update course_assignments set is_settled = true where account_id = of_account and id = any(given);
end $$;
