import { sql } from 'kysely'
import type { WebhookEvent } from '#contract/webhooks.ts'
import type { Work } from '#server/gate/work.ts'

/** Deliveries (`d`) with what they tell: an event of the history (`e`), or what was written down with them; and of whom (`p`). */
export const deliveriesOfAll = sql`webhook_deliveries as d
  left join lifecycle_events as e on d.about is null and e.account_id = d.account_id and e.id = d.event_id
  left join profiles as p on p.account_id = d.account_id and p.user_id = coalesce(d.user_id, e.user_id)`

export const ofUser = sql<string | null>`coalesce(d.user_id, e.user_id)`
export const happenedAt = sql<string>`coalesce(e.due_at, e.happened_at, d.created_at)`

/** Something that the history does not hold, for each webhook that wants it: rows of `user_id` and `about`. Told with this work. */
export async function tellWebhooks(
  { db, accountId }: Work,
  event: WebhookEvent,
  told: readonly { readonly userId: string | null; readonly about: object }[],
): Promise<void> {
  if (told.length === 0) return
  await sql`
    insert into webhook_deliveries (account_id, webhook_id, event_id, event, user_id, about)
    select w.account_id, w.id, new_id(), ${event}::webhook_event, told."userId", told.about
    from webhooks as w, jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as told ("userId" uuid, about jsonb)
    where w.account_id = ${accountId} and ${event}::webhook_event = any(w.events)
  `.execute(db)
}
