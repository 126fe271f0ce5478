-- Webhooks are told of more than the history holds: who waits for a seat, whose access ends soon, what is learnt, that
-- the seats are used up, that a large operation is over.

alter type webhook_event add value 'waiting' after 'added';
alter type webhook_event add value 'ending_soon' after 'date_cleared';
alter type webhook_event add value 'enrolled';
alter type webhook_event add value 'completed';
alter type webhook_event add value 'seat_limit_reached';
alter type webhook_event add value 'operation_finished';

-- What is not of the history is written here at once, for each webhook that wants it: in the transaction that makes it so.
alter table webhook_deliveries
  add user_id uuid,                -- no foreign key: it outlives a deleted person
  add about jsonb,                 -- null: the history tells it
  drop constraint webhook_deliveries_account_id_webhook_id_event_id_key,
  add constraint told_once unique (account_id, webhook_id, event_id, event);

-- By whatever way somebody is enrolled or completes a course, it is told.
create function tell_of_learning() returns trigger language plpgsql as $$
begin
  if not exists (select from webhooks where account_id in (select account_id from enrollments_after)) then return null; end if;
  if tg_op = 'INSERT' then
    insert into webhook_deliveries (account_id, webhook_id, event_id, event, user_id, about)
    select w.account_id, w.id, new_id(), 'enrolled', e.user_id, jsonb_build_object('enrollmentId', e.id, 'courseId', c.id,
      'courseTitle', c.title, 'isMandatory', e.is_mandatory, 'dueDate', e.due_date)
    from enrollments_after as e
    join courses as c on c.account_id = e.account_id and c.id = e.course_id
    join webhooks as w on w.account_id = e.account_id and 'enrolled' = any(w.events)
    where e.is_current;
  else
    insert into webhook_deliveries (account_id, webhook_id, event_id, event, user_id, about)
    select w.account_id, w.id, new_id(), told.event, a.user_id, jsonb_build_object('enrollmentId', a.id, 'courseId', c.id,
      'courseTitle', c.title, 'isMandatory', a.is_mandatory, 'dueDate', a.due_date, 'completedAt', a.completed_at, 'score', a.score)
    from enrollments_after as a
    join enrollments_before as b using (account_id, id)
    join courses as c on c.account_id = a.account_id and c.id = a.course_id
    cross join lateral (
      select 'enrolled'::webhook_event as event where a.is_current and not b.is_current
      union all select 'completed' where a.completed_at is not null and b.completed_at is null
    ) as told
    join webhooks as w on w.account_id = a.account_id and told.event = any(w.events);
  end if;
  return null;
end $$;
create trigger tell_of_enrolled after insert on enrollments
  referencing new table as enrollments_after for each statement execute function tell_of_learning();
create trigger tell_of_completed after update on enrollments
  referencing old table as enrollments_before new table as enrollments_after for each statement execute function tell_of_learning();

-- Whoever was answered that it goes on is told when it is over.
create function tell_of_operation() returns trigger language plpgsql as $$
begin
  insert into webhook_deliveries (account_id, webhook_id, event_id, event, about)
  select account_id, id, new_id(), 'operation_finished', jsonb_build_object('operationId', new.id, 'kind', new.kind, 'state', new.state,
    'selected', new.selected, 'changed', new.changed, 'alreadySo', new.already_so, 'refused', new.refused, 'byUserId', new.by_user_id,
    'reason', new.reason)
  from webhooks where account_id = new.account_id and 'operation_finished' = any(events);
  return null;
end $$;
create trigger tell_of_operation after update of state on operations for each row
  when (old.state <> new.state and new.state in ('finished', 'cancelled')) execute function tell_of_operation();
