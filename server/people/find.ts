import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { findUsers } from '#contract/people.ts'
import type { Work } from '#server/gate/work.ts'
import { oneByOne } from '#server/lifecycle/meant.ts'
import { inReach } from '#server/lifecycle/selection.ts'

/** The people who have these addresses, as far as this actor sees them, in the order given; each once. */
export async function find(work: Work, { emails }: Input<typeof findUsers>): Promise<Answer<typeof findUsers>> {
  const given = new Map(emails.map((email) => [email.toLowerCase(), email]))
  const { rows } = await sql<{ id: string; email: string; emailKey: string }>`
    select p.user_id as id, p.email, p.email_key
    from unnest(${[...given.keys()]}::text[]) with ordinality as wanted (key, place)
    cross join ${oneByOne(sql`select * from profiles where account_id = ${work.accountId} and email_key = key`)} as p
    cross join ${oneByOne(sql`select * from users where account_id = ${work.accountId} and id = p.user_id`)} as u
    where ${inReach(work)}
    order by place
  `.execute(work.db)
  const found = new Set(rows.map(({ emailKey }) => emailKey))
  return {
    people: rows.map(({ id, email }) => ({ id, email })),
    unknown: [...given].flatMap(([key, email]) => (found.has(key) ? [] : [email])),
  }
}
