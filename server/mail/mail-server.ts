import { createTransport, type Transporter, type TransportOptions } from 'nodemailer'
import { type Log, onceAMinute } from '#server/repeat.ts'
import type { Composed } from './compose.ts'

/** How many mails a node hands over at once. */
export const mostAtOnce = 4
const mostPauseMs = 60_000

export interface Failure {
  readonly said: string
  /**
   * The server will never take this mail; or did not now; or is away: it does not answer, or does not let us in, so that
   * there was no talk of a mail.
   */
  readonly which: 'never' | 'not_now' | 'server_away'
}

/**
 * The mail server, as this node knows it. That it is away is known of the server and not of each mail: after the first
 * that finds it away no other is tried, and it is looked for without a mail until it is back, at least once a minute.
 */
export class MailServer {
  readonly #transport: Transporter
  readonly #complain: (sentence: string) => void
  #away = false
  #pauseMs = 1_000
  #lookAtMs = 0

  /** @param url as smtp://user:password@host:port */
  constructor(url: string, log: Log) {
    this.#complain = onceAMinute((sentence) => log.warn(sentence))
    this.#transport = transportTo(url)
  }

  get isAway(): boolean {
    return this.#away
  }

  /** Whether mail can be handed over, as far as is known. One that was away is looked for when the pause is over. */
  async isThere(stopped: AbortSignal): Promise<boolean> {
    if (!this.#away) return true
    if (performance.now() < this.#lookAtMs) return false
    const looking = this.#transport.verify().then(
      () => undefined,
      (error: Error) => error,
    )
    // Whoever stops does not wait for a server that hangs.
    const stopping = new Promise<undefined>((resolve) => stopped.addEventListener('abort', () => resolve(undefined)))
    const failure = await Promise.race([looking, stopping])
    if (stopped.aborted) return false
    if (failure) this.#notedAway(failure)
    else this.#away = false
    return !this.#away
  }

  /** R44: its Message-ID is the same whenever it is sent, so that a repetition after a lost answer can be told from a second mail. */
  async send(id: string, mail: Composed): Promise<Failure | null> {
    try {
      await this.#transport.sendMail({
        messageId: `<${id}@${mail.from.address.split('@')[1]}>`,
        from: { ...mail.from },
        to: { ...mail.to },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...(mail.unsubscribeUrl && {
          list: { unsubscribe: { url: mail.unsubscribeUrl, comment: 'No more reminders' } },
        }),
      })
      this.#pauseMs = 1_000
      return null
    } catch (error) {
      const which = whichOf(error as SmtpError)
      // Also after a line that broke over this mail: before others come to the same, it is asked whether the server is there.
      if (which === 'server_away' || (error as SmtpError).command === 'CONN') this.#notedAway(error as SmtpError)
      return { said: (error as Error).message.slice(0, 500), which }
    }
  }

  close(): void {
    this.#transport.close()
  }

  #notedAway({ originalCode, code = 'no answer' }: SmtpError): void {
    this.#away = true
    this.#lookAtMs = performance.now() + this.#pauseMs
    this.#pauseMs = Math.min(mostPauseMs, this.#pauseMs * 2)
    this.#complain(`The mail server does not answer, or does not let us in (${originalCode ?? code}): mail waits.`)
  }
}

/** Asks once whether the mail server answers and lets us in. @throws Error in the words of whoever refused */
export async function greetMailServer(url: string): Promise<void> {
  const transport = transportTo(url)
  await transport.verify().finally(() => transport.close())
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

type SmtpError = Error & {
  code?: string
  originalCode?: string
  timeoutType?: string
  command?: string
  responseCode?: number
}

function whichOf(error: SmtpError): Failure['which'] {
  const { code = '', originalCode = '', timeoutType = '', command = '', responseCode = 0 } = error
  const neverReached =
    /^(EDNS|ETLS|EAUTH|EPROXY)$/.test(code) ||
    /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(originalCode) ||
    /^(CONNECT|GREETING)_TIMEOUT$/.test(timeoutType) ||
    /^(EHLO|HELO|STARTTLS|AUTH)/.test(command)
  if (neverReached) return 'server_away'
  // Whoever sends is the same for all mail, and mended by the operator: none of it is lost meanwhile.
  if (command === 'MAIL FROM') return 'not_now'
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500 ? 'never' : 'not_now'
}
