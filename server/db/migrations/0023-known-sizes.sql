-- The planner takes a table for as small as it was when a plan was kept, and an account that it has not heard of for one
-- of a single person. What people are owed is asked for one as for 20,000: planned anew each time, by how large things are.
alter function catch_up(uuid, uuid[], uuid) set plan_cache_mode = force_custom_plan;

-- Of an account that grows by thousands it is to hear within the minute, and not only when a tenth of all accounts
-- together has changed.
do $$
declare of_table text;
begin
  foreach of_table in array array['users', 'profiles', 'credentials', 'group_members', 'lifecycle_events', 'enrollments'] loop
    execute format('alter table %I set (autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 1000)', of_table);
  end loop;
end $$;
