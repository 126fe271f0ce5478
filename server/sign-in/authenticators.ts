import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { hashOf } from '#server/gate/credential.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

const periodSeconds = 30
/** A code of just before or just after counts, too: clocks of phones are not quite right (RFC 6238, 5.2). */
const window = 1
const secretBytes = 20
const howManyCodes = 10
/** None that is taken for another. */
const signs = 'abcdefghjkmnpqrstuvwxyz23456789'

const totpOf = (secret: string, label?: { issuer: string; label: string }) =>
  new TOTP({ ...label, secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: periodSeconds })

/**
 * A new secret for somebody's authenticator, which is not asked for before a code of it was shown.
 *
 * @throws Problem `second_step_is_on`
 */
export async function beginAuthenticator(
  { db, accountId }: Work,
  userId: string,
): Promise<{ secret: string; address: string }> {
  const secret = new Secret({ size: secretBytes }).base32
  const { rows } = await sql<{ issuer: string; label: string }>`
    with begun as (
      insert into authenticators as a (account_id, user_id, secret) values (${accountId}, ${userId}, ${secret})
      on conflict (account_id, user_id) do update set secret = excluded.secret where a.confirmed_at is null returning user_id
    )
    select accounts.name as issuer, p.email as label
    from begun join profiles as p on p.account_id = ${accountId} and p.user_id = begun.user_id join accounts on accounts.id = ${accountId}
  `.execute(db)
  if (!rows[0]) throw new Problem('second_step_is_on')
  return { secret, address: totpOf(secret, rows[0]).toString() }
}

/** Whether this code is one of theirs, now and for the first time. */
async function takeCode({ db, accountId }: Work, userId: string, code: string, isConfirmed: boolean): Promise<boolean> {
  const { rows } = await sql<{ secret: string; nowMs: number; lastStep: string }>`
    select secret, floor(extract(epoch from statement_timestamp()) * 1000)::float8 as now_ms, last_step::text from authenticators
    where account_id = ${accountId} and user_id = ${userId} and (confirmed_at is not null) = ${isConfirmed} for update
  `.execute(db)
  const [one] = rows
  if (!one) return false
  // By the database's clock, as everything that decides who is in (R19).
  const delta = totpOf(one.secret).validate({ token: code, timestamp: one.nowMs, window })
  if (delta === null) return false
  const step = Math.floor(one.nowMs / 1000 / periodSeconds) + delta
  if (step <= Number(one.lastStep)) return false
  await sql`
    update authenticators set last_step = ${step}, confirmed_at = coalesce(confirmed_at, statement_timestamp())
    where account_id = ${accountId} and user_id = ${userId}
  `.execute(db)
  return true
}

/** Whether this is a code of theirs that counts: of the authenticator, or a recovery code, which is used up. */
export async function takeProof(work: Work, userId: string, typed: string): Promise<boolean> {
  const code = typed.replaceAll(/[\s-]/g, '').toLowerCase()
  if (/^\d{6}$/.test(code)) return takeCode(work, userId, code, true)
  const { db, accountId } = work
  const { rows } = await sql`
    delete from recovery_codes where account_id = ${accountId} and user_id = ${userId} and code_hash = ${hashOf(code)} returning user_id
  `.execute(db)
  return rows.length > 0
}

/** From the first right code on it is asked for. @returns the recovery codes, or null: the code is not right */
export async function confirm(work: Work, userId: string, typed: string): Promise<string[] | null> {
  const isRight = await takeCode(work, userId, typed.replaceAll(/\s/g, ''), false)
  return isRight ? newRecoveryCodes(work, userId) : null
}

/** New ones instead of those before. */
export async function newRecoveryCodes({ db, accountId }: Work, userId: string): Promise<string[]> {
  const sign = () => signs[randomInt(signs.length)]!
  const told = Array.from({ length: howManyCodes }, () => Array.from({ length: 10 }, sign).join(''))
  await sql`delete from recovery_codes where account_id = ${accountId} and user_id = ${userId}`.execute(db)
  await sql`
    insert into recovery_codes (account_id, user_id, code_hash)
    select ${accountId}, ${userId}, unnest(${told.map((code) => hashOf(code))}::bytea[])
  `.execute(db)
  return told.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`)
}

/** Nothing is asked for any more; what was pending is over. */
export async function removeAuthenticator({ db, accountId }: Work, userId: string): Promise<void> {
  await sql`delete from authenticators where account_id = ${accountId} and user_id = ${userId}`.execute(db)
  await sql`delete from sign_in_steps where account_id = ${accountId} and user_id = ${userId}`.execute(db)
}
