import type { Answer, Input } from '#contract/endpoint.ts'
import type { changeMailChoice, getMailChoice } from '#contract/sign-in.ts'
import type { Work } from '#server/gate/work.ts'
import { refuseReminders } from './links.ts'

/** Whether I get reminders by mail. */
export async function reminders({ db, accountId, actor }: Work): Promise<Answer<typeof getMailChoice>> {
  const refusal = await db
    .selectFrom('mailRefusals')
    .select('userId')
    .where('accountId', '=', accountId)
    .where('userId', '=', actor.id)
    .executeTakeFirst()
  return { reminders: refusal === undefined }
}

export async function chooseReminders(
  work: Work,
  { reminders: wanted }: Input<typeof changeMailChoice>,
): Promise<Answer<typeof changeMailChoice>> {
  const { db, accountId, actor } = work
  if (!wanted) await refuseReminders(work, actor.id!)
  else await db.deleteFrom('mailRefusals').where('accountId', '=', accountId).where('userId', '=', actor.id).execute()
  return reminders(work)
}
