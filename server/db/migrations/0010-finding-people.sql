-- The People page: any order and any filter reads about as many rows as a page shows, among a million people, too.

-- The status of a person is a question of two indexes, each in the order in which it was last changed: a change of
-- status adds one entry to one of them, always at its end.
drop index users_holding_seats;
create index users_holding_seats on users (account_id, status_since, id) include (deactivate_at) where status = 'active';
create index users_without_seat on users (account_id, status_since, id) where status = 'inactive';

-- By the instant first: who is due is asked every second, over all accounts. Within an account, who leaves next.
drop index users_leaving;
create index users_leaving on users (deactivate_at, account_id, id) where deactivate_at is not null;

-- Most people are learners; the few others are looked for by their role.
create index users_with_role on users (account_id, role, id) where role <> 'learner';

-- A department in the order of names, and names with their department, without looking at the people themselves.
drop index profiles_by_department;
create index profiles_by_department on profiles (account_id, department_id, name_key, user_id);
drop index profiles_by_name;
create index profiles_by_name on profiles (account_id, name_key, user_id) include (department_id);

-- What `search_text` is like when a word is somewhere in it.
create function search_pattern(word text) returns text language sql immutable parallel safe
  return '%' || regexp_replace(folded(word), '[\\%_]', '\\\&', 'g') || '%';

-- Some of the people of the current account in whose name or address all of these patterns are (A1): at most so many.
--
-- `like` may tell in an error what it has compared, so that behind row level security PostgreSQL applies it only to
-- what the wall has let through, and leaves the index of trigrams aside. Here, with the right of the schema's owner,
-- it is asked first. The wall is the first condition instead: no other account can be named, and without a current
-- one nobody is found. A pattern is only ever compared with; quoted, it is nothing else.
create function people_found(patterns text[], most integer) returns setof uuid language plpgsql stable security definer
  set search_path = public, pg_temp set enable_seqscan = off set enable_indexscan = off as $$
declare
  all_of_them text;
begin
  select coalesce(string_agg(format('search_text like %L', pattern), ' and '), 'false') into all_of_them from unnest(patterns) as pattern;
  return query execute format('select user_id from profiles where account_id = current_account() and %s limit %s', all_of_them, most);
end $$;
