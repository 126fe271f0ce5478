-- S3, R3. Nobody keeps their access for as long as something takes that they have begun. What is short is waited for;
-- what takes longer is cancelled, and nothing of it stays.

-- Waits for these locks, and cancels whoever has been holding one for longer than so.
create function take_over(locks bigint[], longer_than interval) returns void language plpgsql set lock_timeout = '1s' as $$
begin
  loop
    begin
      perform pg_advisory_xact_lock(lock) from unnest(locks) as lock;
      return;
    exception when lock_not_available then
      perform pg_cancel_backend(a.pid)
      from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
      where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
        and l.granted and l.mode = 'ShareLock' and l.pid <> pg_backend_pid() and (l.classid::bigint << 32 | l.objid::bigint) = any(locks)
        and a.xact_start < clock_timestamp() - longer_than;
    end;
  end loop;
end $$;

-- Waits until none of these people has work under way, and lets none begin before this transaction ends.
create or replace function hold_off(of_users uuid[]) returns void language plpgsql as $$
begin
  perform take_over(array(select user_lock(id) from unnest(of_users) as id order by id), '0 s');
end $$;

-- The same of everybody, where many lose their access at once. All others wait behind this: so it waits itself only for
-- what takes no longer than a request may (R12).
create function hold_off_all(of_account uuid) returns void language plpgsql as $$
begin
  perform take_over(array[account_lock(of_account)], '2 s');
end $$;
