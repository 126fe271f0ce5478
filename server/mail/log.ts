import { type RawBuilder, sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { getMail, listMails, MailRow } from '#contract/mail.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'
import { refusalFor } from '#server/lifecycle/meant.ts'
import { Problem } from '#server/problem.ts'

const columns: RawBuilder<unknown> = sql`
  m.id, m.kind, m.state, m.user_id, p.first_name || ' ' || p.last_name as user_name, coalesce(m.to_email, p.email) as to_email,
  m.subject, m.reason, m.attempts, m.queued_at, m.settled_at`

/** What was sent, what was not and why, the newest first. @throws Problem `wrong_cursor` */
export async function list(
  { db, accountId }: Work,
  { cursor, limit, state, kind, userId }: Input<typeof listMails>,
  hasMailServer: boolean,
): Promise<Answer<typeof listMails>> {
  const boundTo = ['mails', state, kind, userId]
  const [after] = placeOf(boundTo, cursor) ?? []
  const { rows } = await sql<MailRow>`
    select ${columns} from mails as m join profiles as p on p.account_id = m.account_id and p.user_id = m.user_id
    where m.account_id = ${accountId}
      and (${state ?? null}::mail_state is null or m.state = ${state ?? null}::mail_state)
      and (${kind ?? null}::mail_kind is null or m.kind = ${kind ?? null}::mail_kind)
      and (${userId ?? null}::uuid is null or m.user_id = ${userId ?? null}::uuid)
      and (${after ?? null}::uuid is null or m.id < ${after ?? null}::uuid)
    order by m.id desc limit ${limit + 1}
  `.execute(db)
  const items = rows.slice(0, limit)
  const next = rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.id]) : null
  return { items, next, previous: null, hasMailServer }
}

/**
 * One mail as it was written. Where no mail server is set it still holds its link, for an administrator to hand on; so
 * nobody reads one that would let them in as somebody whom they may not give a password either (R36), and no token does.
 *
 * @throws Problem `not_found`
 */
export async function one(work: Work, { mailId }: Input<typeof getMail>): Promise<Answer<typeof getMail>> {
  const isByToken = work.actor.id === null || work.actor.scopes !== undefined
  const { rows } = await sql<Answer<typeof getMail>>`
    select ${columns}, case when m.state <> 'kept' or ${isByToken ? sql`false` : sql`${refusalFor(work, 'edit')} is null`} then m.body end as body
    from mails as m
    join users as u on u.account_id = m.account_id and u.id = m.user_id
    join profiles as p on p.account_id = m.account_id and p.user_id = m.user_id
    where m.account_id = ${work.accountId} and m.id = ${mailId}
  `.execute(work.db)
  if (!rows[0]) throw new Problem('not_found')
  return rows[0]
}
