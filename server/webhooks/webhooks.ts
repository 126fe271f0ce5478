import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type {
  addWebhook,
  Attempt,
  deleteWebhook,
  Delivery,
  editWebhook,
  listDeliveries,
  listWebhooks,
  resendDelivery,
  testWebhook,
  Webhook,
} from '#contract/webhooks.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Steps } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { liesWithin } from '#server/outside.ts'
import { Problem } from '#server/problem.ts'
import { deliveriesOfAll, happenedAt, ofUser } from './delivery.ts'
import { post } from './post.ts'

const done = { done: true } as const

/** What the operator allows. */
export interface Allowance {
  readonly webhooksMayBePrivate: boolean
}

export async function webhooks({ db, accountId }: Work): Promise<Answer<typeof listWebhooks>> {
  const { rows } = await sql<Webhook>`
    select w.id, w.url, w.events::text[] as events, w.is_on, w.created_at, w.failing_since, w.next_attempt_at,
      (select count(*) from webhook_deliveries as d where d.account_id = w.account_id and d.webhook_id = w.id and d.state = 'waiting')::integer as waiting,
      (select max(d.settled_at) from webhook_deliveries as d where d.account_id = w.account_id and d.webhook_id = w.id) as last_delivered_at,
      case when w.failing_since is not null then (
        select d.said from webhook_deliveries as d
        where d.account_id = w.account_id and d.webhook_id = w.id and d.state = 'waiting' order by d.event_id, d.event limit 1
      ) end as said
    from webhooks as w where w.account_id = ${accountId} order by w.created_at, w.id
  `.execute(db)
  return { items: rows }
}

/** @throws Problem `private_address` */
export const add =
  (allowed: Allowance) =>
  async (
    { db, accountId, actor }: Work,
    { url, events }: Input<typeof addWebhook>,
  ): Promise<Answer<typeof addWebhook>> => {
    refusePrivate(url, allowed)
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    const { rows } = await sql<{ id: string }>`
      insert into webhooks (account_id, url, secret, events, made_by)
      values (${accountId}, ${url}, ${secret}, ${events}::webhook_event[], ${actor.id}) returning id
    `.execute(db)
    return { id: rows[0]!.id, secret }
  }

/** Whatever is changed, its address is asked at once again. @throws Problem `not_found`, `private_address` */
export const edit =
  (allowed: Allowance) =>
  async ({ db, accountId }: Work, { webhookId, url, events, isOn }: Input<typeof editWebhook>) => {
    if (url !== undefined) refusePrivate(url, allowed)
    const { numUpdatedRows } = await db
      .updateTable('webhooks')
      .set({
        ...(url !== undefined && { url }),
        ...(events !== undefined && { events: sql`${events}::webhook_event[]` }),
        ...(isOn !== undefined && { isOn }),
        failures: 0,
        nextAttemptAt: null,
        // What goes on, or goes elsewhere, has all its days again before it is paused.
        failingSince: sql`case when (is_on or not ${isOn ?? false}) and url = coalesce(${url ?? null}, url) then failing_since end`,
      })
      .where('accountId', '=', accountId)
      .where('id', '=', webhookId)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new Problem('not_found')
    return done
  }

export async function remove({ db, accountId }: Work, { webhookId }: Input<typeof deleteWebhook>) {
  const { numDeletedRows } = await db
    .deleteFrom('webhooks')
    .where('accountId', '=', accountId)
    .where('id', '=', webhookId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new Problem('not_found')
  return done
}

/** @throws Problem `not_found` */
export const tryOut =
  ({ webhooksMayBePrivate: mayBePrivate }: Allowance) =>
  async ({ step }: Steps, { webhookId }: Input<typeof testWebhook>): Promise<Attempt> => {
    const { id, at, url, secret } = await step(async ({ db, accountId }) => {
      const { rows } = await sql<{ id: string; at: string; url: string; secret: string }>`
        select new_id() as id, statement_timestamp() as at, url, secret from webhooks where account_id = ${accountId} and id = ${webhookId}
      `.execute(db)
      if (!rows[0]) throw new Problem('not_found')
      return rows[0]
    })
    return post({ url, secret, mayBePrivate }, { id, payload: { type: 'test', timestamp: at, data: { webhookId } } })
  }

/** @throws Problem `not_found`, `wrong_cursor` */
export async function deliveries(
  { db, accountId }: Work,
  { webhookId, cursor, limit }: Input<typeof listDeliveries>,
): Promise<Answer<typeof listDeliveries>> {
  const { rows: found } = await sql`select from webhooks where account_id = ${accountId} and id = ${webhookId}`.execute(
    db,
  )
  if (found.length === 0) throw new Problem('not_found')
  const boundTo = ['deliveries', webhookId]
  const [after, ofEvent] = placeOf(boundTo, cursor) ?? []
  const { rows } = await sql<Delivery & { eventId: string }>`
    select d.id, d.event, ${ofUser} as user_id, p.first_name || ' ' || p.last_name as user_name, ${happenedAt} as happened_at, d.state,
      d.attempts, d.answered as status, d.said, d.settled_at, d.event_id
    from ${deliveriesOfAll}
    where d.account_id = ${accountId} and d.webhook_id = ${webhookId}
      and ${after === undefined ? sql`true` : sql`(d.event_id, d.event) < (${after}::uuid, ${ofEvent}::webhook_event)`}
    order by d.event_id desc, d.event desc limit ${limit + 1}
  `.execute(db)
  const items = rows.slice(0, limit)
  return {
    items: items.map(({ eventId: _eventId, ...item }) => item),
    next: rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.eventId, items.at(-1)!.event]) : null,
    previous: null,
  }
}

/** It goes before what came later, as it did. @throws Problem `not_found` */
export async function resend({ db, accountId }: Work, { webhookId, deliveryId }: Input<typeof resendDelivery>) {
  const { rows } = await sql`
    with again as (
      update webhook_deliveries set state = 'waiting', settled_at = null
      where account_id = ${accountId} and webhook_id = ${webhookId} and id = ${deliveryId} returning webhook_id
    )
    update webhooks set next_attempt_at = null from again where account_id = ${accountId} and id = again.webhook_id returning id
  `.execute(db)
  if (rows.length === 0) throw new Problem('not_found')
  return done
}

/** Told early where the address itself says it; a name is looked at with each delivery. */
function refusePrivate(url: string, { webhooksMayBePrivate }: Allowance): void {
  if (!webhooksMayBePrivate && liesWithin(url)) throw new Problem('private_address')
}
