import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'

/** Removes what has served: nothing of it lets anybody in any more, and nothing of it is history. */
export async function prune({ db, accountId }: Work): Promise<void> {
  await sql`delete from links where account_id = ${accountId} and coalesce(used_at, expires_at) < statement_timestamp() - interval '30 days'`.execute(
    db,
  )
  await sql`delete from launches where account_id = ${accountId} and alive_until < statement_timestamp() - interval '1 day'`.execute(
    db,
  )
  await sql`delete from webhook_deliveries where account_id = ${accountId} and settled_at < statement_timestamp() - interval '30 days'`.execute(
    db,
  )
  await sql`delete from sign_in_flows where account_id = ${accountId} and begun_at < statement_timestamp() - interval '1 hour'`.execute(
    db,
  )
  await sql`delete from sign_in_steps where account_id = ${accountId} and begun_at < statement_timestamp() - interval '1 hour'`.execute(
    db,
  )
  await sql`delete from passkey_challenges where account_id = ${accountId} and begun_at < statement_timestamp() - interval '1 hour'`.execute(
    db,
  )
  await sql`delete from provider_sign_ins where account_id = ${accountId} and happened_at < statement_timestamp() - interval '30 days'`.execute(
    db,
  )
  await sql`delete from logout_tokens where account_id = ${accountId} and seen_at < statement_timestamp() - interval '1 day'`.execute(
    db,
  )
  await sql`delete from sessions where account_id = ${accountId} and expires_at < statement_timestamp()`.execute(db)
  await sql`delete from sign_in_attempts where account_id = ${accountId} and since < statement_timestamp() - interval '1 day'`.execute(
    db,
  )
  await sql`delete from idempotency_keys where account_id = ${accountId} and created_at < statement_timestamp() - interval '7 days'`.execute(
    db,
  )
}
