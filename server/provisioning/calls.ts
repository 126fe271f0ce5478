import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { listScimCalls, ScimCall } from '#contract/provisioning.ts'
import { cursorFor, placeOf } from '#server/db/cursor.ts'
import type { Work } from '#server/gate/work.ts'

/** So many are kept of each account. */
const MOST_CALLS = 500

export interface CallMade {
  readonly tokenId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly whom: string | null
  readonly detail: string | null
}

/** Notes what was asked and answered; of what was sent nothing is kept. */
export async function noteCall({ db, accountId }: Work, call: CallMade): Promise<void> {
  const { path, whom, detail, ...rest } = call
  // What the database cannot store is not worth a refusal here.
  const cut = (text: string) => text.slice(0, 500).replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ')
  await db
    .insertInto('scimCalls')
    .values({ accountId, ...rest, path: cut(path), whom: whom && cut(whom), detail: detail && cut(detail) })
    .execute()
}

/** @throws Problem `wrong_cursor` */
export async function calls(
  { db, accountId }: Work,
  { which, cursor, limit }: Input<typeof listScimCalls>,
): Promise<Answer<typeof listScimCalls>> {
  const boundTo = ['scim calls', which]
  const [after] = placeOf(boundTo, cursor) ?? []
  const { rows } = await sql<ScimCall>`
    select c.id, c.happened_at, t.name as token_name, c.method, c.path, c.status, c.whom, c.detail
    from scim_calls as c left join api_tokens as t on t.account_id = c.account_id and t.id = c.token_id
    where c.account_id = ${accountId} and (${after ?? null}::uuid is null or c.id < ${after ?? null}::uuid)
      and (${which === 'all'}::boolean or c.status >= 400)
    order by c.id desc limit ${limit + 1}
  `.execute(db)
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? cursorFor(boundTo, [items.at(-1)!.id]) : null, previous: null }
}

export async function pruneCalls({ db, accountId }: Work): Promise<void> {
  await sql`
    delete from scim_calls where account_id = ${accountId} and id <= (
      select id from scim_calls where account_id = ${accountId} order by id desc limit 1 offset ${MOST_CALLS}
    )
  `.execute(db)
}
