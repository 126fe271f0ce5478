import type { AddressInfo, Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** How a mail server answers a mail. */
type Behaviour =
  | 'takes it'
  /** Keeps the mail, and hangs up before saying so. */
  | 'loses its answer'
  /** Says for good that there is no such mailbox. */
  | 'refuses the recipient'
  /** Says for good that nobody sends from this address. */
  | 'refuses the sender'
  /** Says that it cannot now. */
  | 'puts it off'
  | 'hangs'

/** A real mail server on this machine, which keeps what it is given. */
export class MailServer {
  readonly mails: ParsedMail[] = []
  behaviour: Behaviour = 'takes it'
  #server = this.#made()
  #port = 0

  #made(): SMTPServer {
    const server = new SMTPServer({
      // Whoever is connected when it stops is cut off.
      closeTimeout: 1,
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onMailFrom: (_address, _session, done) => {
        if (this.behaviour === 'refuses the sender')
          done(Object.assign(new Error('Sender address rejected'), { responseCode: 550 }))
        else done()
      },
      onRcptTo: (_address, _session, done) => {
        if (this.behaviour === 'refuses the recipient')
          done(Object.assign(new Error('No such mailbox'), { responseCode: 550 }))
        else if (this.behaviour === 'puts it off')
          done(Object.assign(new Error('Try again later'), { responseCode: 451 }))
        else if (this.behaviour !== 'hangs') done()
      },
      onData: (stream, session, done) => {
        // Of a sender who dies in the middle nothing is kept.
        this.#keep(stream, session.id, done).catch(() => {})
      },
    })
    server.on('error', () => {})
    return server
  }

  /** Keeps a mail, and answers it, or hangs up. */
  async #keep(stream: Readable, sessionId: string, answer: () => void): Promise<void> {
    this.mails.push(await simpleParser(stream))
    if (this.behaviour !== 'loses its answer') return answer()
    this.behaviour = 'takes it'
    const { connections } = this.#server as unknown as { connections: Set<Record<string, unknown>> }
    for (const connection of connections)
      if (connection['id'] === sessionId) (connection['_socket'] as Socket).destroy()
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`
  }

  /** Begins to listen, on the port of before if it listened before. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.server.address() as AddressInfo).port
    return this
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    // One that was closed says so for ever.
    this.#server = this.#made()
  }

  to(email: string): ParsedMail[] {
    return this.mails.filter(({ to }) => JSON.stringify(to).includes(email))
  }
}

/** The address that the mail's text leads to. */
export const linkIn = (mail: ParsedMail): string => /https?:\/\/\S+/.exec(mail.text ?? '')![0]
