import { sql } from 'kysely'
import { createTransport, type Transporter, type TransportOptions } from 'nodemailer'
import pLimit from 'p-limit'
import type { MailState } from '#contract/mail.ts'
import type { Config } from '#server/config.ts'
import type { Database } from '#server/db/database.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { type Log, repeat, type Repeating } from '#server/repeat.ts'
import { compose, type Composed, type Queued } from './compose.ts'
import { whyNot } from './may-receive.ts'

const lookEveryMs = 1_000
const mostAtOnce = 4
/** How long whoever takes a mail has for it; after that it is another's (R44). Longer than all limits of the transport. */
const lease = '2 minutes'
/** How long after each failure it is tried again, in minutes; after the last of them again and again. */
const pauses = [1, 5, 15, 60, 120, 240]
const givesUpAfter = '2 days'

/**
 * Hands mail over to the mail server, on every node: what one has taken no other takes. Without a mail server it is
 * written all the same, and kept in the mail log.
 */
export function startMail(database: Database, config: Config, log: Log): Repeating {
  const transport = config.smtpUrl === undefined ? null : transportTo(config.smtpUrl)
  const few = pLimit(mostAtOnce)
  const handing = repeat(
    async (stopped) => {
      const { rows } = await sql<{ accountId: string; id: string }>`select * from mails_due(100)`.execute(database)
      await Promise.all(
        rows.map(({ accountId, id }) =>
          few(() => (stopped.aborted ? undefined : handOver(database, { accountId, id, config, transport }))),
        ),
      )
      return rows.length > 0
    },
    { everyMs: lookEveryMs, waits: 'The database does not answer: mail waits.', log },
  )
  return {
    async stop() {
      await handing.stop()
      transport?.close()
    },
  }
}

const transportTo = (url: string): Transporter =>
  createTransport({
    url,
    pool: true,
    maxConnections: mostAtOnce,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 15_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as TransportOptions)

interface Errand {
  readonly accountId: string
  readonly id: string
  readonly config: Config
  readonly transport: Transporter | null
}

async function handOver(database: Database, { accountId, id, config, transport }: Errand): Promise<void> {
  const within = <T>(task: (work: Work) => Promise<T>) => workFor(database, accountId, 'clock', task)
  const composed = await within((work) => take(work, id, config, transport === null))
  if (!composed) return
  // Asked once more, with nothing but the sending after it: writing the mail has taken a moment (M1).
  const reason = await within((work) => whyNot(work, id))
  if (reason) return within((work) => settle(work, id, { state: 'not_sent', reason }))
  const failure = await send(transport!, id, composed)
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
      to_email = ${composed?.to.address ?? null}, subject = ${composed?.subject ?? null}, body = ${composed?.told ?? null}
    where account_id = ${accountId} and id = ${id}
  `.execute(db)
}

interface Failure {
  readonly said: string
  /** The server will never take it. */
  readonly isFinal: boolean
}

/** After a failure it is tried again, with longer and longer pauses, for two days. */
async function fail(work: Work, id: string, { said, isFinal }: Failure): Promise<void> {
  if (isFinal) return settle(work, id, { state: 'failed', reason: said })
  await sql`
    update mails set reason = ${said},
      next_attempt_at = case when queued_at > statement_timestamp() - ${givesUpAfter}::interval
        then statement_timestamp() + make_interval(mins => (${pauses}::integer[])[least(attempts, ${pauses.length}::integer)]) end,
      state = case when queued_at > statement_timestamp() - ${givesUpAfter}::interval then 'queued' else 'failed' end::mail_state,
      settled_at = case when queued_at > statement_timestamp() - ${givesUpAfter}::interval then null else statement_timestamp() end
    where account_id = ${work.accountId} and id = ${id}
  `.execute(work.db)
}

/** R44: its Message-ID is the same whenever it is sent, so that a repetition after a lost answer can be told from a second mail. */
async function send(transport: Transporter, id: string, mail: Composed): Promise<Failure | null> {
  try {
    await transport.sendMail({
      messageId: `<${id}@${mail.from.address.split('@')[1]}>`,
      from: { ...mail.from },
      to: { ...mail.to },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...(mail.unsubscribeUrl && { list: { unsubscribe: { url: mail.unsubscribeUrl, comment: 'No more reminders' } } }),
    })
    return null
  } catch (error) {
    const { message, code, responseCode = 0 } = error as Error & { code?: string; responseCode?: number }
    return {
      said: message.slice(0, 500),
      isFinal: (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500,
    }
  }
}
