-- Whoever came without a password learns that somebody else set one. Who chooses it by a link is not signed in.
create trigger tell_of_first_password after update of password_hash on credentials for each row
  when (old.password_hash is null and new.password_hash is not null and current_actor() <> new.user_id)
  execute function tell_of_sign_in('first_password');
