import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { disconnectIdentity, listMyIdentities } from '#contract/single-sign-on.ts'
import { holdPlace, type Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'
import { thisOne } from '#server/sign-in/sessions.ts'
import { connect } from './enter.ts'
import { type Identity, note, type Provider } from './provider.ts'

/** By which identities I sign in, and which providers I could connect. */
export async function identities({ db, accountId, actor }: Work): Promise<Answer<typeof listMyIdentities>> {
  const { rows: items } = await sql<Answer<typeof listMyIdentities>['items'][number]>`
    select i.id, p.name as provider_name, i.email, i.connected_at, i.last_used_at from identities as i
    join identity_providers as p on p.account_id = i.account_id and p.id = i.provider_id and p.issuer = i.issuer
    where i.account_id = ${accountId} and i.user_id = ${actor.id} order by i.connected_at, i.id
  `.execute(db)
  const { rows: others } = await sql<{ id: string; name: string }>`
    select id, name from identity_providers as p where account_id = ${accountId} and is_on and not exists (
      select from identities as i where i.account_id = p.account_id and i.provider_id = p.id and i.issuer = p.issuer and i.user_id = ${actor.id}
    ) order by made_at, id
  `.execute(db)
  return { items, others }
}

/**
 * Connects an identity with whoever began it at their session, as long as they are in and that session holds.
 *
 * @throws Problem `sign_in_over`, `identity_taken`
 */
export async function connectMine(
  work: Work,
  sessionId: string,
  { provider, identity }: { provider: Provider; identity: Identity },
): Promise<void> {
  const { db, accountId } = work
  const { rows: sessions } = await sql<{ userId: string }>`
    select user_id from sessions where account_id = ${accountId} and id = ${sessionId}
  `.execute(db)
  const userId = sessions[0]?.userId
  if (userId === undefined) throw new Problem('sign_in_over')
  await holdPlace(work, userId)
  const { rows } = await sql<{ isIn: boolean; isTaken: boolean; isMine: boolean }>`
    select
      exists (select from sessions as s join active_users as u on u.account_id = s.account_id and u.id = s.user_id
        where s.account_id = ${accountId} and s.id = ${sessionId} and s.created_at > u.let_in_since and s.expires_at > statement_timestamp()) as is_in,
      coalesce(bool_or(user_id <> ${userId} or subject <> ${identity.subject}), false) as is_taken,
      coalesce(bool_or(user_id = ${userId} and subject = ${identity.subject}), false) as is_mine
    from identities where account_id = ${accountId} and provider_id = ${provider.id} and issuer = ${identity.issuer}
      and (subject = ${identity.subject} or user_id = ${userId})
  `.execute(db)
  const { isIn, isTaken, isMine } = rows[0]!
  if (!isIn) throw new Problem('sign_in_over')
  if (isTaken) throw new Problem('identity_taken')
  if (!isMine) await connect(work, userId, { provider, identity })
  await note(work, { providerId: provider.id, userId, outcome: 'connected' })
}

/** What it opened ends, but for the session at which it is said. @throws Problem `not_found` for one that is not mine */
export async function disconnect(work: Work, { identityId }: Input<typeof disconnectIdentity>) {
  const { db, accountId, actor } = work
  const { rows } = await sql<{ id: string }>`
    with gone as (
      delete from identities where account_id = ${accountId} and user_id = ${actor.id} and id = ${identityId} returning provider_id, subject
    ), ended as (
      delete from sessions as s using gone where s.account_id = ${accountId} and s.user_id = ${actor.id} and s.provider_id = gone.provider_id
        and s.provider_subject = gone.subject and s.id <> ${thisOne(actor)}
    )
    select provider_id as id from gone
  `.execute(db)
  if (rows.length === 0) throw new Problem('not_found')
  return { done: true } as const
}
