import { sql } from 'kysely'
import pLimit from 'p-limit'
import type { MailState } from '#contract/mail.ts'
import type { Config } from '#server/config.ts'
import { clocksAgree, clocksApart } from '#server/db/clocks.ts'
import { type Database, isUnavailable } from '#server/db/database.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { type Log, onceAMinute, repeat, type Repeating } from '#server/repeat.ts'
import { compose, type Composed, type Queued } from './compose.ts'
import { type Failure, MailServer, mostAtOnce } from './mail-server.ts'
import { whyNot } from './may-receive.ts'

const lookEveryMs = 1_000
/** How long whoever takes a mail has for it; after that it is another's (R44). Longer than all limits of the transport. */
const lease = '2 minutes'
/** How long after each failure it is tried again, in minutes; after the last of them again and again. */
const pauses = [1, 5, 15, 60, 120, 240]
const givesUpAfter = '2 days'

/**
 * Hands mail over to the mail server, on every node: what one has taken no other takes. Without a mail server it is
 * written all the same, and kept in the mail log. Who may receive is asked of the database's clock: while that and this
 * machine's disagree, mail waits (R20).
 */
export function startMail(database: Database, config: Config, log: Log): Repeating {
  const server = config.smtpUrl === undefined ? null : new MailServer(config.smtpUrl, log)
  const few = pLimit(mostAtOnce)
  const complain = onceAMinute((sentence) => log.warn(sentence))
  const handing = repeat(
    async (stopped) => {
      if (server && !(await server.isThere(stopped))) return false
      if (!(await clocksAgree({ db: database }))) {
        complain(clocksApart)
        return false
      }
      const { rows } = await sql<{ accountId: string; id: string }>`select * from mails_due(100)`.execute(database)
      await Promise.all(
        rows.map(({ accountId, id }) =>
          few(() =>
            stopped.aborted || server?.isAway ? undefined : handOver(database, { accountId, id, config, server, log }),
          ),
        ),
      )
      return rows.length > 0
    },
    { everyMs: lookEveryMs, waits: 'The database does not answer: mail waits.', log },
  )
  return {
    async stop() {
      await handing.stop()
      server?.close()
    },
  }
}

interface Errand {
  readonly accountId: string
  readonly id: string
  readonly config: Config
  readonly server: MailServer | null
  readonly log: Log
}

/** One mail. That it cannot be handed over, for whatever reason, is its own matter, and keeps no other waiting. */
async function handOver(database: Database, errand: Errand): Promise<void> {
  const { accountId, id, log } = errand
  const within: Within = (task) => workFor(database, accountId, 'clock', task)
  try {
    await handOverOne(within, errand)
  } catch (error) {
    if (isUnavailable(error)) throw error
    log.error(error)
    await within((work) => failUnforeseen(work, id))
  }
}

type Within = <T>(task: (work: Work) => Promise<T>) => Promise<T>

async function handOverOne(within: Within, { id, config, server }: Errand): Promise<void> {
  const composed = await within((work) => take(work, id, config, server === null))
  if (!composed) return
  // Asked once more, with nothing but the sending after it: writing the mail has taken a moment (M1).
  const reason = await within((work) => whyNot(work, id))
  if (reason) return within((work) => settle(work, id, { state: 'not_sent', reason }))
  const failure = await server!.send(id, composed)
  await within((work) =>
    failure ? fail(work, id, failure) : settle(work, id, { state: 'sent', reason: null, composed }),
  )
}

/** Takes a mail that is due. Null: another has it, or it is settled by this. */
async function take(work: Work, id: string, config: Config, isKept: boolean): Promise<Composed | null> {
  const { rows } = await sql<Queued>`
    update mails set attempts = attempts + 1, next_attempt_at = statement_timestamp() + ${lease}::interval
    where account_id = ${work.accountId} and id = ${id} and next_attempt_at <= statement_timestamp()
    returning id, user_id, kind, about
  `.execute(work.db)
  const mail = rows[0]
  if (!mail) return null
  const reason = await whyNot(work, id)
  if (reason) {
    await settle(work, id, { state: 'not_sent', reason })
    return null
  }
  const composed = await compose(work, mail, config, { keepsSecrets: isKept })
  if (!isKept) return composed
  await settle(work, id, { state: 'kept', reason: null, composed })
  return null
}

interface Settled {
  readonly state: MailState
  readonly reason: string | null
  readonly composed?: Composed
}

async function settle({ db, accountId }: Work, id: string, { state, reason, composed }: Settled): Promise<void> {
  await sql`
    update mails set state = ${state}, reason = ${reason}, next_attempt_at = null, settled_at = statement_timestamp(),
      to_email = ${composed?.to.address ?? null}, subject = ${composed?.told.subject ?? null}, body = ${composed?.told.body ?? null}
    where account_id = ${accountId} and id = ${id}
  `.execute(db)
}

/** What the server did not take now is tried again, with longer and longer pauses, for two days; what never got to it keeps its place. */
async function fail(work: Work, id: string, { said, which }: Failure): Promise<void> {
  if (which === 'never') return settle(work, id, { state: 'failed', reason: said })
  if (which === 'server_away') return putBack(work, id, said)
  await sql`
    update mails set reason = ${said},
      next_attempt_at = case when queued_at > statement_timestamp() - ${givesUpAfter}::interval
        then statement_timestamp() + make_interval(mins => (${pauses}::integer[])[least(attempts, ${pauses.length}::integer)]) end,
      state = case when queued_at > statement_timestamp() - ${givesUpAfter}::interval then 'queued' else 'failed' end::mail_state,
      settled_at = case when queued_at > statement_timestamp() - ${givesUpAfter}::interval then null else statement_timestamp() end
    where account_id = ${work.accountId} and id = ${id}
  `.execute(work.db)
}

/** Nobody knows how far it came, so that its attempt may not have been counted yet. */
async function failUnforeseen(work: Work, id: string): Promise<void> {
  await sql`update mails set attempts = attempts + 1 where account_id = ${work.accountId} and id = ${id}`.execute(
    work.db,
  )
  await fail(work, id, { said: 'It could not be handed over. The log of the server says why.', which: 'not_now' })
}

async function putBack({ db, accountId }: Work, id: string, said: string): Promise<void> {
  await sql`
    update mails set reason = ${said}, next_attempt_at = queued_at, attempts = attempts - 1
    where account_id = ${accountId} and id = ${id}
  `.execute(db)
}
