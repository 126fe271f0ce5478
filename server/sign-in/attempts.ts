import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** How often somebody may guess within a quarter of an hour: at one person, and from one address at anybody. */
const mostAtPerson = 10
const mostFromAddress = 100
const windowMinutes = 15

export interface Guess {
  /** Whom they say to be, and by what: an e-mail address, a code, a passkey; or the id of who is signed in. */
  readonly person: string
  /** Null: somebody signed in, who can guess at nobody but themselves. */
  readonly address: string | null
}

const atPerson = ({ person }: Guess) => `person ${person}`
const fromAddress = ({ address }: Guess) => `address ${address}`

/**
 * Counts an attempt before it is judged, so that many at once on many nodes are counted like one after the other. The
 * same for addresses that nobody has. What it returns is refused after the commit: a refused attempt counts, too.
 *
 * @returns Problem `too_many_attempts` with `retryAfterSeconds`, or null
 */
export async function countAttempt(work: Work, guess: Guess): Promise<Problem | null> {
  // The address first: once it is refused, whomever it names leaves no row behind.
  const refused = guess.address === null ? null : await count(work, fromAddress(guess), mostFromAddress)
  return refused ?? (await count(work, atPerson(guess), mostAtPerson))
}

/** Counts one who looks something up without being signed in. As `countAttempt()`. */
export const countVisit = (work: Work, address: string): Promise<Problem | null> =>
  count(work, `visit ${address}`, mostFromAddress)

/** How many sign-ins from one address may be under way at identity providers or with passkeys. Nothing can be guessed by one: it keeps rows few. */
const mostFlows = 500
const flowsFrom = (address: string) => `flow ${address}`

/** Counts a sign-in that goes to an identity provider, or asks for a passkey. As `countAttempt()`. */
export const countFlow = (work: Work, address: string): Promise<Problem | null> =>
  count(work, flowsFrom(address), mostFlows)

/** Takes one that led to a session off again: a whole office may come from one address. */
export async function forgetFlow({ db, accountId }: Work, address: string): Promise<void> {
  await sql`
    update sign_in_attempts set attempts = attempts - 1 where account_id = ${accountId} and subject = lower(${flowsFrom(address)})
  `.execute(db)
}

/** The database lowers the case, as it does where it looks for the person: another `İ` is no other person to guess at. */
async function count({ db, accountId }: Work, subject: string, most: number): Promise<Problem | null> {
  const { rows } = await sql<{ attempts: number; retryAfterSeconds: number }>`
    insert into sign_in_attempts as a (account_id, subject) values (${accountId}, lower(${subject}))
    on conflict (account_id, subject) do update set
      attempts = case when a.since < statement_timestamp() - make_interval(mins => ${windowMinutes}) then 1 else a.attempts + 1 end,
      since = case when a.since < statement_timestamp() - make_interval(mins => ${windowMinutes}) then statement_timestamp() else a.since end
    returning attempts,
      ceil(extract(epoch from since + make_interval(mins => ${windowMinutes}) - statement_timestamp()))::integer as retry_after_seconds
  `.execute(db)
  const { attempts, retryAfterSeconds } = rows[0]!
  return attempts > most
    ? new Problem('too_many_attempts', { retryAfterSeconds: Math.max(retryAfterSeconds, 1) })
    : null
}

/** Forgets the attempts at a person who has shown that it is them, and takes theirs off the address. */
export async function forgetAttempts({ db, accountId }: Work, guess: Guess): Promise<void> {
  await sql`
    with at_person as (
      delete from sign_in_attempts where account_id = ${accountId} and subject = lower(${atPerson(guess)})
    )
    update sign_in_attempts set attempts = attempts - 1
    where account_id = ${accountId} and subject = lower(${fromAddress(guess)})
  `.execute(db)
}
