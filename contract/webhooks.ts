import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Cursor, Id, Instant, page, PageSize } from './words.ts'

/** What a webhook is told of, and the `type` that it has on the wire. */
export const webhookTypes = {
  added: 'user.added',
  waiting: 'user.waiting',
  scheduled: 'user.scheduled',
  date_cleared: 'user.date_cleared',
  ending_soon: 'user.ending_soon',
  deactivated: 'user.deactivated',
  activated: 'user.activated',
  deleted: 'user.deleted',
  enrolled: 'enrollment.added',
  completed: 'enrollment.completed',
  seat_limit_reached: 'seats.limit_reached',
  operation_finished: 'operation.finished',
} as const
export type WebhookEvent = keyof typeof webhookTypes
export const webhookEvents = Object.keys(webhookTypes) as WebhookEvent[]
export const WebhookEvent = z.enum(webhookEvents)

const url = z
  .url({ protocol: /^https?$/, error: 'Give an address like https://hr.example.org/rollcall.' })
  .max(500)
  .refine((typed) => !/^[^/]*\/\/[^/]*@/.test(typed), { error: 'Leave the login out: every delivery is signed.' })
const events = z
  .array(WebhookEvent)
  .min(1, 'Choose at least one.')
  .transform((chosen) => webhookEvents.filter((event) => chosen.includes(event)))

export const Webhook = z.strictObject({
  id: Id,
  url: z.string(),
  events: z.array(WebhookEvent),
  isOn: z.boolean(),
  createdAt: Instant,
  /** How many events it has not taken yet. */
  waiting: z.int(),
  lastDeliveredAt: Instant.nullable(),
  /** Null: the last delivery was taken, or there was none. */
  failingSince: Instant.nullable(),
  /** Why. */
  said: z.string().nullable(),
  nextAttemptAt: Instant.nullable(),
})
export type Webhook = z.infer<typeof Webhook>

/** What happened at one attempt. `status` null: nobody answered. */
export const Attempt = z.strictObject({ isTaken: z.boolean(), status: z.int().nullable(), said: z.string().nullable() })
export type Attempt = z.infer<typeof Attempt>

const of = { access: 'account', tag: 'Webhooks' } as const

export const listWebhooks = endpoint({
  ...of,
  method: 'GET',
  path: '/api/v1/webhooks',
  summary: 'The webhooks of the account, and how they fare',
  input: nothing,
  answer: z.strictObject({ items: z.array(Webhook) }),
})

export const addWebhook = endpoint({
  ...of,
  method: 'POST',
  path: '/api/v1/webhooks',
  summary: 'Tell an address of what happens from now on. The secret is in this answer and never shown again',
  input: z.strictObject({ url, events }),
  answer: z.strictObject({ id: Id, secret: z.string() }),
  problems: ['private_address', 'shown_once'],
})

export const editWebhook = endpoint({
  ...of,
  method: 'PATCH',
  path: '/api/v1/webhooks/:webhookId',
  summary: 'Change a webhook, or pause it: what happens meanwhile is told when it goes on',
  input: z.strictObject({
    webhookId: Id,
    url: url.optional(),
    events: events.optional(),
    isOn: z.boolean().optional(),
  }),
  answer: done,
  problems: ['not_found', 'private_address'],
})

export const deleteWebhook = endpoint({
  ...of,
  method: 'DELETE',
  path: '/api/v1/webhooks/:webhookId',
  summary: 'Delete a webhook with what it was not told yet',
  input: z.strictObject({ webhookId: Id }),
  answer: done,
  problems: ['not_found'],
})

export const testWebhook = endpoint({
  ...of,
  method: 'POST',
  path: '/api/v1/webhooks/:webhookId/test',
  summary: 'Send a webhook a signed test, now, and tell what its address answered',
  input: z.strictObject({ webhookId: Id }),
  answer: Attempt,
  problems: ['not_found'],
})

export const Delivery = z.strictObject({
  id: Id,
  event: WebhookEvent,
  /** Null: of nobody alone. */
  userId: Id.nullable(),
  /** Null: of nobody alone, or deleted since. */
  userName: z.string().nullable(),
  happenedAt: Instant,
  state: z.enum(['waiting', 'delivered']),
  attempts: z.int(),
  status: z.int().nullable(),
  said: z.string().nullable(),
  settledAt: Instant.nullable(),
})
export type Delivery = z.infer<typeof Delivery>

export const listDeliveries = endpoint({
  ...of,
  method: 'GET',
  path: '/api/v1/webhooks/:webhookId/deliveries',
  summary: 'What a webhook was told in the last 30 days, and what it still has to be told; the newest first',
  input: z.strictObject({ webhookId: Id, cursor: Cursor.optional(), limit: PageSize.default(50) }),
  answer: page(Delivery),
  problems: ['not_found', 'wrong_cursor'],
})

export const resendDelivery = endpoint({
  ...of,
  method: 'POST',
  path: '/api/v1/webhooks/:webhookId/deliveries/:deliveryId/resend',
  summary: 'Tell it again, with the same id',
  input: z.strictObject({ webhookId: Id, deliveryId: Id }),
  answer: done,
  problems: ['not_found'],
})
