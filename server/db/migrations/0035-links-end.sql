-- R4, R11. A mailed link proves that its holder reads the mails of an address, and lets them choose the password. It is
-- over once the person has another address, or has been given a password by whatever way: also by this link itself.
create function end_links() returns trigger language plpgsql as $$
begin
  update links set used_at = statement_timestamp()
  where account_id = new.account_id and user_id = new.user_id and purpose in ('invitation', 'password_reset') and used_at is null;
  return null;
end $$;

-- For each row, with a condition: most writes of these tables change neither, and pay nothing.
create trigger address_ends_links after update on profiles for each row
  when (old.email_key is distinct from new.email_key)
  execute function end_links();
create trigger password_ends_links after update of password_hash on credentials for each row
  when (old.password_hash is distinct from new.password_hash)
  execute function end_links();

-- R39. A secret that is shown once is not kept with the answer to an Idempotency-Key.
update idempotency_keys set answer = 'null' where answer ?| array['token', 'secret', 'recoveryCodes'];
