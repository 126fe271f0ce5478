-- A list of those who are out or leave, in an order that their status is no part of, passes by everybody else. Here that
-- somebody is not among them is told by a small index alone, in half the time that it takes to look at the person.
create index users_not_staying on users (account_id, id) include (status, deactivate_at)
  where status <> 'active' or deactivate_at is not null;
