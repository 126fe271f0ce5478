import type { Answer, Input } from '#contract/endpoint.ts'
import {
  type editTemplate,
  type listTemplates,
  type MailKind,
  mailKinds,
  type previewTemplate,
  type sendTestMail,
  type Template,
} from '#contract/mail.ts'
import type { Work } from '#server/gate/work.ts'
import { ours, refuseUnknownPlaceholders, wordsOf, write } from './templates.ts'

/** What each kind of mail says. */
export async function list(work: Work): Promise<Answer<typeof listTemplates>> {
  const items = []
  for (const kind of mailKinds) items.push(await template(work, kind))
  return { items }
}

async function template(work: Work, kind: MailKind): Promise<Template> {
  return { kind, ...(await wordsOf(work, kind)), placeholders: Object.keys(ours[kind].example) }
}

/** Says it in the words of the account; null: in ours again. @throws Problem `unknown_placeholder` */
export async function edit(work: Work, { kind, subject, body }: Input<typeof editTemplate>): Promise<Template> {
  const { db, accountId } = work
  const now = await wordsOf(work, kind)
  const next = { subject: subject ?? ours[kind].subject, body: body ?? ours[kind].body }
  refuseUnknownPlaceholders(kind, next)
  const isOurs = next.subject === ours[kind].subject && next.body === ours[kind].body
  if (isOurs && now.isOwn) {
    await db.deleteFrom('mailTemplates').where('accountId', '=', accountId).where('kind', '=', kind).execute()
  } else if (!isOurs) {
    await db
      .insertInto('mailTemplates')
      .values({ accountId, kind, ...next })
      .onConflict((conflict) => conflict.columns(['accountId', 'kind']).doUpdateSet(next))
      .execute()
  }
  return template(work, kind)
}

/** What a mail would look like. @throws Problem `unknown_placeholder` */
export async function preview(
  _work: Work,
  { kind, ...words }: Input<typeof previewTemplate>,
): Promise<Answer<typeof previewTemplate>> {
  refuseUnknownPlaceholders(kind, words)
  const values = ours[kind].example
  return write(words, values, `Sent by ${values['accountName']} with Rollcall.`)
}

/** Sends it to whoever wrote it, with the values of the example. @throws Problem `unknown_placeholder` */
export async function sendTest({ db, accountId, actor }: Work, { kind, ...words }: Input<typeof sendTestMail>) {
  refuseUnknownPlaceholders(kind, words)
  await db
    .insertInto('mails')
    .values({
      accountId,
      userId: actor.id!,
      kind: 'test',
      about: JSON.stringify({ ...words, values: ours[kind].example }),
    })
    .execute()
  return { done: true } as const
}
