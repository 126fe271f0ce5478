import { sql } from 'kysely'
import type { MailKind } from '#contract/mail.ts'
import type { Config } from '#server/config.ts'
import { ownHost, pagesOrigin } from '#server/gate/pages-origin.ts'
import type { Work } from '#server/gate/work.ts'
import { mintLink, type Purpose } from './mint-link.ts'
import { byProvider, type Words, wordsOf, write, type Written } from './templates.ts'

/** A mail that is to be handed over. */
export interface Queued {
  readonly id: string
  readonly userId: string
  readonly kind: MailKind | 'test'
  readonly about: Record<string, unknown>
}

export interface Composed extends Written {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
  /** What of it is stored: where the mail itself lets somebody in, without the secret. */
  readonly told: { readonly subject: string; readonly body: string }
  readonly unsubscribeUrl: string | null
}

interface Recipient {
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly hasPassword: boolean
  readonly passwordIsOff: boolean
  readonly accountName: string
  readonly host: string | null
  readonly timeZone: string
}

/**
 * Writes a mail, in the words of the account, to the address that is stored now (R35). Links that let somebody in are
 * made here, so that their secret is in the mail alone; `keepsSecrets`: in what is stored, too, where nothing is sent.
 */
export async function compose(
  work: Work,
  mail: Queued,
  config: Config,
  { keepsSecrets }: { keepsSecrets: boolean },
): Promise<Composed> {
  // Whoever changes the address waits, and finds the link that goes to the one before: it ends with it.
  if (letsIn(mail)) await holdAddress(work, mail.userId)
  const to = await recipientOf(work, mail.userId, config)
  const base = pagesOrigin(config, to.host) ?? `http://${to.host ?? `localhost:${config.port}`}`
  const { values, secret } = await valuesOf(work, mail, to, base)
  const isReminder = mail.kind === 'due_soon' || mail.kind === 'overdue'
  const unsubscribe = isReminder ? (await mintLink(work, mail.userId, 'unsubscribe')).token : null
  const unsubscribeUrl = unsubscribe && `${base}/unsubscribe?token=${unsubscribe}`
  const footer = [`Sent by ${to.accountName} with Rollcall.`, unsubscribeUrl && `No more reminders: ${unsubscribeUrl}`]
    .filter((line) => line)
    .join('\n')
  const words = leadsToProvider(mail, to) ? byProvider : await wordsFor(work, mail)
  const written = write(words, values, footer)
  const hidden = [secret, unsubscribe].filter((token): token is string => token !== null)
  const withoutSecrets = (text: string) => hidden.reduce((rest, token) => rest.replaceAll(token, '…'), text)
  return {
    ...written,
    from: { name: to.accountName, address: config.mailFrom },
    to: { name: `${to.firstName} ${to.lastName}`, address: to.email },
    // The log shows the subject also to whoever may not read the body (R36).
    told: {
      subject: withoutSecrets(written.subject),
      body: keepsSecrets ? written.text : withoutSecrets(written.text),
    },
    unsubscribeUrl,
  }
}

/** Whoever reads it can choose the password of its person. */
const letsIn = ({ kind }: Queued): boolean => kind === 'invitation' || kind === 'password_reset'

/** It would let somebody choose a password who signs in by single sign-on alone. */
const leadsToProvider = (mail: Queued, { passwordIsOff }: Recipient): boolean => passwordIsOff && letsIn(mail)

const holdAddress = ({ db, accountId }: Work, userId: string) =>
  sql`select from profiles where account_id = ${accountId} and user_id = ${userId} for share`.execute(db)

/** A test says what its author was writing; everything else what the account says. */
async function wordsFor(work: Work, { kind, about }: Queued): Promise<Words> {
  if (kind === 'test') return { subject: String(about['subject']), body: String(about['body']) }
  return wordsOf(work, kind)
}

async function recipientOf({ db, accountId }: Work, userId: string, config: Config): Promise<Recipient> {
  const { rows } = await sql<Recipient>`
    select p.first_name, p.last_name, p.email, c.password_hash is not null as has_password,
      password_is_off(p.account_id, p.user_id) as password_is_off, a.name as account_name, ${ownHost(config)} as host, a.time_zone
    from profiles as p
    join credentials as c on c.account_id = p.account_id and c.user_id = p.user_id
    join accounts as a on a.id = p.account_id
    where p.account_id = ${accountId} and p.user_id = ${userId}
  `.execute(db)
  return rows[0]!
}

