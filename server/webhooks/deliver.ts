import { sql } from 'kysely'
import pLimit from 'p-limit'
import { type Attempt, type WebhookEvent, webhookTypes } from '#contract/webhooks.ts'
import { clocksAgree, clocksApart } from '#server/db/clocks.ts'
import type { Database } from '#server/db/database.ts'
import { type Work, workFor } from '#server/gate/work.ts'
import { type Log, onceAMinute, repeat, type Repeating } from '#server/repeat.ts'
import { deliveriesOfAll, happenedAt, ofUser } from './delivery.ts'
import { post } from './post.ts'
import type { Allowance } from './webhooks.ts'

const lookEveryMs = 1_000
const webhooksAtOnce = 8
const mostAtOnce = 50
/** How long a node has a webhook for itself; it hands over nothing new in the last part of it. */
const lease = '2 minutes'
const handsOverForMs = 60_000
/** After each failure in a row, in seconds; after the last of them again and again. */
const pauses = [5, 60, 300, 1_800, 7_200, 18_000]
const turnsOffAfter = '5 days'
/** An event may be seen so much later than its id says: a change takes a while to commit, a clock is set. */
const overlap = '10 minutes'

/**
 * Tells the webhooks, on every node: each has one node at a time, and is told of one event after the other in the order
 * of what happened, so that those of a person come in theirs (R41). What it does not take waits, and with it all that
 * came later. At least once: an event that was told twice has the same id. While the clocks disagree nothing is told (R20).
 */
export function startWebhooks(database: Database, allowed: Allowance, log: Log): Repeating {
  const few = pLimit(webhooksAtOnce)
  const complain = onceAMinute((sentence) => log.warn(sentence))
  return repeat(
    async (stopped) => {
      if (!(await clocksAgree({ db: database }))) {
        complain(clocksApart)
        return false
      }
      const { rows } = await sql<{ accountId: string; id: string }>`select * from webhooks_free()`.execute(database)
      const more = await Promise.all(
        rows.map(({ accountId, id }) =>
          few(() => !stopped.aborted && tell(database, { accountId, id, allowed, stopped })),
        ),
      )
      return more.includes(true)
    },
    { everyMs: lookEveryMs, waits: 'The database does not answer: webhooks wait.', log },
  )
}

interface Errand {
  readonly accountId: string
  readonly id: string
  readonly allowed: Allowance
  readonly stopped: AbortSignal
}

interface Told {
  readonly id: string
  readonly event: WebhookEvent
  readonly happenedAt: string
  readonly data: object
}

/** Whether there is more to tell at once. */
async function tell(database: Database, { accountId, id, allowed, stopped }: Errand): Promise<boolean> {
  const within = <T>(task: (work: Work) => Promise<T>) => workFor(database, accountId, 'clock', task)
  const webhook = await within((work) => take(work, id))
  if (!webhook) return false
  const due = await within((work) => next(work, id))
  const endsAt = Date.now() + handsOverForMs
  let isTaken = true
  for (const { id: delivery, event, happenedAt, data } of due) {
    if (!isTaken || stopped.aborted || Date.now() > endsAt) break
    const attempt = await post(
      { ...webhook, mayBePrivate: allowed.webhooksMayBePrivate },
      { id: delivery, payload: { type: webhookTypes[event], timestamp: happenedAt, data } },
    )
    isTaken = attempt.isTaken
    if (!(await within((work) => note(work, delivery, attempt, webhook)))) break
  }
  await within((work) => release(work, id, due.length === 0 ? null : isTaken))
  return isTaken && due.length === mostAtOnce
}

/** @returns whether the webhook is still there, on, and at this address: whoever turned it off has not to wait for the rest */
async function note(
  { db, accountId }: Work,
  deliveryId: string,
  { isTaken, status, said }: Attempt,
  { url }: { readonly url: string },
): Promise<boolean> {
  const { rows } = await sql<{ goesOn: boolean }>`
    update webhook_deliveries as d set attempts = attempts + 1, answered = ${status}, said = ${said},
      state = ${isTaken ? 'delivered' : 'waiting'}, settled_at = case when ${isTaken} then statement_timestamp() end
    from webhooks as w
    where d.account_id = ${accountId} and d.id = ${deliveryId} and w.account_id = d.account_id and w.id = d.webhook_id
    returning w.is_on and w.url = ${url} as goes_on
  `.execute(db)
  return rows[0]?.goesOn ?? false
}

/** Takes a webhook that is free, with all that was recorded for it meanwhile. Undefined: another node has it. */
async function take({ db, accountId }: Work, id: string): Promise<{ url: string; secret: string } | undefined> {
  const { rows } = await sql<{ url: string; secret: string }>`
    with free as (
      select * from webhooks
      where account_id = ${accountId} and id = ${id} and is_on and coalesce(busy_until, '-infinity') < statement_timestamp()
      for update
    ),
    taken as (
      update webhooks as w set busy_until = statement_timestamp() + ${lease}::interval, looked_at = statement_timestamp()
      from free where w.account_id = free.account_id and w.id = free.id
    ),
    recorded as (
      insert into webhook_deliveries (account_id, webhook_id, event_id, event)
      select e.account_id, free.id, e.id, told.event
      from free join lifecycle_events as e on e.account_id = free.account_id and e.id > id_at(free.looked_at - ${overlap}::interval)
      cross join lateral (
        select webhook_event_of(e.change) as event
        union all select 'waiting' where e.to_status = 'inactive' and e.cause = 'seat_limit'
      ) as told
      where told.event = any(free.events) and e.happened_at >= free.created_at
      on conflict on constraint told_once do nothing
    )
    select url, secret from free
  `.execute(db)
  return rows[0]
}

/** What it has to be told next: of a person as they are called now, of what happened as it was recorded. */
async function next({ db, accountId }: Work, webhookId: string): Promise<Told[]> {
  const { rows } = await sql<Told>`
    select d.id, d.event, ${happenedAt} as happened_at,
      jsonb_build_object('eventId', d.event_id)
      || case when ${ofUser} is null then '{}' else
        jsonb_build_object('userId', ${ofUser}, 'email', p.email, 'firstName', p.first_name, 'lastName', p.last_name) end
      || coalesce(d.about, jsonb_build_object('status', e.to_status, 'statusCause', e.cause, 'deactivationDate', e.to_date,
        'reason', e.reason, 'byUserId', e.by_user_id, 'operationId', e.operation_id)) as data
    from ${deliveriesOfAll}
    where d.account_id = ${accountId} and d.webhook_id = ${webhookId} and d.state = 'waiting'
    order by d.event_id, d.event limit ${mostAtOnce}
  `.execute(db)
  return rows
}

/** Lets other nodes have it. Null: nothing was told. */
async function release({ db, accountId }: Work, id: string, isTaken: boolean | null): Promise<void> {
  const fares =
    isTaken === null
      ? sql``
      : isTaken
        ? sql`, failures = 0, failing_since = null, next_attempt_at = null`
        : sql`, failures = failures + 1, failing_since = coalesce(failing_since, statement_timestamp()),
          next_attempt_at = statement_timestamp() + make_interval(secs => (${pauses}::integer[])[least(failures + 1, ${pauses.length}::integer)]),
          is_on = is_on and coalesce(failing_since, statement_timestamp()) > statement_timestamp() - ${turnsOffAfter}::interval`
  await sql`update webhooks set busy_until = null ${fares} where account_id = ${accountId} and id = ${id}`.execute(db)
}
