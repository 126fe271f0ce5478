-- A1. The pages of an account are at its own host, and only they may frame what it plays: its address tells whose it is.
drop function content_of(bytea);
create function content_of(of_token_hash bytea)
  returns table (account_id uuid, host text, file_id uuid, session_id uuid) language sql stable security definer
  set search_path = public, pg_temp as $$
  select l.account_id, a.host, m.file_id, l.session_id
  from launches as l
  join accounts as a on a.id = l.account_id
  join sessions as s on s.account_id = l.account_id and s.id = l.session_id and s.expires_at > statement_timestamp()
  join active_users as u on u.account_id = l.account_id and u.id = l.user_id and s.created_at > u.let_in_since
  join modules as m on m.account_id = l.account_id and m.id = l.module_id and m.removed_at is null
  join courses as c on c.account_id = m.account_id and c.id = m.course_id
  left join enrollments as e on e.account_id = l.account_id and e.id = l.enrollment_id
  where l.token_hash = of_token_hash and l.alive_until > statement_timestamp()
    and case when l.enrollment_id is null then u.role in ('owner', 'administrator', 'author') else e.is_current and c.state = 'published' end
$$;
