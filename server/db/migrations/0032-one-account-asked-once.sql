-- A1. As a question of its own the account is made once for each statement. As an expression it is read and parsed anew
-- for each row that a walk or a join looks up: a quarter of what looking somebody up costs.
do $$
declare
  of_policy record;
begin
  for of_policy in
    select tablename, case tablename when 'accounts' then 'id' else 'account_id' end as key
    from pg_policies where schemaname = current_schema() and policyname = 'one_account'
  loop
    execute format('alter policy one_account on %I using (%I = (select current_account()))', of_policy.tablename, of_policy.key);
  end loop;
end $$;
