import { createHash } from 'node:crypto'
import type { Connection } from '#server/db/database.ts'
import { manyFirstNames, manyLastNames } from './names.ts'

/** Somebody whose session is known, to speak to the server with. */
export interface SignedIn {
  readonly id: string
  readonly email: string
  readonly token: string
}

export interface Account {
  readonly accountId: string
  readonly owner: SignedIn
  /** Active learners. */
  readonly learners: readonly SignedIn[]
}

const jobTitles = ['Nurse', 'Engineer', 'Sales manager', 'Driver', 'Accountant', 'Teacher', 'Technician', 'Analyst']
const known = 20

/**
 * One account with so many people: departments, ten groups, 3 % inactive, 2 % of the active with a date ahead, a course
 * for each on average, and the history of all that, sealed. The same people every time. Past triggers and foreign keys, whose
 * rules it keeps.
 */
export async function addPeople(admin: Connection, people: number): Promise<Account> {
  await admin.query('create schema bench')
  await admin.query('set session_replication_role = replica')
  await admin.query('select setseed(0.42)')
  const { rows } = await admin.query<{ id: string }>(
    "insert into accounts (name, time_zone, seat_limit) values ('Bench', 'Europe/Berlin', $1) returning id",
    [people * 2],
  )
  const accountId = rows[0]!.id
  const run = (text: string) =>
    admin.query(text.replaceAll('$account', `'${accountId}'`).replaceAll('$people', String(people)))

  for (const [table, names] of [
    ['first_names', manyFirstNames],
    ['last_names', manyLastNames],
  ] as const) {
    await admin.query(`create table bench.${table} (n integer primary key, name text not null)`)
    await admin.query(
      `insert into bench.${table} select n - 1, name from unnest($1::text[]) with ordinality as t (name, n)`,
      [names],
    )
  }
  for (const statement of [...drawing, ...writing]) await run(statement)
  await countLearning(admin, accountId)
  await run('select recount_seats($account)')
  const signedIn = await addSessions(admin, accountId)
  await run('create table bench.users as select * from users')
  await run('alter table bench.users add primary key (id)')
  await run('drop table bench.drawn, bench.first_names, bench.last_names')
  await admin.query('vacuum (freeze, analyze)')
  return { accountId, owner: signedIn[0]!, learners: signedIn.slice(1) }
}

/** A few names are borne by many, most by few: squaring what was drawn makes it so. */
const drawing = [
  `insert into departments (account_id, id, name) values ($account, new_id(), 'Everybody')`,
  `insert into departments (account_id, parent_id, name)
   select $account, id, 'Division ' || n from departments, generate_series(1, 8) as n`,
  `insert into departments (account_id, parent_id, name)
   select $account, id, name || ' team ' || n from departments, generate_series(1, 5) as n where parent_id is not null`,
  `insert into groups (account_id, name) select $account, 'Group ' || n from generate_series(1, 10) as n`,
  `insert into courses (account_id, title, state, published_at)
   select $account, 'Course ' || n, 'published', statement_timestamp() from generate_series(1, 10) as n`,
  `create table bench.drawn as
   select n, new_id() as id, (random() ^ 2 * 1000)::integer % 1000 as first, (random() ^ 2 * 20000)::integer % 20000 as last,
     random() as fate, statement_timestamp() - random() * interval '3 years' as added_at,
     (random() * (select count(*) - 1 from departments))::integer as department, random() as visit, random() as title
   from generate_series(1, $people) as n`,
]

