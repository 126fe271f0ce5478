-- An identity of a provider lets its person in as a password or a passkey does: whoever has taken a session for a moment
-- could connect one of their own, and come back by it for good. So its person is told of it, too, by whatever way it was
-- connected. Not of the first way in that they have, by which they have just come.
create function tell_of_identity() returns trigger language plpgsql as $$
begin
  insert into mails (account_id, user_id, kind, about)
  select new.account_id, new.user_id, 'sign_in_changed',
    jsonb_build_object('change', 'identity_connected', 'name', p.name, 'at', statement_timestamp())
  from identity_providers as p
  join credentials as c on c.account_id = new.account_id and c.user_id = new.user_id
  where p.account_id = new.account_id and p.id = new.provider_id and (
    c.password_hash is not null
    or exists (select from passkeys as k where k.account_id = new.account_id and k.user_id = new.user_id)
    or exists (select from identities as i where i.account_id = new.account_id and i.user_id = new.user_id and i.id <> new.id)
  );
  return null;
end $$;
create trigger tell_of_identity after insert on identities for each row execute function tell_of_identity();

-- Recovery codes are a second step as well. Those that come with an authenticator are told with it: it was confirmed in
-- the same transaction.
create function tell_of_recovery_codes() returns trigger language plpgsql as $$
begin
  insert into mails (account_id, user_id, kind, about)
  select a.account_id, a.user_id, 'sign_in_changed', jsonb_build_object('change', 'recovery_codes', 'at', statement_timestamp())
  from authenticators as a
  where a.confirmed_at < now() and (a.account_id, a.user_id) in (select account_id, user_id from new_codes);
  return null;
end $$;
create trigger tell_of_recovery_codes after insert on recovery_codes
  referencing new table as new_codes for each statement execute function tell_of_recovery_codes();
