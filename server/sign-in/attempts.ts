import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** How often somebody may guess within a quarter of an hour: at one person, and from one address at anybody. */
const mostAtPerson = 10
const mostFromAddress = 100
const windowMinutes = 15

export interface Guess {
  /** Whom they say to be: an e-mail address, or the id of who is signed in. */
  readonly person: string
  readonly address: string
}

const subjects = ({ person, address }: Guess) => [
  { subject: `person ${person.toLowerCase()}`, most: mostAtPerson },
  { subject: `address ${address}`, most: mostFromAddress },
]

/**
 * Counts an attempt before it is judged, so that many at once on many nodes are counted like one after the other. The
 * same for addresses that nobody has. What it returns is refused after the commit: a refused attempt counts, too.
 *
 * @returns Problem `too_many_attempts` with `retryAfterSeconds`, or null
 */
export async function countAttempt({ db, accountId }: Work, guess: Guess): Promise<Problem | null> {
  let waitSeconds = 0
  for (const { subject, most } of subjects(guess)) {
    const { rows } = await sql<{ attempts: number; retryAfterSeconds: number }>`
      insert into sign_in_attempts as a (account_id, subject) values (${accountId}, ${subject})
      on conflict (account_id, subject) do update set
        attempts = case when a.since < statement_timestamp() - make_interval(mins => ${windowMinutes}) then 1 else a.attempts + 1 end,
        since = case when a.since < statement_timestamp() - make_interval(mins => ${windowMinutes}) then statement_timestamp() else a.since end
      returning attempts,
        ceil(extract(epoch from since + make_interval(mins => ${windowMinutes}) - statement_timestamp()))::integer as retry_after_seconds
    `.execute(db)
    const { attempts, retryAfterSeconds } = rows[0]!
    if (attempts > most) waitSeconds = Math.max(waitSeconds, retryAfterSeconds, 1)
  }
  return waitSeconds > 0 ? new Problem('too_many_attempts', { retryAfterSeconds: waitSeconds }) : null
}

/** Forgets the attempts at a person who has shown that it is them, and takes theirs off the address. */
export async function forgetAttempts({ db, accountId }: Work, guess: Guess): Promise<void> {
  const [person, address] = subjects(guess)
  await db
    .deleteFrom('signInAttempts')
    .where('accountId', '=', accountId)
    .where('subject', '=', person!.subject)
    .execute()
  await db
    .updateTable('signInAttempts')
    .set((row) => ({ attempts: row('attempts', '-', 1) }))
    .where('accountId', '=', accountId)
    .where('subject', '=', address!.subject)
    .execute()
}