const writing = [
  `insert into users (account_id, id, role, status, status_since, let_in_since, deactivation_date, deactivate_at)
   select $account, id,
     case when n = 1 then 'owner' when n < 10 then 'administrator' when n < 40 then 'department_administrator' when n < 100 then 'author'
       else 'learner' end::role,
     case when is_out then 'inactive' else 'active' end::status,
     case when is_out then added_at + (statement_timestamp() - added_at) * title else added_at end, added_at, leaves_on,
     access_ends_at(leaves_on, '23:59', 'Europe/Berlin')
   from (
     select *, n >= 200 and fate < 0.03 as is_out,
       case when n >= 220 and fate between 0.03 and 0.05 then current_date + 10 + n % 350 end as leaves_on
     from bench.drawn
   ) as drawn order by n`,
  `insert into profiles (account_id, user_id, first_name, last_name, email, department_id, job_title, created_at)
   select $account, drawn.id, f.name, l.name, regexp_replace(folded(f.name || '.' || l.name), '[^a-z.]', '', 'g') || drawn.n || '@example.org',
     d.id, ('{${jobTitles.join(',')}}'::text[])[1 + (title * ${jobTitles.length - 1})::integer], added_at
   from bench.drawn as drawn
   join bench.first_names as f on f.n = first
   join bench.last_names as l on l.n = last
   join (select id, row_number() over (order by name) - 1 as n from departments) as d on d.n = department
   order by drawn.n`,
  `insert into credentials (account_id, user_id, last_sign_in_at)
   select $account, id, case when visit < 0.15 then '-infinity' else statement_timestamp() - visit ^ 3 * interval '400 days' end
   from bench.drawn order by n`,
  `insert into group_members (account_id, group_id, user_id)
   select $account, g.id, drawn.id from bench.drawn as drawn
   join (select id, row_number() over (order by name) as n from groups) as g
     on abs(hashint8(drawn.n * 31 + g.n)) % 1000 < 300 / g.n`,
  `insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, to_status, happened_at)
   select $account, id, 'added', 'administrator', (select id from bench.drawn where n = 1), 'active', added_at
   from bench.drawn order by added_at`,
  `insert into lifecycle_events (account_id, user_id, change, cause, by_user_id, from_status, to_status, to_date, happened_at)
   select $account, id, case status when 'active' then 'scheduled' else 'deactivated' end::change, 'administrator',
     (select id from bench.drawn where n = 1), 'active', status, deactivation_date, status_since
   from users where status = 'inactive' or deactivation_date is not null`,
  `insert into history_seals (account_id, number, last_event_id, events, sha256)
   select $account, 1, last.id, told.events, told.sha256
   from (select id from lifecycle_events order by id desc limit 1) as last, digest_of_events($account, null, null, last.id) as told`,
  `insert into enrollments (account_id, user_id, course_id, enrolled_at, started_at, completed_at, progress, score, seconds)
   select $account, drawn.id, c.id, added_at, added_at + interval '1 day', case when title < 0.6 then added_at + interval '9 days' end,
     case when title < 0.6 then 100 else (title * 90)::integer end, (title * 100)::integer, (visit * 9000)::integer
   from bench.drawn as drawn
   join (select id, row_number() over (order by title) - 1 as n from courses) as c on c.n in (drawn.n / 2 % 10, (drawn.n / 2 + 3) % 10)
   where drawn.n % 2 = 0`,
  `insert into sessions (account_id, user_id, token_hash, browser, address)
   select $account, id, sha256(id::text::bytea), 'Mozilla/5.0', '192.0.2.7' from bench.drawn where n > 220 and n % 10 = 0`,
]

/** What triggers would have counted for the reports. */
async function countLearning(admin: Connection, accountId: string): Promise<void> {
  await admin.query(
    "select set_config('app.account_id', $1, false), recount_learning($1::uuid), fold_learning($1::uuid)",
    [accountId],
  )
}

/**
 * So many of the people have 20 courses each, some done, some late, instead of the ones they had. Nothing falls due
 * these days: nobody is to be reminded by mail while reports are measured.
 */
export async function addCourses(admin: Connection, accountId: string, people: number): Promise<void> {
  await admin.query('set session_replication_role = replica')
  await admin.query('delete from enrollments where account_id = $1', [accountId])
  await admin.query(
    `insert into courses (account_id, title, state, published_at)
     select $1, 'Course ' || n, 'published', statement_timestamp() from generate_series(11, 20) as n`,
    [accountId],
  )
  await admin.query(
    `insert into enrollments (account_id, user_id, course_id, enrolled_at, started_at, completed_at, due_date, progress, score, seconds)
     select $1, id, course_id, enrolled_at, case when done < 0.85 then enrolled_at + done * interval '20 days' end,
       case when done < 0.6 then enrolled_at + (done + chance) * interval '60 days' end,
       case when chance < 0.7 then due + case when due between current_date - 20 and current_date + 20 then 41 else 0 end end,
       case when done < 0.6 then 100 when done < 0.85 then chance * 90 else 0 end,
       case when done < 0.6 then 40 + chance * 60 end, done * 5000
     from (
       select *, (enrolled_at + interval '90 days')::date as due from (
         select u.id, c.id as course_id, statement_timestamp() - random() * interval '400 days' as enrolled_at,
           random() as done, random() as chance
         from (select id from users where account_id = $1 order by id limit $2) as u
         cross join courses as c where c.account_id = $1 order by u.id
       ) as drawn
     ) as dated`,
    [accountId, people],
  )
  await countLearning(admin, accountId)
  await admin.query('set session_replication_role = origin')
  await admin.query('vacuum (freeze, analyze) enrollments, learning_sums, learning_changes')
}

async function addSessions(admin: Connection, accountId: string): Promise<SignedIn[]> {
  const { rows } = await admin.query<{ id: string; email: string }>(
    `select u.id, p.email from bench.drawn as drawn
     join users as u on u.account_id = $1 and u.id = drawn.id join profiles as p on p.account_id = $1 and p.user_id = u.id
     where drawn.n = 1 or drawn.n between 200 and 219 and u.status = 'active' order by drawn.n`,
    [accountId],
  )
  const signedIn = rows.slice(0, 1 + known).map((row, place) => ({ ...row, token: `bench-${place}` }))
  for (const { id, token } of signedIn)
    await admin.query('insert into sessions (account_id, user_id, token_hash) values ($1, $2, $3)', [
      accountId,
      id,
      createHash('sha256').update(token).digest(),
    ])
  return signedIn
}