async function valuesOf(
  work: Work,
  mail: Queued,
  to: Recipient,
  base: string,
): Promise<{ values: Record<string, string>; secret: string | null }> {
  const { kind, about, userId } = mail
  const everybody = { firstName: to.firstName, lastName: to.lastName, accountName: to.accountName }
  const entrance = async (purpose: Purpose, path: string) => {
    const { token, expiresAt } = await mintLink(work, userId, purpose)
    return {
      values: { ...everybody, link: `${base}${path}?token=${token}`, validUntil: momentIn(to.timeZone, expiresAt) },
      secret: token,
    }
  }
  const plain = (values: Record<string, string>) => ({ values: { ...everybody, ...values }, secret: null })
  if (leadsToProvider(mail, to)) return plain({ link: `${base}/sign-in` })
  switch (kind) {
    case 'invitation':
      return entrance('invitation', '/invitation')
    case 'password_reset':
      return entrance('password_reset', '/reset')
    case 'welcome_back':
      return plain({ link: `${base}/sign-in` })
    case 'course_assigned':
    case 'due_soon':
    case 'overdue':
      return plain(await courseOf(work, about, base))
    case 'certificate':
      return plain(await certificateOf(work, about, base))
    case 'access_ends':
      return plain({ endsAt: momentIn(to.timeZone, String(about['deactivateAt'])), link: `${base}/home` })
    case 'seats':
      return plain({
        used: String(about['used']),
        limit: String(about['limit']),
        percent: String(about['threshold']),
        link: `${base}/seats`,
      })
    case 'sign_in_changed':
      return plain({
        change: changes[about['change'] as keyof typeof changes](String(about['name'])),
        at: momentIn(to.timeZone, String(about['at'])),
        link: to.passwordIsOff ? `${base}/sign-in` : `${base}/forgotten`,
      })
    case 'test':
      return plain(about['values'] as Record<string, string>)
  }
}

/** What can be changed of a sign-in, as the schema calls it. */
const changes = {
  password: () => 'Your password was changed.',
  first_password: () => 'A password was set for you.',
  passkey_added: (name: string) => `The passkey “${name}” was added: whoever has it can sign in as you.`,
  passkey_removed: (name: string) => `The passkey “${name}” was removed.`,
  identity_connected: (name: string) =>
    `A sign-in by “${name}” was connected: whoever signs in with it there can sign in as you. My account shows it, and disconnects it.`,
  second_step_set_up: () =>
    'An authenticator app was set up: its codes are asked for when you sign in with your password.',
  recovery_codes: () => 'New recovery codes were made for your sign-in: those of before are no good any more.',
  second_step_ended: () => 'Your authenticator app was taken off: no code is asked for any more.',
} as const

async function courseOf(
  { db, accountId }: Work,
  about: Record<string, unknown>,
  base: string,
): Promise<Record<string, string>> {
  const { rows } = await sql<{ id: string; title: string; dueDate: string | null }>`
    select c.id, c.title, e.due_date from enrollments as e join courses as c on c.account_id = e.account_id and c.id = e.course_id
    where e.account_id = ${accountId} and e.id = ${String(about['enrollmentId'])}
  `.execute(db)
  const { id, title, dueDate } = rows[0]!
  return { courseTitle: title, dueDate: dueDate ? dateInWords(dueDate) : 'none', link: `${base}/learn/${id}` }
}

async function certificateOf(
  { db, accountId }: Work,
  about: Record<string, unknown>,
  base: string,
): Promise<Record<string, string>> {
  const { rows } = await sql<{ code: string; courseTitle: string }>`
    select code, course_title from certificates where account_id = ${accountId} and id = ${String(about['certificateId'])}
  `.execute(db)
  const { code, courseTitle } = rows[0]!
  return { courseTitle, code, link: `${base}/certificates` }
}

const dayFormat = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const

/** D1: a date in words, as in *Sat 12 Dec 2026*. */
export const dateInWords = (date: string): string =>
  told(new Date(`${date}T00:00:00Z`), { ...dayFormat, timeZone: 'UTC' })

/** D1: an instant as date, time and place, as in *Sat 12 Dec 2026, 23:59 (Berlin)*. */
export const momentIn = (timeZone: string, instant: string): string => {
  const time = told(new Date(instant), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
  return `${told(new Date(instant), { ...dayFormat, timeZone })}, ${time} (${timeZone.split('/').at(-1)!.replaceAll('_', ' ')})`
}

function told(date: Date, options: Intl.DateTimeFormatOptions): string {
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(date)
  const part = (type: string) => parts.find((one) => one.type === type)?.value
  if (options.hour) return `${part('hour')}:${part('minute')}`
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`
}
