import { sql } from 'kysely'
import type { Answer } from '#contract/endpoint.ts'
import type { getWelcome } from '#contract/sign-in.ts'
import type { Visit } from '#server/gate/gate.ts'
import { askFor } from '#server/gate/work.ts'
import { accountAt } from './sign-in.ts'

const ofAccount = sql<Omit<Answer<typeof getWelcome>, 'state'>>`
  select a.name as account_name, a.only_single_sign_on,
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'name', p.name) order by p.made_at, p.id), '[]')
     from identity_providers as p where p.account_id = a.id and p.is_on) as providers
  from accounts as a where a.id = current_account()`
const nothing = { accountName: null, providers: [], onlySingleSignOn: false }

/** What stands at this address, for whoever opens it. */
export async function welcome({ database, host }: Visit): Promise<Answer<typeof getWelcome>> {
  const accountId = await accountAt(database, host)
  if (accountId) {
    const [account] = await askFor(database, accountId, ofAccount)
    return { state: 'account', ...account! }
  }
  const { rows } = await sql<{ hasAccount: boolean }>`select any_account() as has_account`.execute(database)
  return { state: rows[0]!.hasAccount ? 'no_account_here' : 'not_set_up', ...nothing }
}
