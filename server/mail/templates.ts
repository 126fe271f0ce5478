import type { MailKind } from '#contract/mail.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

export interface Words {
  readonly subject: string
  /** Plain text; an empty line begins a paragraph, and a placeholder that ends in `link` alone on a line becomes a button. */
  readonly body: string
}

interface Ours extends Words {
  /** What may stand in it, with an example of each. */
  readonly example: Record<string, string>
}

const everybody = { firstName: 'Lea', lastName: 'Novák', accountName: 'Acme' }
const course = { ...everybody, courseTitle: 'Information security basics', link: 'https://learn.example.org/learn/42' }

/** What each kind of mail says as long as an account says nothing of its own. */
export const ours: Record<MailKind, Ours> = {
  invitation: {
    subject: 'Your access to {{accountName}}',
    body: 'Hello {{firstName}},\n\n{{accountName}} has opened an account for you. Choose a password, and you are in:\n\n{{link}}\n\nThe link works once, until {{validUntil}}.',
    example: {
      ...everybody,
      link: 'https://learn.example.org/invitation?token=…',
      validUntil: '7 Dec 2026, 10:00 (Berlin)',
    },
  },
  password_reset: {
    subject: 'Set a new password',
    body: 'Hello {{firstName}},\n\nsomebody, we hope you, asked for a new password at {{accountName}}. Choose one here:\n\n{{link}}\n\nThe link works once, until {{validUntil}}. If it was not you, do nothing: your password stays as it is.',
    example: {
      ...everybody,
      link: 'https://learn.example.org/reset?token=…',
      validUntil: '23 Nov 2026, 12:00 (Berlin)',
    },
  },
  welcome_back: {
    subject: 'You are back at {{accountName}}',
    body: 'Hello {{firstName}},\n\nyour account at {{accountName}} is active again. Everything that you had is there: your courses, your results, your certificates. Sign in as before:\n\n{{link}}',
    example: { ...everybody, link: 'https://learn.example.org/sign-in' },
  },
  course_assigned: {
    subject: 'A course for you: {{courseTitle}}',
    body: 'Hello {{firstName}},\n\nthe course “{{courseTitle}}” has been assigned to you.\n\nDue date: {{dueDate}}\n\n{{link}}',
    example: { ...course, dueDate: 'Mon 7 Dec 2026' },
  },
  due_soon: {
    subject: 'Due on {{dueDate}}: {{courseTitle}}',
    body: 'Hello {{firstName}},\n\nthe course “{{courseTitle}}” is waiting for you. It is due on {{dueDate}}.\n\n{{link}}',
    example: { ...course, dueDate: 'Mon 7 Dec 2026' },
  },
  overdue: {
    subject: 'Overdue: {{courseTitle}}',
    body: 'Hello {{firstName}},\n\nthe course “{{courseTitle}}” was due on {{dueDate}}. You can still do it:\n\n{{link}}',
    example: { ...course, dueDate: 'Mon 7 Dec 2026' },
  },
  certificate: {
    subject: 'Your certificate: {{courseTitle}}',
    body: 'Hello {{firstName}},\n\nyou have completed “{{courseTitle}}”. Your certificate is here:\n\n{{link}}\n\nIts code is {{code}}. Whoever you give it to can have it verified.',
    example: { ...course, link: 'https://learn.example.org/certificates', code: 'K7QP-2MXT-9VHD-4RWA' },
  },
  access_ends: {
    subject: 'Your access to {{accountName}} ends on {{endsAt}}',
    body: 'Hello {{firstName}},\n\nyour access to {{accountName}} ends on {{endsAt}}. Until then you can finish what you have begun, and save your certificates:\n\n{{link}}\n\nIf you think that this is wrong, speak to your administrator.',
    example: { ...everybody, endsAt: 'Sat 12 Dec 2026, 23:59 (Berlin)', link: 'https://learn.example.org/home' },
  },
  seats: {
    subject: '{{used}} of {{limit}} seats are used',
    body: 'Hello {{firstName}},\n\n{{accountName}} uses {{used}} of {{limit}} seats, more than {{percent}} %. When none is left, new people are added inactive and wait for one.\n\n{{link}}',
    example: { ...everybody, used: '181', limit: '200', percent: '90', link: 'https://learn.example.org/seats' },
  },
  sign_in_changed: {
    subject: 'Your sign-in to {{accountName}} was changed',
    body: 'Hello {{firstName}},\n\n{{change}}\n\nThis was on {{at}}. If you know of it, there is nothing to do. If not, set a new password at once, and speak to your administrator:\n\n{{link}}',
    example: {
      ...everybody,
      change: 'Your password was changed.',
      at: 'Sat 12 Dec 2026, 10:00 (Berlin)',
      link: 'https://learn.example.org/forgotten',
    },
  },
}

