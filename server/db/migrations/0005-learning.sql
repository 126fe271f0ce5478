-- What is learnt: courses, who has which, and what they did in them. Nothing of what a person did is ever deleted here:
-- modules are removed from a course and stay in the history, courses are archived, people are un-enrolled (S4).

create type file_kind as enum ('image', 'video', 'audio', 'document', 'package');

-- Files lie in the storage under <account>/<id>; a package is a folder of that name. Here is what they are.
create table files (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  kind file_kind not null,
  name text not null,              -- what they were called where they came from
  media_type text not null,        -- by content, not by name
  bytes bigint not null,
  manifest jsonb,                  -- of a package: its version and its activities
  added_by uuid,
  added_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id)
);

create type course_state as enum ('draft', 'published', 'archived');

create table courses (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  title text not null,
  description text not null default '',
  cover_file_id uuid,
  state course_state not null default 'draft',
  gives_certificate boolean not null default false,
  certificate_months integer check (certificate_months > 0),   -- null: valid for ever
  version integer not null default 1,
  added_by uuid,
  created_at timestamptz not null default statement_timestamp(),
  changed_at timestamptz not null default statement_timestamp(),
  published_at timestamptz,
  primary key (account_id, id),
  constraint unknown_file foreign key (account_id, cover_file_id) references files
);
create index courses_by_title on courses (account_id, title, id);

create table sections (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  course_id uuid not null,
  title text not null,
  position integer not null,
  primary key (account_id, id),
  foreign key (account_id, course_id) references courses
);
create index sections_by_course on sections (account_id, course_id, position);

create type module_kind as enum ('page', 'video', 'audio', 'document', 'link', 'scorm', 'quiz');

create table modules (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  course_id uuid not null,
  section_id uuid,                 -- null: removed
  kind module_kind not null,
  title text not null,
  position integer not null,
  is_required boolean not null default true,   -- whether the course is complete only with it
  content jsonb not null default '{}',         -- by its kind, as contract/courses.ts tells it
  file_id uuid,
  version integer not null default 1,
  removed_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, course_id) references courses,
  constraint unknown_section foreign key (account_id, section_id) references sections,
  constraint unknown_file foreign key (account_id, file_id) references files
);
create index modules_by_course on modules (account_id, course_id, position);
create index modules_by_file on modules (account_id, file_id) where file_id is not null;

-- A course given to a group or a department: it reaches whoever belongs to it and is in, now and later.
create table course_assignments (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  course_id uuid not null,
  group_id uuid,
  department_id uuid,              -- with all below it
  is_mandatory boolean not null default true,
  due_date date,                   -- a fixed one, or
  due_days integer check (due_days > 0),   -- so many days after the enrollment
  assigned_by uuid,
  assigned_on date not null,       -- in the account's zone
  primary key (account_id, id),
  foreign key (account_id, course_id) references courses,
  constraint unknown_group foreign key (account_id, group_id) references groups on delete cascade,
  constraint unknown_department foreign key (account_id, department_id) references departments on delete cascade,
  constraint one_target check (num_nonnulls(group_id, department_id) = 1),
  constraint one_due check (num_nonnulls(due_date, due_days) <= 1),
  constraint already_given unique nulls not distinct (account_id, course_id, group_id, department_id)
);

-- Who has which course. Taken again, it is a new round; the rounds before stay as they were.
create table enrollments (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  user_id uuid not null,
  course_id uuid not null,
  round integer not null default 1,
  is_current boolean not null default true,    -- false: un-enrolled, or taken again since
  is_mandatory boolean not null default true,
  due_date date,                               -- the last day, in the account's zone
  assignment_id uuid,                          -- null: enrolled by hand. No foreign key: it outlives what gave it
  enrolled_by uuid,
  enrolled_at timestamptz not null default statement_timestamp(),
  progress smallint not null default 0 check (progress between 0 and 100),   -- required modules done, in percent
  score real,                         -- mean of the scored modules, in percent
  seconds integer not null default 0,          -- spent in its modules
  started_at timestamptz,
  completed_at timestamptz,
  last_at timestamptz,                         -- when they last did something in it
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  primary key (account_id, id),
  constraint one_enrollment_a_round unique (account_id, user_id, course_id, round),
  foreign key (account_id, user_id) references users on delete cascade,
  foreign key (account_id, course_id) references courses
) with (fillfactor = 90);
create unique index one_current_enrollment on enrollments (account_id, user_id, course_id) where is_current;
-- With all that reports count, so that they need not look at the rows.
create index enrollments_by_course on enrollments (account_id, course_id, user_id) include (completed_at, started_at, due_date, score) where is_current;
create index enrollments_by_due_date on enrollments (account_id, due_date) where is_current and completed_at is null and due_date is not null;
create index enrollments_by_completion on enrollments (account_id, completed_at) where completed_at is not null;

create type module_state as enum ('started', 'completed', 'failed');

