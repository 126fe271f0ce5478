-- Whoever sees that their password, a passkey or their second step was changed by somebody else can do something about
-- it. Told where it is written, so that no way of changing it can forget to (M1 decides who receives it).

alter type mail_kind add value 'sign_in_changed' before 'test';

-- Of a person who is being deleted nobody is left to be told.
create function tell_of_sign_in() returns trigger language plpgsql as $$
declare
  changed jsonb := to_jsonb(case tg_op when 'DELETE' then old else new end);
begin
  insert into mails (account_id, user_id, kind, about)
  select account_id, id, 'sign_in_changed', jsonb_build_object('change', tg_argv[0], 'name', changed ->> 'name', 'at', statement_timestamp())
  from users where account_id = (changed ->> 'account_id')::uuid and id = (changed ->> 'user_id')::uuid;
  return null;
end $$;

-- Not of the first one: who was invited has just chosen it.
create trigger tell_of_password after update of password_hash on credentials for each row
  when (old.password_hash is not null and new.password_hash is distinct from old.password_hash)
  execute function tell_of_sign_in('password');
create trigger tell_of_new_passkey after insert on passkeys for each row
  execute function tell_of_sign_in('passkey_added');
create trigger tell_of_removed_passkey after delete on passkeys for each row
  execute function tell_of_sign_in('passkey_removed');
create trigger tell_of_new_second_step after update of confirmed_at on authenticators for each row
  when (old.confirmed_at is null and new.confirmed_at is not null)
  execute function tell_of_sign_in('second_step_set_up');
create trigger tell_of_ended_second_step after delete on authenticators for each row
  when (old.confirmed_at is not null)
  execute function tell_of_sign_in('second_step_ended');
