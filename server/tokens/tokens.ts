import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import { allows } from '#contract/roles.ts'
import type { addToken, endToken, listTokens, Token, TokenScope } from '#contract/tokens.ts'
import { hashOf, newApiToken } from '#server/gate/credential.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

const managesAccount = ({ actor }: Work): boolean => actor.id !== null && allows('account', actor.role)

/** Mine; and for those who manage the account, its own; for the operator all. The newest first. */
export async function tokens(work: Work): Promise<Answer<typeof listTokens>> {
  const { db, accountId, actor } = work
  const { rows } = await sql<Token>`
    select t.id, t.kind, t.name, t.last_signs, t.scopes::text[] as scopes, t.user_id, p.first_name || ' ' || p.last_name as user_name,
      t.user_id is not distinct from ${actor.id}::uuid as is_mine, t.created_at, t.expires_at, t.last_used_at,
      case when t.expires_at <= statement_timestamp() then 'expired' when not is_active(u.status, u.deactivate_at) then 'person_inactive'
        else 'works' end as state
    from api_tokens as t
    join users as u on u.account_id = t.account_id and u.id = t.user_id
    join profiles as p on p.account_id = t.account_id and p.user_id = t.user_id
    where t.account_id = ${accountId} and ${seenBy(work)}
    order by t.created_at desc, t.id desc
  `.execute(db)
  return { items: rows }
}

type NewToken = Omit<Input<typeof addToken>, 'scopes'> & { readonly scopes: readonly TokenScope[] }

/** @throws Problem `not_allowed` for one of the account by somebody who does not manage it */
export async function add(work: Work, told: NewToken): Promise<Answer<typeof addToken>> {
  if (told.kind === 'account' && !managesAccount(work)) throw new Problem('not_allowed')
  return addFor(work, work.actor.id!, told)
}

/** A token that acts as this person. */
export async function addFor(
  { db, accountId }: Work,
  userId: string,
  { name, kind, scopes, days }: NewToken,
): Promise<Answer<typeof addToken>> {
  const token = newApiToken()
  const { rows } = await sql<{ id: string }>`
    insert into api_tokens (account_id, user_id, kind, name, token_hash, last_signs, scopes, expires_at)
    values (${accountId}, ${userId}, ${kind}, ${name}, ${hashOf(token)}, ${token.slice(-4)}, ${[...scopes]}::token_scope[],
      statement_timestamp() + make_interval(days => ${days}))
    returning id
  `.execute(db)
  return { id: rows[0]!.id, token }
}

/** It is refused from the next request on. @throws Problem `not_found` for one that this person does not see */
export async function end(work: Work, { tokenId }: Input<typeof endToken>): Promise<Answer<typeof endToken>> {
  const { rows } = await sql`
    delete from api_tokens as t where t.account_id = ${work.accountId} and t.id = ${tokenId} and ${seenBy(work)} returning t.id
  `.execute(work.db)
  if (rows.length === 0) throw new Problem('not_found')
  return { done: true }
}

const seenBy = (work: Work) =>
  work.actor.role === 'operator'
    ? sql`true`
    : managesAccount(work)
      ? sql`(t.user_id = ${work.actor.id} or t.kind = 'account')`
      : sql`t.user_id = ${work.actor.id}`
