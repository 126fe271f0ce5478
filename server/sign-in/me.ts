import { type RawBuilder, sql } from 'kysely'
import type { Me } from '#contract/sign-in.ts'
import type { Work } from '#server/gate/work.ts'

const whoIs = (accountId: RawBuilder<string>, userId: RawBuilder<string>): RawBuilder<Me> => sql<Me>`
  select u.id, p.first_name, p.last_name, p.email, u.role, p.language, u.deactivation_date, u.deactivate_at,
    jsonb_build_object('id', a.id, 'name', a.name, 'timeZone', a.time_zone, 'language', a.language,
      'deactivationTime', to_char(a.deactivation_time, 'HH24:MI'), 'today', today_in(a.time_zone)) as account
  from users as u
  join profiles as p on p.account_id = u.account_id and p.user_id = u.id
  join accounts as a on a.id = u.account_id
  where u.account_id = ${accountId} and u.id = ${userId}`

/** Who I am, and in which account. */
export const me = whoIs(sql`current_account()`, sql`current_actor()`)

/** The same of somebody who is just signing in. */
export async function meAs({ db, accountId }: Work, userId: string): Promise<Me> {
  const { rows } = await whoIs(sql`${accountId}`, sql`${userId}`).execute(db)
  return rows[0]!
}