create table module_progress (
  account_id uuid not null references accounts,
  enrollment_id uuid not null,
  module_id uuid not null,
  state module_state not null default 'started',
  score real,
  seconds integer not null default 0,
  resume jsonb,                    -- where they were, as the player left it
  launch_id uuid,                  -- the player that wrote last, and
  commit_number integer not null default 0,   -- its how-manieth word that was
  started_at timestamptz not null default statement_timestamp(),
  completed_at timestamptz,
  changed_at timestamptz not null default statement_timestamp(),
  primary key (account_id, enrollment_id, module_id),
  foreign key (account_id, enrollment_id) references enrollments on delete cascade,
  foreign key (account_id, module_id) references modules
);

-- Each attempt at a quiz, with the questions as they were asked.
create table attempts (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  enrollment_id uuid not null,
  module_id uuid not null,
  number integer not null,
  score real not null,
  is_passed boolean not null,
  answers jsonb not null,
  finished_at timestamptz not null default statement_timestamp(),
  primary key (account_id, id),
  unique (account_id, enrollment_id, module_id, number),
  foreign key (account_id, enrollment_id) references enrollments on delete cascade,
  foreign key (account_id, module_id) references modules
);

-- What an activity (SCO) of a package has told: its whole data model, as it was committed last.
create table scorm_states (
  account_id uuid not null references accounts,
  enrollment_id uuid not null,
  module_id uuid not null,
  sco text not null,
  cmi jsonb not null,
  state module_state not null,
  score real,
  seconds integer not null default 0,
  changed_at timestamptz not null default statement_timestamp(),
  primary key (account_id, enrollment_id, module_id, sco),
  foreign key (account_id, enrollment_id) references enrollments on delete cascade,
  foreign key (account_id, module_id) references modules
);

-- An open player. It dies with the session that opened it, and a minute after its last sign of life; the address of a
-- package's content is made of its token (R7). Without an enrollment it is an author's preview, and nothing is recorded.
create table launches (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  session_id uuid not null,
  user_id uuid not null,
  enrollment_id uuid,
  module_id uuid not null,
  token_hash bytea not null,
  opened_at timestamptz not null default statement_timestamp(),
  alive_until timestamptz not null default statement_timestamp() + interval '60 seconds',
  primary key (account_id, id),
  unique (account_id, token_hash),
  foreign key (account_id, session_id) references sessions on delete cascade,
  foreign key (account_id, enrollment_id) references enrollments on delete cascade,
  foreign key (account_id, module_id) references modules
);
create index launches_by_token on launches (token_hash);
create index launches_by_session on launches (account_id, session_id);

-- What somebody has earned: as it was then, whatever they or the course are called later.
create table certificates (
  account_id uuid not null references accounts,
  id uuid not null default new_id(),
  enrollment_id uuid not null,
  user_id uuid not null,
  course_id uuid not null,
  code text not null,              -- who has it can have it verified, without signing in
  person_name text not null,
  course_title text not null,
  issued_on date not null,
  expires_on date,
  primary key (account_id, id),
  unique (account_id, enrollment_id),
  unique (account_id, code),
  foreign key (account_id, enrollment_id) references enrollments on delete cascade,
  foreign key (account_id, user_id) references users on delete cascade
);
create index certificates_by_user on certificates (account_id, user_id);

-- The last day for a course that was given on `assigned_on`. Whoever comes to it when that day has passed has as long
-- as the others had, from today on (C7.76).
create function due_on(due_date date, due_days integer, assigned_on date, today date) returns date language sql immutable
  return case
    when due_days is not null then today + due_days
    when due_date >= today then due_date
    else today + (due_date - assigned_on)
  end;

-- What these people (null: everybody) were given by their groups and departments and never had, whether they are in or not.
create function owed_courses(of_account uuid, of_users uuid[], of_course uuid default null)
returns table (user_id uuid, course_id uuid, assignment_id uuid, is_mandatory boolean, due_date date, assigned_by uuid)
language sql stable as $$
  with given as (
    select a.*, today_in(accounts.time_zone) as today from course_assignments as a
    join courses as c on c.account_id = a.account_id and c.id = a.course_id and c.state = 'published'
    join accounts on accounts.id = a.account_id
    where a.account_id = of_account and (of_course is null or a.course_id = of_course)
  ), reached as (
    select given.*, m.user_id from given
    join group_members as m on m.account_id = of_account and m.group_id = given.group_id
    where of_users is null or m.user_id = any(of_users)
    union all
    select given.*, p.user_id from given
    cross join lateral departments_below(of_account, array[given.department_id]) as below (id)
    join profiles as p on p.account_id = of_account and p.department_id = below.id
    where given.department_id is not null and (of_users is null or p.user_id = any(of_users))
  )
  select distinct on (r.user_id, r.course_id) r.user_id, r.course_id, r.id, r.is_mandatory,
    due_on(r.due_date, r.due_days, r.assigned_on, r.today), r.assigned_by
  from reached as r
  where not exists (
    select from enrollments as e where e.account_id = of_account and e.user_id = r.user_id and e.course_id = r.course_id
  )
  order by r.user_id, r.course_id, r.is_mandatory desc, r.id
