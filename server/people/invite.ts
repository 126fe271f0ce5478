import { sql } from 'kysely'
import type { Answer, Input } from '#contract/endpoint.ts'
import type { inviteUsers } from '#contract/lifecycle.ts'
import type { Work } from '#server/gate/work.ts'
import { allowTimeFor, refusalFor } from '#server/lifecycle/meant.ts'
import { selected } from '#server/lifecycle/selection.ts'

/**
 * Mails people a link to choose a password. Whoever is inactive is left out (S2), and gets it when they are let in;
 * whoever has a password needs none.
 */
export async function invite(work: Work, { users }: Input<typeof inviteUsers>): Promise<Answer<typeof inviteUsers>> {
  await allowTimeFor(work, users)
  const { accountId } = work
  const { rows } = await sql<Answer<typeof inviteUsers>>`
    with meant as materialized (
      select u.id as user_id, ${refusalFor(work, 'edit')} as refusal, is_active(u.status, u.deactivate_at) as is_in, c.password_hash is not null as has_password
      from users as u
      join profiles as p on p.account_id = u.account_id and p.user_id = u.id
      join credentials as c on c.account_id = u.account_id and c.user_id = u.id
      where u.account_id = ${accountId} and ${selected(work, users)}
    ), invited as (
      insert into mails (account_id, user_id, kind)
      select ${accountId}, user_id, 'invitation' from meant where refusal is null and is_in and not has_password
    )
    select count(*) as selected, count(*) filter (where refusal is null and is_in and not has_password) as invited,
      count(*) filter (where refusal is null and not is_in) as inactive,
      count(*) filter (where refusal is null and is_in and has_password) as have_password,
      count(*) filter (where refusal is not null) as refused
    from meant
  `.execute(work.db)
  return rows[0]!
}
