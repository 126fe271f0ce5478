import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { endSession, listSessions } from '#contract/sign-in.ts'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

const done = { done: true } as const

/** Where I am signed in, this session first. */
export async function sessions({ db, accountId, actor }: Work): Promise<Answer<typeof listSessions>> {
  const { rows } = await sql<Answer<typeof listSessions>['items'][number]>`
    select s.id, s.id = ${thisOne(actor)} as is_this_one, s.created_at as signed_in_at, s.last_seen_at, s.browser, s.address
    from sessions as s join users as u on u.account_id = s.account_id and u.id = s.user_id
    where s.account_id = ${accountId} and s.user_id = ${actor.id}
      and s.expires_at > statement_timestamp() and s.created_at > u.let_in_since
    order by is_this_one desc, s.last_seen_at desc
  `.execute(db)
  return { items: rows }
}

/** @throws Problem `not_found` for one that is not mine */
export async function end({ db, accountId, actor }: Work, { sessionId }: Input<typeof endSession>) {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('accountId', '=', accountId)
    .where('userId', '=', actor.id)
    .where('id', '=', sessionId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new Problem('not_found')
  return done
}

export async function signOut({ db, accountId, actor }: Work) {
  await db.deleteFrom('sessions').where('accountId', '=', accountId).where('id', '=', thisOne(actor)).execute()
  return done
}

export async function signOutEverywhere(work: Work) {
  await endSessionsOf(work, work.actor.id)
  return done
}

/** Ends the sessions of somebody, but for one that may stay. */
export async function endSessionsOf(
  { db, accountId }: Work,
  userId: string | null,
  exceptId?: string | null,
): Promise<void> {
  await sql`
    delete from sessions where account_id = ${accountId} and user_id = ${userId} and id is distinct from ${exceptId ?? null}
  `.execute(db)
}

export const thisOne = (actor: Work['actor']): string | null => (actor.id === null ? null : actor.sessionId)