/** What stands instead in a mail that would lead to a password, where there are none. */
export const byProvider: Words = {
  subject: 'Your access to {{accountName}}',
  body: 'Hello {{firstName}},\n\nyou sign in to {{accountName}} as you do to the other systems of your organisation, without a password of its own:\n\n{{link}}',
}

/** The words for a kind of mail: the account's own, or ours. */
export async function wordsOf({ db, accountId }: Work, kind: MailKind): Promise<Words & { isOwn: boolean }> {
  const own = await db
    .selectFrom('mailTemplates')
    .select(['subject', 'body'])
    .where('accountId', '=', accountId)
    .where('kind', '=', kind)
    .executeTakeFirst()
  const { subject, body } = own ?? ours[kind]
  return { subject, body, isOwn: own !== undefined }
}

const placeholder = /\{\{\s*(\w+)\s*\}\}/g

/** @throws Problem `unknown_placeholder` naming those that this kind of mail does not know */
export function refuseUnknownPlaceholders(kind: MailKind, { subject, body }: Words): void {
  const known = Object.keys(ours[kind].example)
  const where = Object.entries({ subject, body }).flatMap(([at, text]) =>
    [...text.matchAll(placeholder)]
      .filter(([, name]) => !known.includes(name!))
      .map(([told]) => ({
        at,
        message: `${told} is unknown here. There are ${known.map((name) => `{{${name}}}`).join(', ')}.`,
      })),
  )
  if (where.length > 0) throw new Problem('unknown_placeholder', { where })
}

export interface Written {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Fills the words in. The subject is one line, whatever was filled in; in HTML nothing that was filled in is markup. */
export function write({ subject, body }: Words, values: Record<string, string>, footer: string): Written {
  const filled = (text: string) => text.replaceAll(placeholder, (_, name: string) => values[name] ?? '')
  return {
    subject: filled(subject)
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim(),
    text: `${filled(body).trim()}\n\n-- \n${footer}\n`,
    html: page(body, values, footer),
  }
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

function page(body: string, values: Record<string, string>, footer: string): string {
  const filled = (text: string) =>
    escaped(text).replaceAll(placeholder, (_, name: string) => escaped(values[name] ?? ''))
  const paragraphs = body
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => {
      const [, name] = /^\s*\{\{\s*(\w*link)\s*\}\}\s*$/i.exec(paragraph) ?? []
      const address = name && values[name]
      if (!address) return `<p style="margin:0 0 16px">${filled(paragraph).replaceAll('\n', '<br>')}</p>`
      return `<p style="margin:0 0 16px"><a href="${escaped(address)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#2b5fc4;color:#ffffff;text-decoration:none">${escaped(address.length > 60 ? 'Open' : address)}</a></p>`
    })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head><body style="margin:0;padding:24px;font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif"><div style="max-width:560px;margin:0 auto">${paragraphs.join('')}<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #c9ced5;font-size:13px;color:#6b7480">${escaped(footer).replaceAll('\n', '<br>')}</p></div></body></html>`
}
