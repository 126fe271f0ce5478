import { sql } from 'kysely'
import type { Input } from '#contract/endpoint.ts'
import type { askForReset as endpoint } from '#contract/sign-in.ts'
import type { Visit } from '#server/gate/gate.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { countAttempt } from './attempts.ts'
import { accountAt } from './sign-in.ts'

/**
 * Mails a link to set a new password, to who is in. The answer is the same for every address, known or not, active or
 * not (R10); asking is counted like guessing.
 *
 * @throws Problem `too_many_attempts`, `no_account_here`
 */
export async function askForReset({ database, host, address }: Visit, { email }: Input<typeof endpoint>) {
  const accountId = await accountAt(database, host)
  if (!accountId) throw new Problem('no_account_here')
  const within = <T>(task: (work: Work) => Promise<T>) => workFor(database, accountId, 'clock', task)
  const refused = await within((work) => countAttempt(work, { person: `reset ${email.trim()}`, address }))
  if (refused) throw refused
  await within(({ db }) =>
    sql`
      insert into mails (account_id, user_id, kind)
      select u.account_id, u.id, 'password_reset'
      from profiles as p join active_users as u on u.account_id = p.account_id and u.id = p.user_id
      where p.account_id = ${accountId} and p.email_key = lower(${email.trim()})
    `.execute(db),
  )
  return { done: true } as const
}
