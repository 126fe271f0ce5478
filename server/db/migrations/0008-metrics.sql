-- What waits, over all accounts: for whoever watches over the installation, who is in none. No account can be told from it.
create function waiting_work() returns table (mails_queued bigint, mail_oldest_seconds double precision, operations_running bigint, operations_paused bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select
    (select count(*) from mails where next_attempt_at is not null),
    (select coalesce(extract(epoch from statement_timestamp() - min(queued_at)), 0)::double precision from mails where next_attempt_at is not null),
    (select count(*) from operations where state = 'running'),
    (select count(*) from operations where state = 'paused')
$$;
