-- Some of the profiles of the current account in whose name or address all of these patterns are (A1): at most so many.
-- Whole, so that whoever was found need not be looked up again.
--
-- `like` may tell in an error what it has compared, so that behind row level security PostgreSQL applies it only to
-- what the wall has let through, and leaves the index of trigrams aside. Here, with the right of the schema's owner,
-- it is asked first. The wall is the first condition instead: no other account can be named, and without a current
-- one nobody is found. A pattern is only ever compared with; quoted, it is nothing else.
drop function people_found;
create function profiles_found(patterns text[], most integer) returns setof profiles language plpgsql stable security definer
  set search_path = public, pg_temp set enable_seqscan = off set enable_indexscan = off as $$
declare
  all_of_them text;
begin
  select coalesce(string_agg(format('search_text like %L', pattern), ' and '), 'false') into all_of_them from unnest(patterns) as pattern;
  return query execute format('select * from profiles where account_id = current_account() and %s limit %s', all_of_them, most);
end $$;
