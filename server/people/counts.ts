import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { countUsers } from '#contract/people.ts'
import { allowTime } from '#server/db/database.ts'
import type { Work } from '#server/gate/work.ts'
import { inReach, matching } from '#server/lifecycle/selection.ts'
import { asksProfiles } from './places.ts'

/** How many people of each status match, the filter's own status aside; and how many match all of it. */
export async function counts(
  work: Work,
  { status, ...filter }: Input<typeof countUsers>,
): Promise<Answer<typeof countUsers>> {
  // Everybody who matches is looked at; nothing is kept counted that could be wrong (T1).
  await allowTime(work.db, 10_000)
  const withStatus = (one: 'active' | 'inactive' | 'leaving' | 'waiting') => matching(work, { status: [one] })
  const profiles = asksProfiles(work, filter)
    ? sql`join profiles as p on p.account_id = u.account_id and p.user_id = u.id`
    : sql``
  const { rows } = await sql<Answer<typeof countUsers>>`
    select count(*) as "all",
      count(*) filter (where ${withStatus('active')}) as active,
      count(*) filter (where ${withStatus('inactive')}) as inactive,
      count(*) filter (where ${withStatus('leaving')}) as leaving,
      count(*) filter (where ${withStatus('waiting')}) as waiting,
      count(*) filter (where ${matching(work, { status })}) as matching
    from users as u ${profiles}
    where u.account_id = ${work.accountId} and ${matching(work, filter)} and ${inReach(work)}
  `.execute(work.db)
  return rows[0]!
}