$$;

-- S5, C7.76. Enrolls these people in what they are owed. Who is not in is left out, and caught up when they return.
-- Whoever was un-enrolled by hand had it, and is not enrolled again.
create function catch_up(of_account uuid, of_users uuid[], of_course uuid default null) returns integer language plpgsql as $$
declare
  caught_up integer;
begin
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

-- C7.79. Moves the last days of open courses of the people whom an operation let in again: by the days that they were
-- away (shift), or to as many days from now as there were at the beginning (reset). Of the users of one piece; null: of all.
create function move_due_dates(of_account uuid, of_operation uuid, how text, of_users uuid[]) returns integer language sql as $$
  with moved as (
    update enrollments as e set due_date = case how
        when 'shift' then e.due_date + greatest(today_in(a.time_zone) - (away.since at time zone a.time_zone)::date, 0)
        else today_in(a.time_zone) + greatest(e.due_date - (e.enrolled_at at time zone a.time_zone)::date, 1)
      end
    from lifecycle_events as back
    join accounts as a on a.id = back.account_id
    cross join lateral (
      select coalesce(gone.due_at, gone.happened_at) as since from lifecycle_events as gone
      where gone.account_id = back.account_id and gone.user_id = back.user_id and gone.to_status = 'inactive' and gone.id < back.id
      order by gone.id desc limit 1
    ) as away
    where back.account_id = of_account and back.operation_id = of_operation and back.change = 'activated'
      and (of_users is null or back.user_id = any(of_users))
      and e.account_id = back.account_id and e.user_id = back.user_id
      and e.is_current and e.completed_at is null and e.due_date is not null and how in ('shift', 'reset')
    returning e.id
  )
  select count(*)::integer from moved
$$;

-- By whatever path somebody comes to belong somewhere, or comes in again, they have its courses in the same commit.
create function catch_up_members() returns trigger language plpgsql as $$
begin
  perform catch_up(account_id, array_agg(distinct user_id)) from members_after group by account_id;
  return null;
end $$;
create function catch_up_movers() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  perform catch_up(account_id, array_agg(user_id)) from (
    select a.account_id, a.user_id from profiles_after as a join profiles_before as b using (account_id, user_id)
    where a.department_id is distinct from b.department_id and a.department_id is not null
  ) as moved group by account_id;
  return null;
end $$;
create function catch_up_returned() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  perform catch_up(account_id, array_agg(id)) from (
    select account_id, id from users_after as a join users_before as b using (account_id, id)
    where is_active(a.status, a.deactivate_at) and not is_active(b.status, b.deactivate_at)
  ) as returned group by account_id;
  return null;
end $$;
create trigger catch_up_members after insert on group_members
  referencing new table as members_after for each statement execute function catch_up_members();
create trigger catch_up_new_people after insert on profiles
  referencing new table as members_after for each statement execute function catch_up_members();
create trigger catch_up_movers after update on profiles
  referencing old table as profiles_before new table as profiles_after for each statement execute function catch_up_movers();
create trigger catch_up_returned after update on users
  referencing old table as users_before new table as users_after for each statement execute function catch_up_returned();

-- S2, R7. What the content origin may serve for a token: the package of an open player, while the session that opened
-- it, the person and, unless it is a preview, the enrollment are what they were. Nothing otherwise.
create function content_of(of_token_hash bytea) returns table (account_id uuid, file_id uuid, session_id uuid) language sql stable security definer
  set search_path = public, pg_temp as $$
  select l.account_id, m.file_id, l.session_id
  from launches as l
  join sessions as s on s.account_id = l.account_id and s.id = l.session_id and s.expires_at > statement_timestamp()
  join active_users as u on u.account_id = l.account_id and u.id = l.user_id and s.created_at > u.let_in_since
  join modules as m on m.account_id = l.account_id and m.id = l.module_id and m.removed_at is null
  join courses as c on c.account_id = m.account_id and c.id = m.course_id
  left join enrollments as e on e.account_id = l.account_id and e.id = l.enrollment_id
  where l.token_hash = of_token_hash and l.alive_until > statement_timestamp()
    and case when l.enrollment_id is null then u.role in ('owner', 'administrator', 'author') else e.is_current and c.state = 'published' end
$$;

grant select, insert on files, attempts, certificates to rollcall_app;
grant select, insert, update on courses, modules, enrollments, module_progress, scorm_states to rollcall_app;
grant select, insert, update, delete on sections, course_assignments, launches to rollcall_app;

-- A1, for the tables of this migration and the one before.
do $$
declare
  of_table text;
begin
  for of_table in
    select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity
      and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'account_id' and not attisdropped)
  loop
    execute format('alter table %I enable row level security, force row level security', of_table);
    execute format('create policy one_account on %I to rollcall_app using (account_id = current_account())', of_table);
    execute format('create policy the_owner_of_the_schema on %I to current_user using (true)', of_table);
  end loop;
end $$;
