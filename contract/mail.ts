import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Cursor, Id, Instant, Line, page, PageSize } from './words.ts'

export const mailKinds = [
  'invitation',
  'password_reset',
  'welcome_back',
  'course_assigned',
  'due_soon',
  'overdue',
  'certificate',
  'access_ends',
  'seats',
  'sign_in_changed',
] as const
export const MailKind = z.enum(mailKinds)
export type MailKind = z.infer<typeof MailKind>

/**
 * - `kept`: no mail server is configured, so that it can be read here alone
 * - `not_sent`: at the moment of hand-over its recipient was not to receive it (M1); `reason` says why
 * - `failed`: the mail server refused it for good, or for too long
 */
export const MailState = z.enum(['queued', 'sent', 'kept', 'not_sent', 'failed'])
export type MailState = z.infer<typeof MailState>

export const MailRow = z.strictObject({
  id: Id,
  kind: z.enum([...mailKinds, 'test']),
  state: MailState,
  userId: Id,
  userName: z.string(),
  /** As handed over; before that, where it would go. */
  toEmail: z.string(),
  subject: z.string().nullable(),
  /** A code (`user_inactive`, `unsubscribed`, `no_longer_so`) or what the mail server said. */
  reason: z.string().nullable(),
  attempts: z.int(),
  queuedAt: Instant,
  settledAt: Instant.nullable(),
})
export type MailRow = z.infer<typeof MailRow>

export const listMails = endpoint({
  method: 'GET',
  path: '/api/v1/mails',
  access: 'account',
  tag: 'Mail',
  summary: 'The mail log: what was sent, what was not and why, the newest first',
  input: z.strictObject({
    state: MailState.optional(),
    kind: MailKind.optional(),
    userId: Id.optional(),
    cursor: Cursor.optional(),
    limit: PageSize.default(50),
  }),
  answer: page(MailRow).extend({
    /** Whether there is a mail server. Without one all mail is kept here. */
    hasMailServer: z.boolean(),
  }),
  problems: ['wrong_cursor'],
})

export const getMail = endpoint({
  method: 'GET',
  path: '/api/v1/mails/:mailId',
  access: 'account',
  tag: 'Mail',
  summary: 'One mail as it was written',
  input: z.strictObject({ mailId: Id }),
  answer: MailRow.extend({
    /** Null: not written yet, or to somebody whose role is above the reader's (its links would let the reader in as them), or kept and asked for by a token. */
    body: z.string().nullable(),
  }),
  problems: ['not_found'],
})

export const Template = z.strictObject({
  kind: MailKind,
  subject: z.string(),
  body: z.string(),
  /** Whether these are the account's own words. */
  isOwn: z.boolean(),
  /** What may stand in it, as `{{name}}`. */
  placeholders: z.array(z.string()),
})
export type Template = z.infer<typeof Template>

export const listTemplates = endpoint({
  method: 'GET',
  path: '/api/v1/mail-templates',
  access: 'account',
  tag: 'Mail',
  summary: 'What each kind of mail says',
  input: nothing,
  answer: z.strictObject({ items: z.array(Template) }),
})

const words = {
  kind: MailKind,
  subject: Line(200),
  body: z
    .string()
    .trim()
    .min(1, { error: 'Fill in this field.' })
    .max(10_000, { error: 'Use at most 10000 characters.' }),
}

export const editTemplate = endpoint({
  method: 'PATCH',
  path: '/api/v1/mail-templates/:kind',
  access: 'account',
  tag: 'Mail',
  summary: 'Say it in the words of the account. Null: in ours again',
  input: z.strictObject({ kind: MailKind, subject: words.subject.nullable(), body: words.body.nullable() }),
  answer: Template,
  problems: ['unknown_placeholder'],
})

export const previewTemplate = endpoint({
  method: 'POST',
  path: '/api/v1/mail-templates/preview',
  access: 'account',
  tag: 'Mail',
  summary: 'What a mail would look like, with values of an example',
  input: z.strictObject(words),
  answer: z.strictObject({ subject: z.string(), text: z.string(), html: z.string() }),
  problems: ['unknown_placeholder'],
})

export const sendTestMail = endpoint({
  method: 'POST',
  path: '/api/v1/mail-templates/test',
  access: 'account',
  tag: 'Mail',
  summary: 'Send a mail of this kind to myself, with values of an example',
  input: z.strictObject(words),
  answer: done,
  problems: ['unknown_placeholder'],
})
