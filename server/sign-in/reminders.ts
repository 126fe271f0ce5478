import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { changeMailChoice, getMailChoice } from '#contract/sign-in.ts'
import type { Work } from '#server/gate/work.ts'
import { refuseReminders } from './links.ts'

/** Whether I get reminders by mail. */
export const reminders = sql<Answer<typeof getMailChoice>>`
  select not exists (
    select from mail_refusals where account_id = current_account() and user_id = current_actor()
  ) as reminders`

export async function chooseReminders(
  work: Work,
  { reminders: wanted }: Input<typeof changeMailChoice>,
): Promise<Answer<typeof changeMailChoice>> {
  const { db, accountId, actor } = work
  if (!wanted) await refuseReminders(work, actor.id!)
  else await db.deleteFrom('mailRefusals').where('accountId', '=', accountId).where('userId', '=', actor.id).execute()
  return { reminders: wanted }
}
